import { stringify } from 'csv-stringify/sync';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { ReadingsAnswer, SeriesPoints } from '../../../database/readings/readingsTypes.ts';
import { exportedMetric, subjectParts } from './exportedMetric.ts';
import { figureText } from './prometheusText.ts';

const common = ['time', 'server', 'subject', 'metric', 'unit'] as const;

/**
 * A query's answer as CSV with a heading, series by series, in parts that fit in memory. Values as measured have one column, roll-ups
 * have five. Times are UTC. A text that a spreadsheet would take for a formula has an apostrophe before it.
 */
export function* readingsCsv({ stepMs, servers }: ReadingsAnswer, nameOf: (serverId: ServerId) => string | null): Generator<string> {
  const figures = stepMs === 0 ? (['last'] as const) : (['count', 'min', 'max', 'mean', 'last'] as const);
  yield stringify([[...common, ...(stepMs === 0 ? ['value'] : figures)]]);
  for (const { serverId, series } of servers) {
    const server = nameOf(serverId) ?? serverId;
    for (const points of series) yield stringify(rowsOf(server, points, figures));
  }
}

function rowsOf(server: string, points: SeriesPoints, figures: readonly ('count' | 'min' | 'max' | 'mean' | 'last')[]): string[][] {
  const { subject, metric } = points;
  const { unit } = exportedMetric(subjectParts(subject).kind, metric);
  const texts = [server, subject, metric, unit].map(plainText);
  return Array.from(points.atMs, (atMs, index) => [
    new Date(atMs).toISOString(),
    ...texts,
    ...figures.map((figure) => figureText(points[figure][index] ?? Number.NaN)),
  ]);
}

function plainText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
