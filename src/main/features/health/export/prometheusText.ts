import { setImmediate } from 'node:timers/promises';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { ReadingsAnswer, SeriesPoints, ServerLatest } from '../../../database/readings/readingsTypes.ts';
import { type ExportedMetric, exportedLabels, exportedMetric, subjectParts } from './exportedMetric.ts';

interface Sample {
  labels: string;
  value: number;
  atMs: number;
}

interface Family {
  metric: ExportedMetric;
  samples: Sample[];
}

/**
 * Newest values in Prometheus' text format 0.0.4, metric by metric, without times: they are of now, and who reads them says when that is. `nameOf`
 * gives a server's name; a server without one is left out. Others have their turn in between.
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export async function* prometheusText(latest: readonly ServerLatest[], nameOf: (serverId: ServerId) => string | null): AsyncGenerator<string, void, void> {
  const families = new Families();
  for (const { serverId, readings } of latest) {
    const server = nameOf(serverId);
    if (server !== null) for (const { subject, metric, value, atMs } of readings) families.add(server, subject, metric, [{ value, atMs }]);
    await setImmediate();
  }
  for (const { metric, samples } of families.all()) {
    const lines = [
      `# HELP ${metric.name} ${escapeHelp(metric.help)}`,
      `# TYPE ${metric.name} ${metric.isCounter ? 'counter' : 'gauge'}`,
      ...samples.map(({ labels, value }) => `${metric.name}${labels} ${figureText(value * metric.factor)}`),
    ];
    yield lines.map((line) => `${line}\n`).join('');
  }
}

/** The last line of an OpenMetrics text. */
export const openMetricsEnd = '# EOF\n';

/**
 * A query's answer in the OpenMetrics text format 1.0 without its last line, with times in seconds, as `promtool tsdb create-blocks-from openmetrics`
 * reads it. A point of a roll-up is its mean, of what only grows its last value. Without `heading` metrics that were begun before go on.
 * Format: https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsText({ servers }: ReadingsAnswer, nameOf: (serverId: ServerId) => string | null, { heading = true } = {}): string {
  const families = new Families();
  for (const { serverId, series } of servers) {
    const server = nameOf(serverId);
    if (server !== null) for (const points of series) families.add(server, points.subject, points.metric, samplesOf(points));
  }
  const lines = families.all().flatMap(({ metric, samples }) => {
    const family = metric.isCounter ? metric.name.replace(/_total$/, '') : metric.name;
    return [
      ...(heading ? [`# TYPE ${family} ${metric.isCounter ? 'counter' : 'gauge'}`, `# HELP ${family} ${escapeLabel(metric.help)}`] : []),
      ...samples.map(({ labels, value, atMs }) => `${metric.name}${labels} ${figureText(value * metric.factor)} ${atMs / 1000}`),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** As many digits as a 32-bit float holds, so that 0.1 is 0.1 again. */
export function figureText(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** Samples by metric: both formats want those of one together. */
class Families {
  readonly #families = new Map<string, Family>();

  add(server: string, subject: string, metric: string, samples: readonly Omit<Sample, 'labels'>[]): void {
    const exported = exportedMetric(subjectParts(subject).kind, metric);
    let family = this.#families.get(exported.name);
    if (family === undefined) {
      family = { metric: exported, samples: [] };
      this.#families.set(exported.name, family);
    }
    const labels = `{${exportedLabels(server, subject)
      .map(([name, text]) => `${name}="${escapeLabel(text)}"`)
      .join(',')}}`;
    for (const sample of samples) family.samples.push({ ...sample, labels });
  }

  all(): Family[] {
    return [...this.#families.values()].sort((a, b) => (a.metric.name < b.metric.name ? -1 : 1));
  }
}

function samplesOf(points: SeriesPoints): Omit<Sample, 'labels'>[] {
  const { isCounter } = exportedMetric(subjectParts(points.subject).kind, points.metric);
  const values = isCounter ? points.last : points.mean;
  return Array.from(points.atMs, (atMs, index) => ({ atMs, value: values[index] ?? Number.NaN }));
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** In the older format, quotes stand for themselves here. */
function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
