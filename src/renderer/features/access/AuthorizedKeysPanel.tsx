import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AuthorizedKey } from '../../../shared/model/sshKey.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { InstallKeyDialog } from './InstallKeyDialog.tsx';
import { RemoveKeyDialog } from './RemoveKeyDialog.tsx';

/** Who may log in to a server as the user that we are there. */
export function AuthorizedKeysPanel({ name }: { name: string }) {
  const held = useQuery(orpc.keys.authorized.queryOptions({ input: { name }, retry: false }));
  const [dialog, setDialog] = useState<{ kind: 'install' } | { kind: 'remove'; key: AuthorizedKey } | null>(null);
  const navigate = useNavigate();
  const toOperation = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const install = useAction(client.keys.install, toOperation);
  const remove = useAction(client.keys.remove, toOperation);
  return (
    <Section title="Keys that may log in" aside={held.data && `${held.data.user}: ${held.data.file}`}>
      {held.isPending && <SkeletonRows count={3} label="Asking the server" />}
      {held.error && <ErrorPanel error={toSerializedError(held.error)} actions={<Button onClick={() => void held.refetch()}>Try again</Button>} />}
      {held.data?.keys.length === 0 && <p className="py-1.5 text-muted">None: this login is let in by something else.</p>}
      <ul>
        {held.data?.keys.map((key) => (
          <li key={key.line} className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-hairline px-1 py-1">
            <KeyRound aria-hidden size={13} className="text-faint" />
            <b className="max-w-[24ch] truncate font-medium">{key.comment || 'no comment'}</b>
            {key.carriesUs && <Badge tone="accent">our login</Badge>}
            <span className="text-sm text-muted">
              {key.type}
              {key.bits === null ? '' : ` ${key.bits}`}
            </span>
            <code className="min-w-0 flex-1 font-mono text-xs break-all">{key.fingerprint}</code>
            <IconButton icon={Trash2} label={`Remove ${key.comment || key.fingerprint}`} size="small" onClick={() => setDialog({ kind: 'remove', key })} />
            {key.options && <code className="w-full pl-7 font-mono text-xs break-all text-muted">{key.options}</code>}
          </li>
        ))}
      </ul>
      {!held.isPending && (
        <Button icon={KeyRound} onClick={() => setDialog({ kind: 'install' })} className="mt-2.5">
          Install a key
        </Button>
      )}
      {dialog?.kind === 'install' && (
        <InstallKeyDialog
          name={name}
          busy={install.busy}
          error={install.error}
          onInstall={(how) => void install.run({ selector: name, ...how })}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === 'remove' && (
        <RemoveKeyDialog
          authorized={dialog.key}
          busy={remove.busy}
          error={remove.error}
          onRemove={(how) => void remove.run({ selector: name, fingerprint: dialog.key.fingerprint, ...how })}
          onClose={() => setDialog(null)}
        />
      )}
      <ActionConfirm action={install} title="Install the key" verb="Install" />
      <ActionConfirm action={remove} title="Remove the key" verb="Remove" />
    </Section>
  );
}
