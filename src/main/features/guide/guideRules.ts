import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Fit } from '../../../shared/model/fit.ts';
import type { Guide, GuideStop, GuideStopId } from '../../../shared/model/guide.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { CellState, OperationState } from '../../../shared/model/operation.ts';

/** The last run of a workflow on the server, or the last rollout of its stack. */
export interface LastRun {
  operationId: OperationId;
  state: OperationState;
  /** Its cells on this server. */
  cells: readonly CellState[];
  atMs: number;
}

/** All that the stops are judged by. */
export interface GuideWorld {
  row: Pick<FleetRow, 'server' | 'facts' | 'health' | 'stacks' | 'connection'>;
  stackId: string | null;
  /** Null: no stack is chosen, or the facts are not known. */
  fit: Pick<Fit, 'verdict' | 'requirements'> | null;
  runs: Readonly<Record<'day1' | 'hardening' | 'deploy', LastRun | null>>;
  /** Reasons for which stops were passed. */
  passed: Readonly<Partial<Record<GuideStopId, string>>>;
}

type Judged = Pick<GuideStop, 'state' | 'proof'> & Partial<Pick<GuideStop, 'atMs' | 'operationId'>>;

const words: Record<GuideStopId, { title: string; why: string }> = {
  added: { title: 'In the inventory', why: 'Its address and login are known.' },
  trusted: { title: 'Host key trusted', why: 'The fingerprint was compared once, so that nobody can stand in between.' },
  facts: { title: 'Facts read', why: 'What it is made of decides what it can run.' },
  purpose: { title: 'Fit for its purpose', why: 'Shortfalls are cheaper to find now than during a deploy.' },
  day1: { title: 'Day 1', why: 'Packages, an operator login, Docker, swap and clock: what every stack stands on.' },
  hardening: { title: 'Hardened', why: 'Keys only, a closed firewall that Docker obeys, guessing slowed down; proved from outside.' },
  deploy: { title: 'First deploy', why: 'The stack runs, from a release that can be rolled back.' },
  health: { title: 'Healthy', why: 'Containers and gates say so now, not only when it was deployed.' },
};

/** The way of a server: each stop judged by what is known, the first that is open marked as next. */
export function guideOf(world: GuideWorld): Guide {
  const { row, stackId, passed } = world;
  const judged: Record<GuideStopId, Judged> = {
    added: { state: 'done', proof: `${row.server.user}@${row.server.host}:${row.server.port}, ${row.server.environment}` },
    trusted: row.server.hostKeys.length > 0 ? { state: 'done', proof: row.server.hostKeys[0]?.fingerprint ?? null } : open('Its host key is not pinned.'),
    facts: factsStop(row),
    purpose: purposeStop(world),
    day1: runStop(world.runs.day1, 'Not run yet.'),
    hardening: hardeningStop(world),
    deploy: deployStop(world),
    health: healthStop(world),
  };
  let isFirst = true;
  const stops = (Object.keys(words) as GuideStopId[]).map((id): GuideStop => {
    const found = judged[id];
    const reason = passed[id];
    const state = found.state !== 'done' && found.state !== 'running' && reason !== undefined ? 'passed' : found.state;
    const closed = state === 'done' || state === 'passed';
    const shown = closed || state === 'running' ? state : isFirst ? (state === 'later' ? 'next' : state) : 'later';
    if (!closed) isFirst = false;
    return {
      ...{ id, ...words[id], state: shown, atMs: found.atMs ?? null, operationId: found.operationId ?? null },
      ...{ proof: state === 'passed' ? `passed: ${reason}` : found.proof, command: commandOf(id, row.server.name, stackId) },
    };
  });
  return { serverName: row.server.name, stackId, stops, done: stops.every(({ state }) => state === 'done' || state === 'passed') };
}

function open(proof: string | null): Judged {
  return { state: 'later', proof };
}

function factsStop({ facts }: GuideWorld['row']): Judged {
  if (facts === null) return open('Nothing is known of it yet.');
  const cards = facts.gpu.devices.length === 0 ? 'no GPU' : `${facts.gpu.devices.length} × ${facts.gpu.devices[0]?.name ?? 'GPU'}`;
  return { state: 'done', proof: `${facts.os.prettyName}, ${cards}`, atMs: facts.collectedAtMs };
}

function purposeStop({ stackId, fit, row }: GuideWorld): Judged {
  if (stackId === null) return open('Choose the stack that it is for.');
  if (row.facts === null || fit === null) return open(`for ${stackId}; its facts are needed to judge`);
  const short = fit.requirements.filter(({ verdict, level }) => verdict === 'short' && level === 'required');
  if (short.length > 0) return { state: 'attention', proof: `${stackId}: ${short.map(({ reason, title }) => reason ?? title).join(' ')}` };
  const unknown = fit.requirements.filter(({ verdict, level }) => verdict === 'unknown' && level === 'required');
  return {
    state: 'done',
    proof: `${stackId}: it has what is needed${unknown.length === 0 ? '' : `; not to be told: ${unknown.map(({ title }) => title).join(', ')}`}`,
  };
}

function runStop(run: LastRun | null, untried: string): Judged {
  if (run === null) return open(untried);
  const known = { atMs: run.atMs, operationId: run.operationId };
  if (['queued', 'running', 'paused', 'waiting'].includes(run.state)) {
    const finished = run.cells.filter((cell) => !['pending', 'running', 'waiting'].includes(cell)).length;
    const waits = run.cells.includes('waiting') ? '; it waits for you' : '';
    return { ...known, state: 'running', proof: `${finished} of ${run.cells.length} steps${waits}` };
  }
  const wrong = run.cells.filter((cell) => cell === 'failed' || cell === 'cancelled' || cell === 'needs-attention').length;
  if (wrong > 0 || run.cells.length === 0) return { ...known, state: 'attention', proof: `${wrong} of ${run.cells.length} steps did not succeed` };
  const already = run.cells.filter((cell) => cell === 'satisfied').length;
  return { ...known, state: 'done', proof: `${run.cells.length} steps, ${already} of them had nothing to do` };
}

function hardeningStop({ runs, row }: GuideWorld): Judged {
  const judged = runStop(runs.hardening, 'Not run yet.');
  if (judged.state !== 'done' || row.server.user !== 'root') return judged;
  return { ...judged, state: 'attention', proof: 'It is still reached as root; run it again so that the login is switched.' };
}

function deployStop({ stackId, row, runs }: GuideWorld): Judged {
  if (stackId === null) return open('No stack is chosen.');
  const stack = row.stacks.find((each) => each.stackId === stackId && each.health !== 'absent');
  const judged = runStop(runs.deploy, `${stackId} is not deployed`);
  if (judged.state === 'running' || stack === undefined) return judged.state === 'done' ? open(`${stackId} is not deployed`) : judged;
  return { ...judged, state: 'done', proof: `${stackId}${stack.release === null ? '' : `, release ${stack.release}`}` };
}

function healthStop({ stackId, row }: GuideWorld): Judged {
  const stack = row.stacks.find((each) => each.stackId === stackId && each.health !== 'absent');
  if (stack === undefined) return open(null);
  if (row.connection !== 'connected') return { state: 'attention', proof: `The connection is ${row.connection}` };
  if (stack.health !== 'healthy') return { state: 'attention', proof: `${stack.stackId} is ${stack.health}` };
  return { state: 'done', proof: `${stack.stackId} is healthy` };
}

function commandOf(id: GuideStopId, server: string, stackId: string | null): string {
  const stack = stackId ?? 'STACK';
  return {
    added: 'pilothouse servers add',
    trusted: `pilothouse servers trust ${server}`,
    facts: `pilothouse servers facts ${server} --refresh`,
    purpose: stackId === null ? `pilothouse guide choose ${server} STACK` : `pilothouse servers fit ${server} --stack ${stack}`,
    day1: `pilothouse workflows run day1-base --on ${server}`,
    hardening: `pilothouse workflows run hardening --on ${server}`,
    deploy: `pilothouse stacks deploy ${stack} --on ${server}`,
    health: `pilothouse stacks status --on ${server}`,
  }[id];
}
