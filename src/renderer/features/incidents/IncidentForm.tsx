import { type ReactNode, useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { IncidentLevel } from '../../../shared/model/incident.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { type LevelChoice, levelOptions } from './incidentWords.ts';

/** What every way to open an incident asks for; `collect`: evidence of its servers is collected at once. */
export interface IncidentStart {
  title: string;
  level: IncidentLevel;
  collect: boolean;
}

/** The dialog in which an incident is opened; `children` are further fields. */
export function IncidentForm(props: {
  title?: string;
  level?: LevelChoice;
  description: string;
  busy: boolean;
  error: SerializedError | null;
  onOpen(start: IncidentStart): void;
  onClose(): void;
  children?: ReactNode;
}) {
  const { description, busy, error, onOpen, onClose, children } = props;
  const [title, setTitle] = useState(props.title ?? '');
  const [level, setLevel] = useState<LevelChoice>(props.level ?? '1');
  const [collect, setCollect] = useState(true);
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => title.trim() !== '' && onOpen({ title: title.trim(), level: Number(level) as IncidentLevel, collect })}
      title="Open an incident"
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={title.trim() === ''}>
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
        {children}
        <Checkbox checked={collect} onChange={setCollect}>
          Collect evidence of these servers at once
        </Checkbox>
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
