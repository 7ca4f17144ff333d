import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Incident, IncidentLevel } from '../../../shared/model/incident.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { type LevelChoice, levelOptions } from './incidentWords.ts';

interface DialogProps {
  incident: Incident;
  onClose(): void;
  onDone(): void;
}

/** Picks the runbook that the incident is worked from; its own screen asks for the rest. */
export function RunDialog({ incident, onClose }: Omit<DialogProps, 'onDone'>) {
  const navigate = useNavigate();
  const library = useQuery(orpc.workflows.list.queryOptions({ input: {} }));
  const [workflow, setWorkflow] = useState('');
  const runbooks = (library.data?.workflows ?? []).filter(({ kind }) => kind === 'runbook');
  const offered = runbooks.length > 0 ? runbooks : (library.data?.workflows ?? []);
  const chosen = workflow || (offered[0]?.id ?? '');
  const on = incident.servers.map(({ name }) => name).join(',');
  const prepare = () =>
    chosen && void navigate({ to: '/workflows/$id', params: { id: chosen }, search: { incident: incident.id, ...(on === '' ? {} : { on }) } });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={prepare}
      title="Run a runbook"
      description="It becomes a part of the timeline. Where nothing was collected yet, evidence is collected first."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!chosen}>
            Prepare the run
          </Button>
        </>
      }
    >
      <Loaded query={library} label="Loading the runbooks" rows={3}>
        {() => (
          <div className="flex flex-col gap-3 pb-2">
            <Field label="Runbook" hint={offered.find(({ id }) => id === chosen)?.summary}>
              {(field) => (
                <Select
                  {...field}
                  field
                  value={chosen}
                  options={offered.map(({ id, title }) => ({ value: id as string, label: title }))}
                  onChange={setWorkflow}
                />
              )}
            </Field>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

/** Raises or lowers the level, with a reason. */
export function EscalateDialog({ incident, onClose, onDone }: DialogProps) {
  const [level, setLevel] = useState(String(Math.min(3, incident.level + 1)) as LevelChoice);
  const [reason, setReason] = useState('');
  const escalate = useAction(client.incidents.escalate, () => {
    onDone();
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => reason.trim() && void escalate.run({ id: incident.id, level: Number(level) as IncidentLevel, reason: reason.trim() })}
      width="narrow"
      title="Change level"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={escalate.busy} disabled={reason.trim() === '' || Number(level) === incident.level}>
            Change it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Level">{(field) => <Select<LevelChoice> {...field} field value={level} options={levelOptions} onChange={setLevel} />}</Field>
        <Field label="Why">{(field) => <Textarea {...field} value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />}</Field>
        {escalate.error && <ErrorPanel error={escalate.error} />}
      </div>
    </Dialog>
  );
}

/** Closes it with what ended it. */
export function CloseDialog({ incident, onClose, onDone }: DialogProps) {
  const [resolution, setResolution] = useState('');
  const close = useAction(client.incidents.close, () => {
    onDone();
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => resolution.trim() && void close.run({ id: incident.id, resolution: resolution.trim() })}
      title={`Close ${incident.id}`}
      description="A closed incident stays as it is; its postmortem begins with what you write here."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={close.busy} disabled={resolution.trim() === ''}>
            Close it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="What it was, and what ended it">
          {(field) => <Textarea {...field} value={resolution} maxLength={16_000} onChange={(event) => setResolution(event.target.value)} />}
        </Field>
        {close.error && <ErrorPanel error={close.error} />}
      </div>
    </Dialog>
  );
}
