import { errorWording } from '../../../shared/errorWording.ts';
import type { Cell, Operation, OperationKind } from '../../../shared/model/operation.ts';
import type { MeasuredGate, Release } from '../../../shared/model/stack.ts';
import type { Tone } from '../../ui/StateMark.tsx';
import { cellWord } from './operationState.ts';

/** How a server stands in a rollout. */
export type LaneStanding = 'waiting' | 'running' | 'serves' | 'unchanged' | 'brought-back' | 'removed' | 'failed' | 'untouched';

/** One server of a rollout: how far it is, what serves there, and why it did not go on. */
export interface RolloutLane {
  serverId: string;
  name: string;
  standing: LaneStanding;
  /** Steps as they are shown: all that always run, and the way back where it was begun. */
  cells: { cell: Cell; title: string }[];
  /** The step that says most: the one that runs, failed or ended last. */
  at: { cell: Cell; title: string } | null;
  /** Release that is made or gone to; null: not chosen yet. */
  release: string | null;
  /** Why it did not go on, in one sentence. */
  cause: string | null;
  /** Release that was brought back. */
  restored: string | null;
  /** Directory on the server with what the failed containers left. */
  evidence: string | null;
}

/** Operations that put a release on servers. */
export function isRollout(kind: OperationKind): boolean {
  return kind === 'rollout' || kind === 'rollback' || kind === 'stack-adopt' || kind === 'secret-rotate';
}

const ended: ReadonlySet<Cell['state']> = new Set(['done', 'satisfied', 'skipped']);
const stuck: ReadonlySet<Cell['state']> = new Set(['failed', 'needs-attention']);

/** The release and its stack's directory, as the step that wrote it says: `r4 in /srv/stacks/privaxai`. */
function placeOf(cells: readonly Cell[]): { release: string | null; directory: string | null } {
  for (const cell of cells) {
    const written = /^(r\d+) in (\/.*)$/.exec(cell.detail ?? '');
    if (cell.stepId === 'upload' && written) return { release: written[1] ?? null, directory: written[2] ?? null };
    if (cell.stepId === 'choose' && /^r\d+$/.test(cell.detail ?? '')) return { release: cell.detail, directory: null };
  }
  return { release: null, directory: null };
}

function standingOf(cells: readonly Cell[], restored: string | null | undefined): LaneStanding {
  if (cells.some((cell) => stuck.has(cell.state))) return restored === undefined ? 'failed' : restored === null ? 'removed' : 'brought-back';
  if (cells.some((cell) => cell.state === 'running' || cell.state === 'waiting')) return 'running';
  if (cells.length > 0 && cells.every((cell) => cell.state === 'cancelled' || cell.state === 'skipped')) return 'untouched';
  const record = cells.find((cell) => cell.stepId === 'record');
  if (record?.state === 'satisfied') return 'unchanged';
  if (record?.state === 'done') return 'serves';
  if (cells.some((cell) => cell.state === 'cancelled')) return 'failed';
  return cells.some((cell) => ended.has(cell.state)) ? 'running' : 'waiting';
}

/** The servers of a rollout in its order. */
export function lanesOf(operation: Pick<Operation, 'targets' | 'steps' | 'cells'>): RolloutLane[] {
  const titles = new Map(operation.steps.map((step) => [step.id, step]));
  return operation.targets.map(({ serverId, name }) => {
    const own = operation.cells.filter((cell) => cell.serverId === serverId);
    const shown = own.filter((cell) => titles.get(cell.stepId)?.runs === 'always' || !(cell.state === 'pending' || cell.state === 'skipped'));
    const titled = shown.map((cell) => ({ cell, title: titles.get(cell.stepId)?.title ?? cell.stepId }));
    const failed = own.find((cell) => stuck.has(cell.state));
    const { error = null } = failed ?? {};
    const gate = error?.code === 'stack.gate-failed' ? (error.data as { gate: string; reason: string; restored: string | null }) : null;
    const { release, directory } = placeOf(own);
    const at =
      titled.find(({ cell }) => stuck.has(cell.state)) ??
      titled.find(({ cell }) => cell.state === 'running') ??
      titled.findLast(({ cell }) => ended.has(cell.state)) ??
      null;
    return {
      ...{ serverId, name, cells: titled, at, release },
      standing: standingOf(own, gate?.restored),
      cause: gate ? `${gate.gate}: ${gate.reason}` : error ? errorWording(error).sentence : failed ? cellWord(failed) : null,
      restored: gate?.restored ?? null,
      evidence: gate !== null && directory !== null && release !== null ? `${directory}/releases/${release}/evidence/failed` : null,
    };
  });
}

/** Word and mark of how a server stands. */
export function standingSaid(lane: RolloutLane): { word: string; tone: Tone } {
  const release = lane.release ?? 'the release';
  switch (lane.standing) {
    case 'waiting':
      return { word: 'waits for its turn', tone: 'off' };
    case 'running':
      return { word: lane.at ? lane.at.title : 'begins', tone: 'busy' };
    case 'serves':
      return { word: `${release} serves`, tone: 'good' };
    case 'unchanged':
      return { word: 'it was this already', tone: 'good' };
    case 'brought-back':
      return { word: `${lane.restored ?? 'the release before'} is back and serves`, tone: 'bad' };
    case 'removed':
      return { word: 'stopped; there was nothing to go back to', tone: 'bad' };
    case 'failed':
      return { word: 'did not go on', tone: 'bad' };
    case 'untouched':
      return { word: 'not touched', tone: 'off' };
  }
}

/** What a chat gate measured, beside what it measured in the release before; percent are how much more it is now. */
export interface FigurePair {
  now: MeasuredGate;
  before: MeasuredGate | null;
  firstTokenPercent: number | null;
  tokensPerSPercent: number | null;
}

function percent(now: number | null, before: number | null | undefined): number | null {
  return now === null || !before ? null : Math.round(((now - before) / before) * 100);
}

/** What the health gate said of the speed of models, before its figures were read: null where it measured none. */
export function measuredText(lane: Pick<RolloutLane, 'cells' | 'cause'>): string | null {
  const gate = lane.cells.find(({ cell }) => cell.stepId === 'gate')?.cell;
  if (lane.cause !== null) return /first token|tokens\/s/.test(lane.cause) ? '' : null;
  const said = (gate?.detail ?? '').split('; ').filter((part) => part.includes('first token'));
  return said.length === 0 ? null : said.join('; ');
}

/** The release that an operation made or went to, and the one that ran before it, among all of its server. */
export function releasesOfRun(releases: readonly Release[], operationId: string, chosen: string | null): { now: Release | null; before: Release | null } {
  const now = releases.find((release) => release.operationId === operationId) ?? releases.find((release) => release.id === chosen) ?? null;
  const number = (release: Release) => Number(release.id.slice(1));
  const earlier = releases.filter(
    (release) => now !== null && release.id !== now.id && number(release) < number(now) && release.state !== 'failed' && release.state !== 'incomplete',
  );
  return { now, before: earlier.sort((a, b) => number(b) - number(a))[0] ?? null };
}

/** What was measured of a release, set against the one before. */
export function figurePairs(now: Release | null, before: Release | null): FigurePair[] {
  return (now?.performance ?? []).map((measured) => {
    const other = before?.performance?.find((each) => each.gate === measured.gate && each.model === measured.model) ?? null;
    return {
      ...{ now: measured, before: other },
      firstTokenPercent: percent(measured.firstTokenMs, other?.firstTokenMs),
      tokensPerSPercent: percent(measured.tokensPerS, other?.tokensPerS),
    };
  });
}
