import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { TrustComparison } from '../access/TrustComparison.tsx';
import { trustCase } from '../access/trustCase.ts';

/** Shows the key that a server offers beside those that are known, for a person to compare; only then is one pinned. */
export function TrustDialog({ name, onClose }: { name: string; onClose(): void }) {
  const queries = useQueryClient();
  const [pictures, setPictures] = useState(false);
  const scan = useQuery(orpc.servers.scanHostKey.queryOptions({ input: { name }, staleTime: 0, gcTime: 0, retry: false }));
  const trust = useAction(client.servers.trust, () => {
    void queries.invalidateQueries({ queryKey: orpc.servers.key() });
    void queries.invalidateQueries({ queryKey: orpc.access.key() });
    onClose();
  });
  const found = scan.data && trustCase(scan.data);
  const offered = scan.data?.offered;
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={`Trust ${name}?`}
      description="Compare this with what the server itself prints, or with what its provider tells you."
      footer={
        <>
          <Checkbox checked={pictures} onChange={setPictures} className="mr-auto">
            Pictures of the keys
          </Checkbox>
          <Button onClick={onClose}>Not now</Button>
          {found?.authority && (
            <Button busy={trust.busy} onClick={() => found.authority && void trust.run({ name, fingerprint: found.authority.fingerprint })}>
              Trust its authority
            </Button>
          )}
          <Button
            variant={found?.alarming ? 'danger' : 'primary'}
            icon={Fingerprint}
            busy={trust.busy}
            disabled={!offered || found?.kind === 'revoked' || found?.kind === 'trusted'}
            onClick={() => offered && void trust.run({ name, fingerprint: offered.fingerprint })}
          >
            The fingerprint matches: trust
          </Button>
        </>
      }
    >
      <div className="flex min-h-[324px] flex-col gap-3 pb-2">
        {scan.isPending && (
          <div role="status" aria-label="Asking the server for its key" className="flex flex-col gap-2 rounded border border-line bg-bg px-3 py-3">
            <Skeleton className="w-24" />
            <Skeleton className="h-4 w-full" />
          </div>
        )}
        {scan.error && <ErrorPanel error={toSerializedError(scan.error)} actions={<Button onClick={() => void scan.refetch()}>Ask again</Button>} />}
        {scan.data && found && <TrustComparison scan={scan.data} found={found} pictures={pictures} />}
        {trust.error && <ErrorPanel error={trust.error} />}
      </div>
    </Dialog>
  );
}
