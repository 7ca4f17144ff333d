import type { AlertRule, AlertSeverity, AlertSubject, Comparator } from '../../../shared/model/alertRule.ts';
import { metricWords, valueText } from './metricWords.ts';

/** What a severity means to people. */
export const severityMeanings: Record<AlertSeverity, string> = {
  advice: 'shown here, told to nobody',
  warning: 'goes to the channel',
  critical: 'pages whoever is on call',
};

/** A comparator in words. */
export const comparatorWords: Record<Comparator, string> = {
  '>': 'above',
  '>=': 'at least',
  '<': 'below',
  '<=': 'at most',
  '==': 'is',
  '!=': 'is not',
};

const subjects: Record<AlertSubject, string> = {
  server: 'of a server',
  gpu: 'of each GPU',
  disk: 'of each disk',
  drive: 'of each drive',
  nic: 'of each network card',
  container: 'of each container',
  engine: 'of each engine',
  probe: 'of each probe',
  computer: 'of this computer',
};

/** A span of seconds in words: `90 s`, `5 min`, `2 h`, `1 day`. */
export function spanText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200 || seconds % 3600 !== 0) return `${Number((seconds / 60).toFixed(1))} min`;
  if (seconds < 172_800 || seconds % 86_400 !== 0) return `${Number((seconds / 3600).toFixed(1))} h`;
  return `${seconds / 86_400} days`;
}

/** What a rule looks at: `Disk used of each disk`. */
export function watchText({ metric, on }: Pick<AlertRule, 'metric' | 'on'>): string {
  return `${metricWords(metric, on).label} ${subjects[on]}`;
}

/** The threshold with its unit: `above 90 %`. */
export function thresholdText({ metric, on, comparator, value }: Pick<AlertRule, 'metric' | 'on' | 'comparator' | 'value'>): string {
  const words = metricWords(metric, on);
  return `${comparatorWords[comparator]} ${valueText(words, value)}`;
}

/** From where on a value is good again. */
export function clearText({ metric, on, comparator, clear }: Pick<AlertRule, 'metric' | 'on' | 'comparator' | 'clear'>): string {
  if (clear === undefined) return 'as soon as it does not hold';
  const words = metricWords(metric, on);
  return `${comparator.startsWith('>') ? 'at most' : 'at least'} ${valueText(words, clear)}`;
}

/** For whom a rule is, in words; null: for everything. */
export function scopeText({ environments, stacks, exceptStacks, engines, exceptEngines, hardware }: AlertRule['appliesTo']): string | null {
  const parts = [
    environments?.join(', '),
    stacks && `stack ${stacks.join(', ')}`,
    exceptStacks && `not stack ${exceptStacks.join(', ')}`,
    engines && `engine ${engines.join(', ')}`,
    exceptEngines && `not engine ${exceptEngines.join(', ')}`,
    hardware && (hardware === 'gpu' ? 'servers with GPUs' : 'servers without GPUs'),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : parts.join(' · ');
}
