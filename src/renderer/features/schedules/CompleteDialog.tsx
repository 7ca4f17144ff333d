import { useState } from 'react';
import type { Schedule } from '../../../shared/model/schedule.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';

/** Says that something was done by hand, and where the proof is. */
export function CompleteDialog({ schedule, onClose }: { schedule: Schedule; onClose(): void }) {
  const servers = schedule.targets.filter(({ serverId }) => serverId !== null);
  const [note, setNote] = useState('');
  const [picked, setPicked] = useState(() => new Set(servers.filter(({ state }) => state !== 'later').map(({ name }) => name)));
  const complete = useAction(client.schedules.complete, onClose);
  const ready = note.trim() !== '' && (servers.length === 0 || picked.size > 0);
  const toggle = (name: string) =>
    setPicked((present) => {
      const next = new Set(present);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => void complete.run({ name: schedule.fields.name, servers: [...picked], note: note.trim() })}
      title={`${schedule.fields.title}: done`}
      description={schedule.fields.text || 'Kept with your name and the time, and shown to whoever asks when it was last done.'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={complete.busy} disabled={!ready}>
            It is done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="What was done, and where the proof is">
          {(field) => <Textarea {...field} autoFocus value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        {servers.length > 0 && (
          <fieldset className="flex max-h-40 flex-wrap gap-x-5 gap-y-1.5 overflow-y-auto">
            <legend className="mb-1 text-sm font-medium text-muted">On</legend>
            {servers.map(({ name }) => (
              <Checkbox key={name} checked={picked.has(name)} onChange={() => toggle(name)}>
                {name}
              </Checkbox>
            ))}
          </fieldset>
        )}
        {complete.error && <ErrorPanel error={complete.error} />}
      </div>
    </Dialog>
  );
}
