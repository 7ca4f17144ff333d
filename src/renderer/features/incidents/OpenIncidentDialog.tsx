import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { IncidentForm, type IncidentStart } from './IncidentForm.tsx';

/** Opens an incident, and has its evidence collected. */
export function OpenIncidentDialog({ onClose, selector = '' }: { onClose(): void; selector?: string }) {
  const navigate = useNavigate();
  const [on, setOn] = useState(selector);
  const [note, setNote] = useState('');
  const open = useAction(client.incidents.open, ({ incident }) => void navigate({ to: '/incidents/$id', params: { id: incident.id } }));
  const send = (start: IncidentStart) =>
    void open.run({
      ...{ ...start, stacks: [], source: { kind: 'person' } },
      ...(on.trim() === '' ? {} : { selector: on.trim() }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
  return (
    <IncidentForm
      description="What the servers say now is kept before anybody changes anything."
      busy={open.busy}
      error={open.error}
      onOpen={send}
      onClose={onClose}
    >
      <Field label="Servers" hint="A selector: a name, gpu-*, env:production; may stay empty">
        {(field) => <Input {...field} className="font-mono" value={on} onChange={(event) => setOn(event.target.value)} />}
      </Field>
      <Field label="What you saw">{(field) => <Textarea {...field} value={note} maxLength={16_000} onChange={(event) => setNote(event.target.value)} />}</Field>
    </IncidentForm>
  );
}
