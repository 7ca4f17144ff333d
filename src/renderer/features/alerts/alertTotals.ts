import type { Alert } from '../../../shared/model/alert.ts';
import { type AlertSeverity, alertSeverities } from '../../../shared/model/alertRule.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** How a severity is shown. */
export const severityTones: Record<AlertSeverity, Tone> = { advice: 'info', warning: 'warn', critical: 'bad' };

/** How an alert stands: nobody has it, somebody looks after it, or it is not told. */
export type AlertPart = 'firing' | 'acknowledged' | 'held';

/** Where an alert belongs in the list. One that was told may be held since, for example by a silence. */
export function partOf({ state, hold, acknowledged }: Pick<Alert, 'state' | 'hold' | 'acknowledged'>): AlertPart {
  if (state === 'held' || hold !== null) return 'held';
  return acknowledged === null ? 'firing' : 'acknowledged';
}

/** How many there are of each, advice apart, as it is told to nobody; and how bad the worst is that nobody has. */
export function alertTotals(alerts: readonly Alert[]): Record<AlertPart | 'advice', number> & { worst: AlertSeverity | null } {
  const nobodys = alerts.filter((alert) => partOf(alert) === 'firing');
  const firing = nobodys.filter(({ severity }) => severity !== 'advice');
  const worst = alertSeverities.findLast((severity) => firing.some((alert) => alert.severity === severity)) ?? null;
  const of = (part: AlertPart) => alerts.filter((alert) => partOf(alert) === part).length;
  return { firing: firing.length, advice: nobodys.length - firing.length, acknowledged: of('acknowledged'), held: of('held'), worst };
}
