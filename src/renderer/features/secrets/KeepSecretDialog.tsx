import { useState } from 'react';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';

const namePattern = /^[A-Za-z][A-Za-z0-9._/-]{0,127}$/;

interface KeepSecretDialogProps {
  /** Name of a secret that gets another value; null: a new one. */
  name: string | null;
  onClose(): void;
  onDone(): void;
}

/** Seals a value on this computer, given or made up. */
export function KeepSecretDialog({ name: known, onClose, onDone }: KeepSecretDialogProps) {
  const [name, setName] = useState(known ?? '');
  const [value, setValue] = useState('');
  const [made, setMade] = useState(false);
  const set = useAction(client.secrets.set, onDone);
  const generate = useAction(client.secrets.generate, onDone);
  const valid = namePattern.test(name);
  const ready = valid && (made || value !== '');
  const submit = () => {
    if (!ready) return;
    void (made ? generate.run({ name, length: 32 }) : set.run({ name, value }));
  };
  const error = set.error ?? generate.error;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      width="narrow"
      title={known === null ? 'Keep a secret' : 'Another value'}
      description="Sealed on this computer. It goes in and never comes out."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={set.busy || generate.busy} disabled={!ready}>
            Seal it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Name" error={name !== '' && !valid ? 'letters, digits, ".", "_", "/" and "-", beginning with a letter' : null}>
          {(field) => (
            <Input
              {...field}
              autoFocus={known === null}
              readOnly={known !== null}
              value={name}
              className="font-mono"
              placeholder="registry/token"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Checkbox checked={made} onChange={setMade}>
          Make one up: 32 letters and digits
        </Checkbox>
        {!made && (
          <Field label="Value" hint={known === null ? undefined : 'What runs keeps the old one until it is rotated or deployed.'}>
            {(field) => (
              <Input
                {...field}
                autoFocus={known !== null}
                type="password"
                autoComplete="new-password"
                value={value}
                onChange={(event) => setValue(event.target.value)}
              />
            )}
          </Field>
        )}
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
