import { type HistoryPiece, isWantedSubject, mostHistoryPoints, type WantedSeries } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Readings } from '../../../database/readings/openReadings.ts';
import type { SeriesPoints } from '../../../database/readings/readingsTypes.ts';

/** Points of one piece: encoded, it fits in a frame with room to spare. */
const piecePoints = 800;

/** What history is asked for. */
export interface HistoryRequest {
  servers: readonly { id: ServerId; name: string }[];
  series: readonly WantedSeries[];
  fromMs: number;
  toMs: number;
  maxPoints: number;
}

/** Stored series in pieces, metric by metric; one that was asked for twice comes once. */
export async function* historyPieces(readings: Pick<Readings, 'queryFleet'>, request: HistoryRequest): AsyncGenerator<Omit<HistoryPiece, 'seq'>, void, void> {
  const { servers, series, fromMs, toMs, maxPoints } = request;
  const names = new Map(servers.map(({ id, name }) => [id, name]));
  const serverIds = servers.map(({ id }) => id);
  const mostPoints = Math.floor(mostHistoryPoints / series.length);
  const told = new Set<string>();
  for (const { metric, subject: wanted } of series) {
    const subject = wanted === undefined || wanted.endsWith(':*') ? null : wanted;
    const answer = await readings.queryFleet({ serverIds, metric, subject, fromMs, toMs, maxPoints, mostPoints });
    for (const { serverId, series: found } of answer.servers) {
      for (const points of found) {
        const key = JSON.stringify([serverId, points.subject, metric]);
        if (told.has(key) || !isWantedSubject(wanted, points.subject)) continue;
        told.add(key);
        yield* piecesOf(points, { serverId, serverName: names.get(serverId) ?? serverId, stepMs: answer.stepMs });
      }
    }
  }
}

function* piecesOf(points: SeriesPoints, head: Pick<HistoryPiece, 'serverId' | 'serverName' | 'stepMs'>): Generator<Omit<HistoryPiece, 'seq'>, void, void> {
  const { subject, metric, atMs, min, mean, max } = points;
  const isRaw = head.stepMs === 0;
  for (let from = 0; from < atMs.length; from += piecePoints) {
    const part = (values: Float32Array) => Array.from(values.subarray(from, from + piecePoints), shortened);
    yield {
      ...{ ...head, subject, metric, atMs: Array.from(atMs.subarray(from, from + piecePoints)), mean: part(mean) },
      ...{ min: isRaw ? null : part(min), max: isRaw ? null : part(max) },
    };
  }
}

/** As many digits as a 32-bit float holds: 0.1 is 0.1 again. */
const shortened = (value: number) => Number(value.toPrecision(7));
