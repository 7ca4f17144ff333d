import type { RuleBacktest } from '../../../shared/model/alertRuleView.ts';

type Interval = RuleBacktest['intervals'][number];

/** When a rule would have been an alert on one subject of one server. `from` and `to` go from 0 to 1 over the whole time. */
export interface Strip {
  key: string;
  serverName: string;
  subject: string;
  spans: { from: number; to: number; interval: Interval }[];
  firedMs: number;
  longestMs: number;
}

const lengthMs = ({ raisedAtMs, untilMs }: Interval, endMs: number) => Math.max(0, (untilMs ?? endMs) - raisedAtMs);

/** One strip for each subject that it would have fired on, those that it would have fired on longest first. */
export function stripsOf({ intervals, fromMs, untilMs }: Pick<RuleBacktest, 'intervals' | 'fromMs' | 'untilMs'>): Strip[] {
  const share = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / (untilMs - fromMs)));
  const strips = [...Map.groupBy(intervals, ({ serverId, subject }) => `${serverId} ${subject}`)].map(([key, all]) => ({
    ...{ key, serverName: all[0]?.serverName ?? '', subject: all[0]?.subject ?? '' },
    spans: all.map((interval) => ({ from: share(interval.raisedAtMs), to: share(interval.untilMs ?? untilMs), interval })).sort((a, b) => a.from - b.from),
    firedMs: all.reduce((sum, interval) => sum + lengthMs(interval, untilMs), 0),
    longestMs: Math.max(...all.map((interval) => lengthMs(interval, untilMs))),
  }));
  return strips.sort((a, b) => b.firedMs - a.firedMs || a.key.localeCompare(b.key));
}

/** How a changed rule compares with the saved one, in words; null: there is nothing to compare. */
export function comparison(now: Pick<RuleBacktest, 'fired' | 'firedMs'>, saved: Pick<RuleBacktest, 'fired' | 'firedMs'> | null): string | null {
  if (saved === null) return null;
  if (now.fired === saved.fired && now.firedMs === saved.firedMs) return 'the same as the saved rule';
  const difference = now.fired - saved.fired;
  if (difference === 0) return `the saved rule as often, for ${now.firedMs > saved.firedMs ? 'a shorter' : 'a longer'} time`;
  return `the saved rule ${saved.fired} ${saved.fired === 1 ? 'time' : 'times'}: ${Math.abs(difference)} ${difference < 0 ? 'fewer' : 'more'}`;
}
