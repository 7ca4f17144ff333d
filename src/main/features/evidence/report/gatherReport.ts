import { createHash, type Hash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError } from '../../../../shared/errors.ts';
import type { Attachment, RunNote } from '../../../../shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation, OutputEntry } from '../../../../shared/model/operation.ts';
import type { RunAnswer } from '../../../operations/runRecords.ts';
import { timelineOf } from '../timelineRules.ts';
import { outcomeText } from './reportWords.ts';
import type { ReportAnswer, ReportCell, ReportFinding, ReportOutput, ReportStep, RunReport } from './runReport.ts';

const headBytes = 2048;
const tailBytes = 6144;
/** Text of output in one report; of what comes after it, the hash alone is told. */
const appendixBytes = 256 * 1024;
const maxEvents = 1000;
const pageEntries = 500;

/** What was frozen of a workflow into its run, as far as a report tells of it. */
export interface FrozenWorkflow {
  definition: { id: string; version: number; inputs: readonly { name: string; title: string; type: string }[] };
  steps: readonly { id: string; kind: string; why: string; question: string | null; severity: string | null }[];
  inputs: Readonly<Record<string, string>>;
  checkOnly: boolean;
}

/** What a report is gathered from. */
export interface ReportSource {
  operation: Operation;
  /** Null: it is no run of a workflow. */
  workflow: FrozenWorkflow | null;
  /** The definition as it was frozen, for its hash. */
  frozenDefinition: unknown;
  answers: readonly RunAnswer[];
  notes: readonly RunNote[];
  attachments: readonly Attachment[];
  output(afterSeq: number, limit: number): Promise<{ entries: OutputEntry[]; gapUntil: number | null }>;
  /** Parts of steps that an entry tells of. */
  partsIn(entry: OutputEntry): { part: string; exitCode: number | null }[];
  wording(error: SerializedError): { sentence: string; next: string };
  /** Takes secrets out of a text. */
  mask(text: string): string;
  generated: RunReport['generated'];
}

/** Gathers everything that a report of a run says, reading its output once from beginning to end. */
export async function gatherReport(source: ReportSource): Promise<RunReport> {
  const { operation, workflow, answers, notes, attachments } = source;
  const names = new Map(operation.targets.map(({ serverId, name }) => [serverId, name]));
  const titles = new Map(operation.steps.map(({ id, title }) => [id, title]));
  const place = ({ serverId, stepId }: { serverId: ServerId | null; stepId: string | null }) => {
    const parts = [stepId === null ? null : (titles.get(stepId) ?? stepId), serverId === null ? null : (names.get(serverId) ?? serverId)];
    return parts.filter((part) => part !== null).join(' on ') || null;
  };
  const read = await readWholeOutput(source, names, titles);
  const events = timelineOf({ operation, answers, notes, attachments, said: read.said });
  const steps = operation.steps.map((step): ReportStep => {
    const frozen = workflow?.steps.find(({ id }) => id === step.id);
    return {
      ...{
        id: step.id,
        title: step.title,
        group: step.group ?? null,
        why: frozen?.why ?? null,
        kind: frozen?.kind ?? null,
        question: frozen?.question ?? null,
      },
      cells: operation.targets.flatMap(({ serverId, name }) =>
        operation.cells.filter((cell) => cell.serverId === serverId && cell.stepId === step.id).map((cell) => toCell(source, read, cell, name)),
      ),
    };
  });
  return {
    ...{ id: operation.id, kind: operation.kind, title: source.mask(operation.title), subject: operation.subject, parentId: operation.parentId ?? null },
    definition: workflow && { id: workflow.definition.id, version: workflow.definition.version, sha256: hashOfValue(source.frozenDefinition) },
    ...{ checkOnly: workflow?.checkOnly ?? false, servers: operation.targets.map(({ name }) => name), who: operation.who, state: operation.state },
    ...{
      outcome: outcomeOf(operation, workflow?.checkOnly ?? false),
      createdAtMs: operation.createdAtMs,
      startedAtMs: operation.startedAtMs,
      finishedAtMs: operation.finishedAtMs,
    },
    ...{ inputs: workflow === null ? [] : inputsOf(workflow, source.mask), steps, findings: workflow?.checkOnly === true ? findingsOf(steps, workflow) : [] },
    notes: notes.map((note) => ({ ...note, text: source.mask(note.text), place: place(note) })),
    attachments: attachments.map((file) => ({ ...file, place: place(file) })),
    timeline: events.slice(0, maxEvents).map((event) => ({
      ...{ ...event, text: source.mask(event.text), server: event.serverId && (names.get(event.serverId) ?? event.serverId) },
      step: event.stepId && (titles.get(event.stepId) ?? event.stepId),
    })),
    ...{ timelineCut: events.length > maxEvents, output: read.output, generated: source.generated },
  };
}

/** The outcome in words, with what an audit found. */
function outcomeOf({ state, cells }: Operation, checkOnly: boolean): string {
  if (!checkOnly) return outcomeText(state);
  const found = cells.filter((cell) => cell.state === 'skipped' && cell.exitCode === 1).length;
  const fine = cells.filter((cell) => cell.state === 'satisfied').length;
  return `${outcomeText(state)}: ${found} ${found === 1 ? 'finding' : 'findings'}, ${fine} as they should be`;
}

function inputsOf({ definition, inputs }: FrozenWorkflow, mask: (text: string) => string): RunReport['inputs'] {
  return Object.entries(inputs).map(([name, value]) => {
    const input = definition.inputs.find((each) => each.name === name);
    const shown = input?.type === 'secret' ? (value === '' ? '' : `the secret “${value}” (its value is not shown)`) : mask(value);
    return { name, title: input?.title ?? name, value: shown };
  });
}

function findingsOf(steps: readonly ReportStep[], workflow: FrozenWorkflow): ReportFinding[] {
  const weight = ['critical', 'high', 'medium', 'low'];
  const found = steps.flatMap((step) =>
    step.cells.flatMap(({ server, state, exitCode, detail }) =>
      state === 'skipped' && exitCode === 1
        ? [{ server, step: step.title, severity: workflow.steps.find(({ id }) => id === step.id)?.severity ?? 'medium', proof: detail ?? '' }]
        : [],
    ),
  );
  return found.sort((one, other) => weight.indexOf(one.severity) - weight.indexOf(other.severity));
}

type Cell = Operation['cells'][number];

function toCell(source: ReportSource, read: WholeOutput, cell: Cell, server: string): ReportCell {
  const { state, attempt, exitCode, startedAtMs, finishedAtMs, error } = cell;
  const answers = source.answers.filter((each) => each.serverId === cell.serverId && each.stepId === cell.stepId);
  return {
    ...{ server, state, detail: cell.detail && source.mask(cell.detail), attempt, exitCode, startedAtMs, finishedAtMs },
    error: error && { ...source.wording(error), error },
    parts: read.parts.get(cellKey(cell.serverId, cell.stepId)) ?? [],
    answers: answers.map(({ answer }): ReportAnswer => {
      const files = (answer.attachments ?? []).map((id) => source.attachments.find((file) => file.id === id)?.name ?? id);
      return {
        value: source.mask(answer.value),
        note: source.mask(answer.note ?? ''),
        who: answer.who,
        atMs: answer.atMs,
        files,
        attestation: answer.attestation ?? null,
      };
    }),
  };
}

interface WholeOutput {
  output: RunReport['output'];
  said: OutputEntry[];
  parts: Map<string, ReportCell['parts']>;
}

interface Gathering {
  hash: Hash;
  bytes: number;
  head: Buffer;
  tail: Buffer;
  serverId: ServerId | null;
  stepId: string | null;
}

async function readWholeOutput(source: ReportSource, names: ReadonlyMap<string, string>, titles: ReadonlyMap<string, string>): Promise<WholeOutput> {
  const whole = createHash('sha256');
  const cells = new Map<string, Gathering>();
  const result: WholeOutput = { output: { bytes: 0, entries: 0, sha256: '', dropped: false, cells: [] }, said: [], parts: new Map() };
  for (let afterSeq = -1; ; ) {
    const { entries, gapUntil } = await source.output(afterSeq, pageEntries);
    if (gapUntil !== null) result.output.dropped = true;
    for (const entry of entries) {
      const bytes = Buffer.from(entry.data, entry.encoding);
      whole.update(bytes);
      result.output.bytes += bytes.length;
      result.output.entries += 1;
      gather(cells, entry, bytes);
      if (entry.stream !== 'note') continue;
      if (result.said.length < maxEvents * 2) result.said.push(entry);
      const key = cellKey(entry.serverId, entry.stepId);
      const parts = source.partsIn(entry).map((part) => ({ ...part, atMs: entry.atMs }));
      if (parts.length > 0) result.parts.set(key, [...(result.parts.get(key) ?? []), ...parts]);
    }
    const last = entries.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
  }
  result.output.sha256 = whole.digest('hex');
  result.output.cells = shorten([...cells.values()], names, titles);
  return result;
}

function gather(cells: Map<string, Gathering>, { serverId, stepId }: OutputEntry, bytes: Buffer): void {
  const key = cellKey(serverId, stepId);
  const cell = cells.get(key) ?? { hash: createHash('sha256'), bytes: 0, head: Buffer.alloc(0), tail: Buffer.alloc(0), serverId, stepId };
  cells.set(key, cell);
  cell.hash.update(bytes);
  cell.bytes += bytes.length;
  const toHead = Math.max(0, headBytes - cell.head.length);
  if (toHead > 0) cell.head = Buffer.concat([cell.head, bytes.subarray(0, toHead)]);
  if (bytes.length > toHead) cell.tail = Buffer.concat([cell.tail, bytes.subarray(toHead)]).subarray(-tailBytes);
}

function shorten(cells: readonly Gathering[], names: ReadonlyMap<string, string>, titles: ReadonlyMap<string, string>): ReportOutput[] {
  let left = appendixBytes;
  return cells.map(({ hash, bytes, head, tail, serverId, stepId }) => {
    const omitted = bytes - head.length - tail.length;
    const fits = head.length + tail.length <= left;
    if (fits) left -= head.length + tail.length;
    const text = omitted === 0 ? Buffer.concat([head, tail]).toString() : `${head.toString()}\n[… ${omitted} bytes …]\n${tail.toString()}`;
    return {
      ...{ server: serverId && (names.get(serverId) ?? serverId), stepTitle: stepId && (titles.get(stepId) ?? stepId), bytes, sha256: hash.digest('hex') },
      ...(fits
        ? { text: stripVTControlCharacters(text), omitted }
        : { text: '(not in this report, which holds much output already; the hash stands for it)', omitted: bytes }),
    };
  });
}

const cellKey = (serverId: string | null, stepId: string | null) => `${serverId}/${stepId}`;

/** SHA-256 of a value as JSON with its keys in order, so that the same definition has the same hash. */
export function hashOfValue(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** The id of an operation as a file's name begins with it. */
export function reportFileName({ id, subject, kind }: { id: OperationId; subject: string | null; kind: string }, extension: string): string {
  return `${subject ?? kind}-${id}.${extension}`.replaceAll(/[^A-Za-z0-9._-]/g, '-');
}
