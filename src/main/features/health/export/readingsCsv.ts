import { stringify } from 'csv-stringify/sync';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { ReadingsAnswer, SeriesPoints } from '../../../database/readings/readingsTypes.ts';
import { exportedMetric, subjectParts } from './exportedMetric.ts';
import { figureText } from './prometheusText.ts';

const figures = ['count', 'min', 'max', 'mean', 'last'] as const;

/** The heading of the table. `step_s` 0: values as they were measured, of which there is one in a line. */
export const csvHeading = stringify([['time', 'server', 'subject', 'metric', 'unit', 'step_s', ...figures]]);

/**
 * A query's answer as CSV without a heading, series by series, in parts that fit in memory. Times are UTC, of a roll-up where it begins. A text
 * that a spreadsheet would take for a formula has an apostrophe before it.
 */
export function* readingsCsv({ stepMs, servers }: ReadingsAnswer, nameOf: (serverId: ServerId) => string | null): Generator<string> {
  for (const { serverId, series } of servers) {
    const server = nameOf(serverId) ?? serverId;
    for (const points of series) yield stringify(rowsOf(server, points, stepMs));
  }
}

function rowsOf(server: string, points: SeriesPoints, stepMs: number): string[][] {
  const { subject, metric } = points;
  const { unit } = exportedMetric(subjectParts(subject).kind, metric);
  const texts = [server, subject, metric, unit].map(plainText);
  return Array.from(points.atMs, (atMs, index) => [
    new Date(atMs).toISOString(),
    ...texts,
    String(stepMs / 1000),
    ...figures.map((figure) => figureText(points[figure][index] ?? Number.NaN)),
  ]);
}

function plainText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
