import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { KeyRound, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

function SetSecretDialog({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const set = useAction(client.secrets.set, onDone);
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => name && value && void set.run({ name, value })}
      width="narrow"
      title="Keep a secret"
      description="Sealed on this computer. It goes in and never comes out; an old value of this name is replaced."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={set.busy} disabled={!name || !value}>
            Seal it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Name">
          {(field) => (
            <Input {...field} autoFocus value={name} className="font-mono" placeholder="registry/token" onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label="Value">{(field) => <Input {...field} type="password" value={value} onChange={(event) => setValue(event.target.value)} />}</Field>
        {set.error && <ErrorPanel error={set.error} />}
      </div>
    </Dialog>
  );
}

/** Names and ages of the secrets that are kept; never a value. */
export function SecretsSection() {
  const queries = useQueryClient();
  const list = useQuery(orpc.secrets.list.queryOptions({ input: {} }));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.secrets.key() });
  const unset = useAction(client.secrets.unset, () => {
    setRemoving(null);
    refresh();
  });
  return (
    <Section title="Secrets" aside={list.data && `opened by ${list.data.keystores.join(', ') || 'nothing yet'}`}>
      {list.isPending && <SkeletonRows count={2} label="Loading secrets" />}
      {list.error && <ErrorPanel error={toSerializedError(list.error)} />}
      <ul>
        {list.data?.secrets.map((secret) => (
          <li key={secret.name} className="flex h-8 items-center gap-3 border-b border-hairline px-1">
            <KeyRound aria-hidden size={13} className="text-faint" />
            <code className="min-w-0 flex-1 truncate font-mono text-sm">{secret.name}</code>
            <span className="text-muted">
              sealed <RelativeTime atMs={secret.updatedAtMs} suffix=" ago" />
            </span>
            <IconButton icon={Trash2} label={`Remove ${secret.name}`} size="small" onClick={() => setRemoving(secret.name)} />
          </li>
        ))}
      </ul>
      {list.data?.secrets.length === 0 && <p className="py-1.5 text-muted">No secret is kept.</p>}
      <div className="mt-2.5 flex items-center gap-3">
        <Button icon={KeyRound} onClick={() => setAdding(true)}>
          Keep a secret
        </Button>
        <Link to="/secrets" className="text-accent hover:underline">
          Where each is in use
        </Link>
      </div>
      {adding && (
        <SetSecretDialog
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false);
            refresh();
          }}
        />
      )}
      <ConfirmDialog
        open={removing !== null}
        title="Remove this secret?"
        effect={`${removing ?? ''} is erased from this computer. What uses it will ask for it.`}
        expected={null}
        action="Remove"
        busy={unset.busy}
        onConfirm={() => removing && void unset.run({ name: removing })}
        onClose={() => setRemoving(null)}
      />
      <ActionConfirm action={unset} title="Remove the secret" verb="Remove" />
    </Section>
  );
}
