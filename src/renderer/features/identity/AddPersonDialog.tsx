import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';

/** Knows somebody by their public key, once its fingerprint was compared with them. */
export function AddPersonDialog({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const [publicKey, setPublicKey] = useState('');
  const [name, setName] = useState('');
  const [isCompared, setCompared] = useState(false);
  const key = publicKey.trim();
  const seen = useQuery({ ...orpc.identity.look.queryOptions({ input: { publicKey: key } }), enabled: key !== '', retry: false });
  const add = useAction(client.identity.add, onDone);
  const fingerprint = seen.data?.fingerprint;
  const called = name.trim() || (seen.data?.name ?? '');
  const isReady = fingerprint !== undefined && isCompared && called !== '';
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => isReady && void add.run({ name: called, publicKey: key, fingerprint })}
      title="Know somebody's key"
      description={'They send you the line of "pilothouse identity export"; you compare the fingerprint by telephone or face to face.'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.busy} disabled={!isReady}>
            Know them
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Their public key">
          {(field) => (
            <Textarea
              {...field}
              className="font-mono text-xs"
              value={publicKey}
              placeholder="ssh-ed25519 AAAA…"
              onChange={(event) => setPublicKey(event.target.value)}
            />
          )}
        </Field>
        {key !== '' && seen.error && <ErrorPanel error={toSerializedError(seen.error)} />}
        {fingerprint && (
          <>
            <pre className="rounded-sm bg-bg px-2.5 py-1.5 font-mono text-xs select-text">{fingerprint}</pre>
            <Field label="Name" hint="As you will see it beside what they signed">
              {(field) => <Input {...field} value={name} placeholder={seen.data?.name} maxLength={80} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <Checkbox checked={isCompared} onChange={setCompared}>
              They have read this fingerprint to me
            </Checkbox>
          </>
        )}
        {add.error && <ErrorPanel error={add.error} />}
      </div>
    </Dialog>
  );
}
