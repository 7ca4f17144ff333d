import { engineMetricCatalogue, type MetricEntry, probeMetricCatalogue } from '../../../../shared/model/engineMetricCatalogue.ts';
import { metricDefinition } from '../../../../shared/model/metricCatalogue.ts';

/** What a reading's subject says: of which kind it is, and its name. `host` and no name: the server itself. */
export interface SubjectParts {
  kind: string;
  name: string;
}

/** A metric as other programs know it. */
export interface ExportedMetric {
  /** A name after Prometheus' customs: snake case, base units, the unit last, `_total` where it only grows. */
  name: string;
  isCounter: boolean;
  /** What its values are multiplied by to be in base units. */
  factor: number;
  /** For people; the name where nothing is known of the metric. */
  help: string;
  /** The unit of our own values, for a table; empty where nothing is known of the metric. */
  unit: string;
}

/** Units whose values are in no base unit: the word of it in our names, and how many seconds it has. */
const secondsIn: Readonly<Record<string, { word: string; seconds: number }>> = {
  s: { word: 's', seconds: 1 },
  ms: { word: 'ms', seconds: 0.001 },
  days: { word: 'days', seconds: 86_400 },
};

/** Takes a subject apart: `gpu:GPU-4a` is the GPU `GPU-4a`. */
export function subjectParts(subject: string): SubjectParts {
  const colon = subject.indexOf(':');
  if (subject === '') return { kind: 'host', name: '' };
  return colon < 0 ? { kind: 'subject', name: subject } : { kind: snakeCase(subject.slice(0, colon)) || 'subject', name: subject.slice(colon + 1) };
}

/** Labels of a series elsewhere: its server, and of what it is where that is not the server itself. */
export function exportedLabels(server: string, subject: string): [name: string, value: string][] {
  const { kind, name } = subjectParts(subject);
  if (kind === 'host') return [['server', server]];
  // A kind that is called as the label of the server would hide it.
  return [
    ['server', server],
    [kind === 'server' || /^\d/.test(kind) ? `of_${kind}` : kind, name],
  ];
}

/**
 * How a metric of a kind of subject is called elsewhere. The kind comes first, so that a server's sum over its network cards is another metric
 * than those of the cards. Customs: https://prometheus.io/docs/practices/naming/
 */
export function exportedMetric(kind: string, metric: string): ExportedMetric {
  const known = knownMetric(kind, metric);
  const time = secondsIn[known?.unit ?? ''];
  const isCounter = known === null ? false : known.isCounter;
  let words = snakeCase(metric).split('_');
  if (time !== undefined) words = [...words.filter((word) => word !== time.word), 'seconds'];
  if (words.at(-1) === 'total') words.pop();
  if (words[0] === kind && words.length > 1) words.shift();
  const name = ['pilothouse', kind, ...words, ...(isCounter ? ['total'] : [])].filter((word) => word !== '').join('_');
  return { name, isCounter, factor: time?.seconds ?? 1, help: known?.help ?? metric, unit: known?.unit ?? '' };
}

/** What the catalogues say; null for a metric that none of them has. */
function knownMetric(kind: string, metric: string): { unit: string; help: string; isCounter: boolean } | null {
  const catalogue: Readonly<Record<string, MetricEntry>> | null = kind === 'engine' ? engineMetricCatalogue : kind === 'probe' ? probeMetricCatalogue : null;
  if (catalogue === null) {
    const definition = metricDefinition(metric);
    return definition === null ? null : { unit: definition.unit, help: definition.label, isCounter: definition.kind === 'total' };
  }
  const entry = Object.hasOwn(catalogue, metric) ? catalogue[metric] : undefined;
  return entry === undefined ? null : { unit: entry.unit, help: entry.title, isCounter: metric.endsWith('Total') };
}

/** `cpuUsedRatio` as `cpu_used_ratio`; what is no letter or digit becomes a dash below. */
function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase();
}
