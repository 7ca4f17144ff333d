import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentLevel } from '../../../shared/model/incident.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { type LevelChoice, levelOptions } from './incidentWords.ts';

/** Opens an incident, and has its evidence collected. */
export function OpenIncidentDialog({ onClose, selector = '' }: { onClose(): void; selector?: string }) {
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [level, setLevel] = useState<LevelChoice>('1');
  const [on, setOn] = useState(selector);
  const [note, setNote] = useState('');
  const [collect, setCollect] = useState(true);
  const open = useAction(client.incidents.open, ({ incident }) => void navigate({ to: '/incidents/$id', params: { id: incident.id } }));
  const send = () =>
    void open.run({
      ...{ title: title.trim(), level: Number(level) as IncidentLevel, collect, stacks: [], source: { kind: 'person' } },
      ...(on.trim() === '' ? {} : { selector: on.trim() }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => title.trim() !== '' && send()}
      title="Open an incident"
      description="What the servers say now is kept before anybody changes anything."
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
        <Field label="Servers" hint="A selector: a name, gpu-*, env:production; may stay empty">
          {(field) => <Input {...field} className="font-mono" value={on} onChange={(event) => setOn(event.target.value)} />}
        </Field>
        <Field label="What you saw">
          {(field) => <Textarea {...field} value={note} maxLength={16_000} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <Checkbox checked={collect} onChange={setCollect}>
          Collect evidence of these servers at once
        </Checkbox>
        {open.error && <ErrorPanel error={open.error} />}
      </div>
    </Dialog>
  );
}
