import { type ReactNode, useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import { entryNameSchema } from '../../../shared/model/remotePath.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';

interface NameDialogProps {
  title: string;
  description?: ReactNode;
  verb: string;
  /** The name to begin with. */
  name?: string;
  busy: boolean;
  error: SerializedError | null;
  onName(name: string): void;
  onClose(): void;
}

/** Asks for a name in a directory. */
export function NameDialog({ title, description, verb, name: first = '', busy, error, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(first);
  const parsed = entryNameSchema.safeParse(name);
  const ready = parsed.success && name !== first;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => ready && !busy && onName(name)}
      width="narrow"
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Name" error={name === '' || parsed.success ? null : (parsed.error.issues[0]?.message ?? null)}>
          {(field) => <Input {...field} autoFocus value={name} className="font-mono" onChange={(event) => setName(event.target.value)} />}
        </Field>
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
