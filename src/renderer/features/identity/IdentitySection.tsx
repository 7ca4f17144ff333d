import { useQuery, useQueryClient } from '@tanstack/react-query';
import { PenLine, UserPlus, UserX } from 'lucide-react';
import { useState } from 'react';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { AddPersonDialog } from './AddPersonDialog.tsx';
import { SignApprovalDialog } from './SignApprovalDialog.tsx';

/** Who signs on this computer, whose signatures are known, and where an approval is signed. */
export function IdentitySection() {
  const queries = useQueryClient();
  const list = useQuery(orpc.identity.people.queryOptions({ input: {} }));
  const [dialog, setDialog] = useState<'add' | 'sign' | null>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.identity.key() });
  const revoke = useAction(client.identity.revoke, () => {
    setRevoking(null);
    refresh();
  });
  return (
    <Section title="Signatures" aside="what you change is signed; others approve with their own key">
      {list.isPending && <SkeletonRows count={2} label="Loading people" />}
      {list.error && <ErrorPanel error={toSerializedError(list.error)} actions={<Button onClick={() => void list.refetch()}>Try again</Button>} />}
      <ul aria-label="People">
        {list.data?.people.map(({ name, fingerprint, publicKey, self, revokedAtMs }) => (
          <li key={fingerprint} className="flex h-8 items-center gap-3 border-b border-hairline px-1">
            <span className={revokedAtMs === null ? 'font-semibold' : 'text-muted line-through'}>{name}</span>
            <span className="text-muted">{self ? 'this computer' : revokedAtMs === null ? '' : 'revoked'}</span>
            <code className="min-w-0 flex-1 truncate text-right font-mono text-xs text-faint" title={fingerprint}>
              {fingerprint}
            </code>
            {self && <CopyButton compact label="Copy your public key" text={publicKey} />}
            {!self && revokedAtMs === null && <IconButton icon={UserX} label={`Revoke ${name}`} size="small" onClick={() => setRevoking(name)} />}
          </li>
        ))}
      </ul>
      <div className="mt-2.5 flex items-center gap-3">
        <Button icon={UserPlus} onClick={() => setDialog('add')}>
          Know somebody's key
        </Button>
        <Button icon={PenLine} onClick={() => setDialog('sign')}>
          Sign an approval
        </Button>
      </div>
      {dialog === 'add' && (
        <AddPersonDialog
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null);
            refresh();
          }}
        />
      )}
      {dialog === 'sign' && <SignApprovalDialog onClose={() => setDialog(null)} />}
      <ConfirmDialog
        open={revoking !== null}
        title="Revoke this key?"
        effect={`Nothing that ${revoking ?? ''} signs from now on counts. What they signed before stays theirs.`}
        expected={null}
        action="Revoke"
        busy={revoke.busy}
        onConfirm={() => revoking && void revoke.run({ name: revoking })}
        onClose={() => setRevoking(null)}
      />
      <ActionConfirm action={revoke} title="Revoke the key" verb="Revoke" />
    </Section>
  );
}
