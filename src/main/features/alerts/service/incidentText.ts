import type { Alert } from '../../../../shared/model/alert.ts';
import type { IncidentAlert } from '../../../../shared/model/incident.ts';
import { evidenceText, timeText } from '../delivery/alertWords.ts';
import { alertIdOf } from './alertViewRules.ts';

const longestNote = 16_000;
const mostAlerts = 50;

/** An alert as an incident remembers it. */
function reference({ key, raisedAtMs, title, servers }: Alert): IncidentAlert {
  const id = raisedAtMs === null ? key : alertIdOf({ key, raisedAtMs });
  return { id, title: title.slice(0, 200), servers: servers.slice(0, mostAlerts).map(({ name }) => name) };
}

/**
 * What an incident that is opened for alerts is called, its first note (what is wrong, by which evidence, and what is proposed), and the
 * alerts that it remembers.
 */
export function incidentText(alerts: readonly Alert[]): { title: string; note: string; alerts: IncidentAlert[] } {
  const [first] = alerts;
  if (first === undefined) throw new Error('an incident is about something');
  const where = [...new Set(alerts.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const place = where.length === 0 ? '' : ` – ${where.length > 3 ? `${where.length} servers` : where.join(', ')}`;
  const title = alerts.length === 1 ? first.title : `${first.title} and ${alerts.length - 1} more`;
  const paragraphs = alerts.map(({ title: own, severity, sinceMs, evidence, runbook, key, explanation }) =>
    [
      `${own} (${severity}), since ${timeText(sinceMs)}, alert ${key}`,
      ...evidence.map((each) => `- ${evidenceText(each)}`),
      ...(explanation === null ? [] : [explanation.trim()]),
      ...(runbook === null ? [] : [`Proposed runbook: ${runbook}`]),
    ].join('\n'),
  );
  return {
    title: `${title}${place}`.slice(0, 200),
    note: paragraphs.join('\n\n').slice(0, longestNote),
    alerts: alerts.slice(0, mostAlerts).map(reference),
  };
}
