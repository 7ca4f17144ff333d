import type { HealthExportFormat } from '../../../../shared/contract/health.ts';
import { isMetric, isWantedSubject, type WantedSeries } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Readings } from '../../../database/readings/openReadings.ts';
import type { ReadingsAnswer, SeriesName } from '../../../database/readings/readingsTypes.ts';
import { subjectParts } from '../export/exportedMetric.ts';
import { openMetricsEnd, openMetricsText, prometheusText } from '../export/prometheusText.ts';
import { csvHeading, readingsCsv } from '../export/readingsCsv.ts';

/** Characters of one piece: encoded, it fits in a frame with room to spare. */
const pieceCharacters = 16_000;
/** Series that are read at once, and points that each is told in at most. */
const seriesTogether = 20;
const mostPoints = 20_000;
/** The newest values are looked for so far back. */
const newestMs = 5 * 60_000;

/** What is asked to be given out. */
export interface ExportRequest {
  servers: readonly { id: ServerId; name: string }[];
  format: HealthExportFormat;
  /** Absent: all that is kept. */
  series?: readonly WantedSeries[] | undefined;
  fromMs: number;
  toMs: number;
}

type Source = Pick<Readings, 'seriesOf' | 'query' | 'latest'>;
type Kept = Map<ServerId, SeriesName[]>;

/** Stored figures as text for other programs, in pieces. */
export async function* exportText(readings: Source, request: ExportRequest, nowMs: number): AsyncGenerator<{ text: string }, void, void> {
  const names = new Map(request.servers.map(({ id, name }) => [id, name]));
  const nameOf = (id: ServerId) => names.get(id) ?? null;
  if (request.format === 'prometheus') {
    const latest = await readings.latest([...names.keys()], nowMs - newestMs);
    const chosen = latest.map(({ serverId, readings: own }) => ({ serverId, readings: own.filter((each) => isWanted(request.series, each)) }));
    for await (const text of prometheusText(chosen, nameOf)) yield* inPieces(text);
    return;
  }
  const kept: Kept = new Map();
  for (const { id } of request.servers) {
    kept.set(
      id,
      (await readings.seriesOf(id)).filter((each) => isMetric(each.metric) && isWanted(request.series, each)),
    );
  }
  if (request.format === 'csv') {
    yield { text: csvHeading };
    for (const [serverId, series] of kept) {
      for await (const answer of answers(readings, serverId, series, request)) for (const text of readingsCsv(answer, nameOf)) yield* inPieces(text);
    }
    return;
  }
  for (const family of familiesOf(kept)) {
    let isFirst = true;
    for (const [serverId, series] of family) {
      for await (const answer of answers(readings, serverId, series, request)) {
        const text = openMetricsText(answer, nameOf, { heading: isFirst });
        if (text !== '') isFirst = false;
        yield* inPieces(text);
      }
    }
  }
  yield { text: openMetricsEnd };
}

function isWanted(series: readonly WantedSeries[] | undefined, { metric, subject }: SeriesName): boolean {
  return series === undefined || series.some((wanted) => wanted.metric === metric && isWantedSubject(wanted.subject, subject));
}

async function* answers(readings: Source, serverId: ServerId, series: readonly SeriesName[], { fromMs, toMs }: ExportRequest): AsyncGenerator<ReadingsAnswer> {
  for (let from = 0; from < series.length; from += seriesTogether) {
    yield await readings.query({ serverId, series: series.slice(from, from + seriesTogether), fromMs, toMs, maxPoints: mostPoints });
  }
}

/** Series that have one name outside: OpenMetrics wants them together, whatever server they are of. */
function familiesOf(kept: Kept): Kept[] {
  const families = new Map<string, Kept>();
  for (const [serverId, series] of kept) {
    for (const each of series) {
      const key = `${each.metric} ${subjectParts(each.subject).kind}`;
      const family: Kept = families.get(key) ?? new Map();
      family.set(serverId, [...(family.get(serverId) ?? []), each]);
      families.set(key, family);
    }
  }
  return [...families].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, family]) => family);
}

function* inPieces(text: string): Generator<{ text: string }> {
  for (let from = 0; from < text.length; ) {
    // A pair of surrogates is not cut.
    const end = from + pieceCharacters;
    const isPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    yield { text: text.slice(from, isPair ? end + 1 : end) };
    from = isPair ? end + 1 : end;
  }
}
