import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Alert } from '../../../shared/model/alert.ts';
import type { IncidentLevel } from '../../../shared/model/incident.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { type LevelChoice, levelOptions } from '../incidents/incidentWords.ts';

/** Opens one incident for alerts, with their servers, runbooks and evidence. */
export function AlertIncidentDialog({ alerts, onClose }: { alerts: readonly Alert[]; onClose(): void }) {
  const navigate = useNavigate();
  const [title, setTitle] = useState(alerts[0]?.title ?? '');
  const [level, setLevel] = useState<LevelChoice>(alerts.some(({ severity }) => severity === 'critical') ? '2' : '1');
  const [collect, setCollect] = useState(true);
  const open = useAction(client.alerts.openIncident, ({ incident }) => void navigate({ to: '/incidents/$id', params: { id: incident.id } }));
  const servers = [...new Set(alerts.flatMap((alert) => alert.servers.map(({ name }) => name)))];
  const runbooks = [...new Set(alerts.flatMap(({ runbook }) => runbook ?? []))];
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() =>
        title.trim() !== '' && void open.run({ keys: alerts.map(({ key }) => key), level: Number(level) as IncidentLevel, title: title.trim(), collect })
      }
      title="Open an incident"
      description={`For ${count(alerts.length, 'alert')} on ${servers.length === 0 ? 'this computer' : servers.slice(0, 4).join(', ')}${servers.length > 4 ? ` and ${servers.length - 4} more` : ''}: their evidence begins its timeline${runbooks.length === 0 ? '' : `, and ${runbooks.join(', ')} is proposed`}.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={open.busy} disabled={title.trim() === ''}>
            Open it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="What is wrong">
          {(field) => <Input {...field} autoFocus maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        <Field label="Level">{(field) => <Select<LevelChoice> {...field} field value={level} options={levelOptions} onChange={setLevel} />}</Field>
        <Checkbox checked={collect} onChange={setCollect}>
          Collect evidence of these servers at once
        </Checkbox>
        {open.error && <ErrorPanel error={open.error} />}
      </div>
    </Dialog>
  );
}
