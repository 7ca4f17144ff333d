import type { AlertSubject } from '../../../shared/model/alertRule.ts';
import { engineMetricCatalogue, probeMetricCatalogue } from '../../../shared/model/engineMetricCatalogue.ts';
import { metricDefinition } from '../../../shared/model/metricCatalogue.ts';

/** How values of a metric are called, counted and shown. `factor` and `unit` are those in which people write them: a ratio as percent. */
export interface MetricWords {
  label: string;
  unit: string;
  factor: number;
  digits: number;
  flag: boolean;
}

/** What is judged by the program itself and stands in no catalogue. */
const judged: Readonly<Record<string, { label: string; unit: string }>> = {
  serverReachable: { label: 'Server answers', unit: 'flag' },
  serverLogin: { label: 'Login works', unit: 'flag' },
  sampleAgeS: { label: 'Age of the newest measurement', unit: 's' },
  computerOffline: { label: 'No server answers', unit: 'flag' },
  wedged: { label: 'Engine is stuck', unit: 'flag' },
};

const shown: Readonly<Record<string, Omit<MetricWords, 'label' | 'flag'>>> = {
  ratio: { unit: '%', factor: 100, digits: 1 },
  celsius: { unit: '°C', factor: 1, digits: 1 },
  watts: { unit: 'W', factor: 1, digits: 0 },
  hertz: { unit: 'MHz', factor: 1e-6, digits: 0 },
  s: { unit: 's', factor: 1, digits: 2 },
  seconds: { unit: 's', factor: 1, digits: 2 },
  ms: { unit: 'ms', factor: 1, digits: 1 },
  days: { unit: 'days', factor: 1, digits: 0 },
  B: { unit: 'GiB', factor: 1 / 1024 ** 3, digits: 2 },
  bytes: { unit: 'GiB', factor: 1 / 1024 ** 3, digits: 2 },
  bytesPerSecond: { unit: 'MiB/s', factor: 1 / 1024 ** 2, digits: 1 },
  '1/s': { unit: 'per second', factor: 1, digits: 2 },
  perSecond: { unit: 'per second', factor: 1, digits: 2 },
  'tokens/s': { unit: 'tokens/s', factor: 1, digits: 1 },
  cores: { unit: 'cores', factor: 1, digits: 1 },
};

function definitionOf(metric: string, on: AlertSubject): { label: string; unit: string } {
  const catalogue: Readonly<Record<string, { unit: string; title: string }>> =
    on === 'probe' ? probeMetricCatalogue : on === 'engine' ? engineMetricCatalogue : {};
  const own = Object.hasOwn(judged, metric) ? judged[metric] : undefined;
  const found = Object.hasOwn(catalogue, metric) ? catalogue[metric] : undefined;
  if (own !== undefined) return own;
  if (found !== undefined) return { label: found.title, unit: found.unit };
  return metricDefinition(metric) ?? { label: metric, unit: 'count' };
}

/** The words of a metric of such subjects; its own name where nothing is known of it. */
export function metricWords(metric: string, on: AlertSubject): MetricWords {
  const { label, unit } = definitionOf(metric, on);
  return { label, flag: unit === 'flag', ...(shown[unit] ?? { unit: '', factor: 1, digits: 2 }) };
}

/** A value in the unit that people write it in, without the unit. */
export function figureText({ factor, digits }: MetricWords, value: number): string {
  return String(Number((value * factor).toFixed(digits)));
}

/** A value with its unit: `91.5 %`; a flag as yes or no. */
export function valueText(words: MetricWords, value: number): string {
  if (words.flag) return value === 0 ? 'no' : 'yes';
  const figure = figureText(words, value);
  return words.unit === '' ? figure : `${figure} ${words.unit}`;
}

/** What somebody wrote, as the metric counts it; null: it is no number. Rounded, so that 90 % is 0.9 and nothing beside it. */
export function valueOfFigure({ factor }: MetricWords, text: string): number | null {
  const figure = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(figure) ? null : Number((figure / factor).toPrecision(12));
}

/** The kind of a subject as readings name it: `gpu:GPU-1` is a gpu, the empty one the server. */
export function kindOfSubject(subject: string): AlertSubject {
  const kind = subject.slice(0, Math.max(0, subject.indexOf(':')));
  const kinds: readonly AlertSubject[] = ['gpu', 'disk', 'drive', 'nic', 'container', 'engine', 'probe', 'computer'];
  return kinds.find((each) => each === kind) ?? 'server';
}

/** A subject for people: a device of a GPU shortened, everything else as it is named. */
export function subjectText(subject: string): string {
  const [kind, ...rest] = subject.split(':');
  const name = rest.join(':');
  if (subject === '') return '';
  return kind === 'gpu' ? `GPU ${name.replace(/^GPU-/, '').slice(0, 8)}` : name || subject;
}
