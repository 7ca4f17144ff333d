import type { ClientSession } from '../../src/main/rpc/clientSession.ts';
import type { CreditGate } from '../../src/main/rpc/credit.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { LogEntry, LogSource, LogsFrame, LogWant } from '../../src/shared/model/log.ts';
import { creditWindows } from '../../src/shared/model/stream.ts';
import { writerOf } from './logsData.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

/** How the simulated logs behave; tests change it. */
export class SimulatedLogs {
  /** Of all sources of a follower together. */
  linesPerSecond = 4;
  /** Servers whose lines do not come for now; they come late, once taken out. */
  readonly away = new Set<string>();
  /** Lines given out, by source; and how often a follower went on from a position. */
  readonly written = new Map<string, number>();
  resumed = 0;

  /** Numbers of a source's lines: of its first, and of the one to come. Whoever goes on from a position says what was taken: lines lost with a stream are written again. */
  positions(key: string): { before: number; after: number } {
    return { before: firstNumber(key), after: this.reached.get(key) ?? 0 };
  }
  readonly reached = new Map<string, number>();
}

// Not all at the same line of what they write.
const firstNumber = (key: string) => [...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9_973, 7);

type Found = Omit<LogSource, 'index'>;
const extra = ['dcgm-exporter', 'node-exporter'];
const units = ['docker.service', 'ssh.service', 'kernel', 'nvidia-persistenced.service'];

/** What a server has to follow. */
function sourcesOf(row: FleetRow): Found[] {
  const serverName = row.server.name;
  const of = (kind: LogSource['kind'], stack: string | null, name: string, container: string | null): Found => ({
    key: `${serverName}:${kind}:${stack ?? ''}:${name}`,
    serverName,
    kind,
    stack,
    name,
    container,
    state: 'live',
  });
  const services = row.stacks.flatMap(({ stackId }) =>
    (stackCatalog.find((stack) => stack.id === stackId)?.services ?? []).map(({ name }) => of('container', `ph-${stackId}`, name, '4f1a9e2b07d5')),
  );
  return [...services, ...extra.map((name) => of('container', null, name, '9c2e41ab77d0')), ...units.map((name) => of('unit', null, name, null))];
}

function wanted(row: FleetRow, want: LogWant): Found[] {
  const all = sourcesOf(row);
  const isAll = Object.values(want).every((list) => list.length === 0);
  const listed = all.filter(
    ({ kind, stack, name }) =>
      (isAll && kind === 'container') ||
      (stack !== null && want.stacks.includes(stack) && (want.services.length === 0 || want.services.includes(name))) ||
      (kind === 'container' && want.containers.includes(name)) ||
      (kind === 'unit' && want.units.includes(name)),
  );
  const file = (path: string): Found => ({
    key: `${row.server.name}:file:${path}`,
    serverName: row.server.name,
    kind: 'file',
    stack: null,
    name: path,
    container: null,
    state: 'live',
  });
  const whole = want.units.includes('-')
    ? [
        {
          key: `${row.server.name}:unit:-`,
          serverName: row.server.name,
          kind: 'unit' as const,
          stack: null,
          name: '-',
          container: null,
          state: 'live' as const,
        },
      ]
    : [];
  return [...listed, ...whole, ...want.files.map(file)];
}

const historyMs = 20 * 60_000;
const perFrame = 300;
const gapText = 'json-file was rotated twice within a second; lines 18,204 to 18,377 were never read';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A line to write. */
interface Due {
  source: LogSource;
  atMs: number;
  /** Says that lines are missing here. */
  gap?: true;
}

/** Writes the lines of sources in the order of time, each source's from where it stands. */
class Writers {
  readonly #next = new Map<string, number>();
  readonly #logs: SimulatedLogs;
  constructor(logs: SimulatedLogs, resume: Record<string, string> | undefined) {
    this.#logs = logs;
    for (const [key, position] of Object.entries(resume ?? {})) {
      this.#next.set(key, Number(position));
      logs.reached.set(key, Number(position));
    }
  }

  entry({ source, atMs, gap }: Due): LogEntry {
    if (gap) return { source: source.index, atMs, text: gapText, gap };
    const n = this.#next.get(source.key) ?? firstNumber(source.key);
    this.#next.set(source.key, n + 1);
    this.#logs.reached.set(source.key, n + 1);
    this.#logs.written.set(source.key, (this.#logs.written.get(source.key) ?? 0) + 1);
    const { text, ...rest } = writerOf(source.name)(n, atMs);
    return { source: source.index, atMs, text: `${text}`, ...rest };
  }

  positions(sources: readonly LogSource[]): Record<string, string> {
    return Object.fromEntries(sources.map(({ key }) => [key, String(this.#next.get(key) ?? firstNumber(key))]));
  }
}

interface Follow {
  rows: readonly FleetRow[];
  want: LogWant;
  sinceMs: number | undefined;
  untilMs: number | undefined;
  tail: number;
  follow: boolean;
  resume: Record<string, string> | undefined;
}

async function* frames(logs: SimulatedLogs, input: Follow, gate: CreditGate, signal: AbortSignal | undefined): AsyncGenerator<LogsFrame, void, void> {
  const { rows, want, resume } = input;
  const found = rows.filter((row) => row.connection === 'connected').flatMap((row) => wanted(row, want));
  const sources: LogSource[] = found.map((source, index) => ({ ...source, index }));
  const write = new Writers(logs, resume);
  if (resume) logs.resumed += 1;
  for (const { server, connection } of rows) {
    const state =
      connection === 'connected' ? (logs.away.has(server.name) ? 'reconnecting' : 'live') : connection === 'reconnecting' ? 'reconnecting' : 'failed';
    const reason = state === 'live' ? null : state === 'failed' ? 'its host key has not been confirmed' : 'the connection was reset; trying again in 8 s';
    yield { type: 'server', cost: 0, serverName: server.name, state, reason };
  }
  if (sources.length > 0) yield { type: 'sources', cost: 0, sources };
  // A line has its number once it goes out: positions say no more than what went out with them.
  const send = async function* (lines: readonly Due[]): AsyncGenerator<LogsFrame, void, void> {
    for (let from = 0; from < lines.length; from += perFrame) {
      await gate.ready();
      if (signal?.aborted) return;
      const part = lines.slice(from, from + perFrame).map((line) => write.entry(line));
      const cost = JSON.stringify(part).length;
      gate.spend(cost);
      yield { type: 'entries', cost, entries: part, positions: write.positions(sources) };
    }
  };
  const nowMs = Date.now();
  if (resume === undefined && sources.length > 0) {
    const fromMs = input.sinceMs ?? nowMs - historyMs;
    const untilMs = Math.min(nowMs, input.untilMs ?? nowMs);
    const total = Math.min(6_000, sources.length * Math.min(input.tail, 60) * Math.max(1, Math.round((untilMs - fromMs) / historyMs)));
    const history = Array.from({ length: total }, (_, index): Due => {
      const atMs = Math.round(fromMs + ((untilMs - fromMs) * (index + ((index * 7_919) % 100) / 101)) / total);
      const source = sources[(index * 5 + Math.floor(index / sources.length)) % sources.length] as LogSource;
      return { source, atMs: Math.min(atMs, untilMs) };
    });
    const middle = history[total - 14];
    if (middle) history.splice(total - 14, 0, { ...middle, gap: true });
    yield* send(history);
  }
  if (!input.follow) {
    yield { type: 'end', cost: 0, reason: 'all lines were read' };
    return;
  }
  const known = new Set(logs.away);
  const late: Due[] = [];
  let due = 0;
  let turn = 0;
  let lastMs = performance.now();
  while (!signal?.aborted) {
    await pause(50);
    for (const { server } of rows) {
      if (known.has(server.name) === logs.away.has(server.name)) continue;
      const isAway = logs.away.has(server.name);
      if (isAway) known.add(server.name);
      else known.delete(server.name);
      yield {
        type: 'server',
        cost: 0,
        serverName: server.name,
        state: isAway ? 'reconnecting' : 'live',
        reason: isAway ? 'the connection was reset; trying again in 8 s' : null,
      };
    }
    const now = performance.now();
    due += ((now - lastMs) * logs.linesPerSecond) / 1_000;
    lastMs = now;
    if (sources.length === 0) continue;
    const lines = late.filter(({ source }) => !known.has(source.serverName));
    late.splice(0, late.length, ...late.filter(({ source }) => known.has(source.serverName)));
    for (; due >= 1; due -= 1) {
      turn += 1;
      const source = sources[(turn * 7) % sources.length] as LogSource;
      (known.has(source.serverName) ? late : lines).push({ source, atMs: Date.now() });
    }
    yield* send(lines);
  }
}

async function* stream(
  client: ClientSession,
  begin: (gate: CreditGate) => AsyncGenerator<LogsFrame, void, void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogsFrame, void, void> {
  const { streamId, gate, close } = client.openStream(creditWindows.log);
  signal?.addEventListener('abort', () => gate.close(), { once: true });
  try {
    yield { type: 'open', streamId };
    yield* begin(gate);
  } finally {
    close();
  }
}

/** Implements `logs` of the contract: lines of every kind, a gap, servers that are away. */
export function logsHandlers(world: World) {
  return {
    sources: os.logs.sources.handler(({ input }) => {
      const rows = world.select(input.selector);
      return {
        sources: rows.filter((row) => row.connection === 'connected').flatMap(sourcesOf),
        failures: rows.flatMap((row) =>
          row.connection === 'connected' || row.connectionError === null ? [] : [{ serverName: row.server.name, error: row.connectionError }],
        ),
      };
    }),
    follow: os.logs.follow.handler(({ input, context, signal }) => {
      const { sinceMs, untilMs, resume } = input;
      const rows = world.select(input.selector);
      return stream(context.client, (gate) => frames(world.logs, { ...input, rows, sinceMs, untilMs, resume }, gate, signal), signal);
    }),
  };
}
