import { useNavigate } from '@tanstack/react-router';
import type { Alert } from '../../../shared/model/alert.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { count } from '../../ui/format.ts';
import { IncidentForm } from '../incidents/IncidentForm.tsx';

/** Opens one incident for alerts, with their servers, runbooks and evidence. */
export function AlertIncidentDialog({ alerts, onClose }: { alerts: readonly Alert[]; onClose(): void }) {
  const navigate = useNavigate();
  const open = useAction(client.alerts.openIncident, ({ incident }) => void navigate({ to: '/incidents/$id', params: { id: incident.id } }));
  const servers = [...new Set(alerts.flatMap((alert) => alert.servers.map(({ name }) => name)))];
  const runbooks = [...new Set(alerts.flatMap(({ runbook }) => runbook ?? []))];
  return (
    <IncidentForm
      title={alerts[0]?.title ?? ''}
      level={alerts.some(({ severity }) => severity === 'critical') ? '2' : '1'}
      description={`For ${count(alerts.length, 'alert')} on ${servers.length === 0 ? 'this computer' : servers.slice(0, 4).join(', ')}${servers.length > 4 ? ` and ${servers.length - 4} more` : ''}: their evidence begins its timeline${runbooks.length === 0 ? '' : `, and ${runbooks.join(', ')} is proposed`}.`}
      busy={open.busy}
      error={open.error}
      onOpen={(start) => void open.run({ keys: alerts.map(({ key }) => key), ...start })}
      onClose={onClose}
    />
  );
}
