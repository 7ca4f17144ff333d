import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';

interface GenerateKeyDialogProps {
  busy: boolean;
  error: SerializedError | null;
  onGenerate(input: { name: string; passphrase?: string; keepPassphrase: boolean }): void;
  onClose(): void;
}

/** Makes a key on this computer. */
export function GenerateKeyDialog({ busy, error, onGenerate, onClose }: GenerateKeyDialogProps) {
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [keep, setKeep] = useState(true);
  const submit = () => name && onGenerate({ name, ...(passphrase === '' ? {} : { passphrase }), keepPassphrase: passphrase !== '' && keep });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      width="narrow"
      title="Make a key"
      description="ed25519; its private half stays on this computer, readable by you alone."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" icon={KeyRound} busy={busy} disabled={!name}>
            Make it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Name">
          {(field) => <Input {...field} autoFocus value={name} className="font-mono" placeholder="laptop" onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Passphrase" hint="Empty: none">
          {(field) => (
            <Input {...field} type="password" autoComplete="new-password" value={passphrase} onChange={(event) => setPassphrase(event.target.value)} />
          )}
        </Field>
        {passphrase !== '' && (
          <Checkbox checked={keep} onChange={setKeep}>
            Keep the passphrase sealed here, so that nobody has to type it
          </Checkbox>
        )}
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
