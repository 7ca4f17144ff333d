import { AppError } from '../../../shared/errors.ts';
import type { OutputHit } from '../../../shared/model/evidence.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { OperationSummary, Phase } from '../../../shared/model/operation.ts';
import type { OutputPiece, RunRecords } from '../../operations/runRecords.ts';
import { excerptOf, foldBytes, foldedNeedles } from './searchRules.ts';

const carriedBytes = 400;
const hitsPerRun = 25;
const hitsPerSegment = 20_000;

/** What to look for, and when to stop. */
export interface OutputQuery {
  text: string;
  serverId?: ServerId | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  limit: number;
  /** Searching ends after so long with what was found until then. */
  budgetMs: number;
}

/** What was found, how much was looked through, and why there may be more. */
export interface OutputSearch {
  hits: OutputHit[];
  searched: { runs: number; bytes: number; elapsedMs: number };
  cut: 'limit' | 'time' | null;
}

/**
 * Looks through the output of runs in the order given, a segment file at a time so that nothing else waits long. A text is found also where
 * the pieces of it were written apart, with the output of other servers in between. At most one hit for a line, and a few for a run.
 */
export async function searchOutput(
  ports: { records: Pick<RunRecords, 'segments' | 'pieces' | 'segmentBytes'>; nowMs(): number; signal?: AbortSignal | undefined },
  runs: Iterable<OperationSummary>,
  query: OutputQuery,
): Promise<OutputSearch> {
  const began = ports.nowMs();
  const needles = foldedNeedles(query.text);
  const result: OutputSearch = { hits: [], searched: { runs: 0, bytes: 0, elapsedMs: 0 }, cut: null };
  search: for (const run of runs) {
    const carries = new Map<string, Buffer>();
    let ofRun = 0;
    result.searched.runs += 1;
    for (const segment of ports.records.segments(run.id)) {
      if (ports.signal?.aborted === true) throw new AppError('core.stopping', {});
      if (ports.nowMs() - began > query.budgetMs) {
        result.cut = 'time';
        break search;
      }
      const bytes = await ports.records.segmentBytes(run.id, segment.segment);
      if (bytes === null) continue;
      result.searched.bytes += segment.bytes;
      for (const hit of inSegment(bytes, ports.records.pieces(run.id, segment), needles, query, carries)) {
        if (result.hits.length === query.limit || ofRun === hitsPerRun) {
          result.cut = 'limit';
          if (result.hits.length === query.limit) break search;
          continue search;
        }
        ofRun += 1;
        result.hits.push(toHit(run, hit));
      }
    }
  }
  result.searched.elapsedMs = ports.nowMs() - began;
  return result;
}

interface Found {
  piece: OutputPiece;
  excerpt: { line: string; from: number; length: number };
}

function* inSegment(
  bytes: Buffer,
  pieces: readonly OutputPiece[],
  needles: readonly string[],
  query: OutputQuery,
  carries: Map<string, Buffer>,
): Generator<Found> {
  const folded = foldBytes(bytes);
  const longest = Math.max(...needles.map(({ length }) => length));
  const places = placesOf(folded, needles);
  let next = 0;
  for (const piece of pieces) {
    const { position, length } = piece;
    const end = position + length;
    const key = `${piece.serverId}/${piece.stepId}/${piece.stream}`;
    const carry = carries.get(key) ?? Buffer.alloc(0);
    carries.set(
      key,
      length >= carriedBytes ? bytes.subarray(end - carriedBytes, end) : Buffer.concat([carry, bytes.subarray(position, end)]).subarray(-carriedBytes),
    );
    const wanted = fits(piece, query);
    let lineEnd = -1;
    if (wanted && carry.length > 0) {
      const tail = carry.subarray(-(longest - 1));
      const border = foldBytes(tail) + folded.slice(position, Math.min(end, position + longest - 1));
      const at = firstOf(border, needles, tail.length);
      if (at !== null) {
        const whole = Buffer.concat([carry, bytes.subarray(position, Math.min(end, position + carriedBytes))]);
        const excerpt = excerptOf(whole, carry.length - tail.length + at, query.text);
        if (excerpt !== null) yield { piece, excerpt };
        lineEnd = endOfLine(bytes, position, end);
      }
    }
    while ((places[next] ?? Number.POSITIVE_INFINITY) < position) next += 1;
    for (; (places[next] ?? Number.POSITIVE_INFINITY) < end; next += 1) {
      const at = places[next] ?? 0;
      if (!wanted || at <= lineEnd) continue;
      const whole = at - position < 120 ? Buffer.concat([carry, bytes.subarray(position, end)]) : bytes.subarray(position, end);
      const excerpt = excerptOf(whole, at - position + (whole.length - length), query.text);
      if (excerpt === null) continue;
      yield { piece, excerpt };
      lineEnd = endOfLine(bytes, at, end);
    }
  }
}

function fits(piece: OutputPiece, query: OutputQuery): boolean {
  if (query.serverId !== undefined && piece.serverId !== query.serverId) return false;
  return piece.atMs >= (query.sinceMs ?? 0) && piece.atMs <= (query.untilMs ?? Number.POSITIVE_INFINITY);
}

function placesOf(folded: string, needles: readonly string[]): number[] {
  const places: number[] = [];
  for (const needle of needles) {
    for (let at = folded.indexOf(needle); at !== -1 && places.length < hitsPerSegment; at = folded.indexOf(needle, at + needle.length)) places.push(at);
  }
  return places.sort((one, other) => one - other);
}

/** The first place at which a needle begins before `border` and ends after it. */
function firstOf(text: string, needles: readonly string[], border: number): number | null {
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at !== -1 && at < border; at = text.indexOf(needle, at + 1)) if (at + needle.length > border) return at;
  }
  return null;
}

function endOfLine(bytes: Buffer, from: number, end: number): number {
  const newline = bytes.indexOf(10, from);
  return newline === -1 || newline >= end ? end - 1 : newline;
}

function toHit(run: OperationSummary, { piece, excerpt }: Found): OutputHit {
  const { serverId, stepId, stream, seq, atMs } = piece;
  return {
    ...{ operationId: run.id, title: run.title, kind: run.kind, state: run.state, subject: run.subject },
    ...{ serverId, server: run.targets.find((target) => target.serverId === serverId)?.name ?? null },
    ...{ stepId, phase: piece.phase as Phase | null, stream, seq, atMs, ...excerpt },
  };
}
