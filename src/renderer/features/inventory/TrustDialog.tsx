import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';

const knownHostsWords = {
  match: 'Your known_hosts holds the same key for it.',
  mismatch: 'Your known_hosts holds another key for it. Do not go on before you know why.',
  absent: 'Your known_hosts does not know it.',
  revoked: 'Your known_hosts marks this key as revoked. It must not be trusted.',
};

/** Shows the fingerprint that a server offers, for a person to compare; only then is the key pinned. */
export function TrustDialog({ name, onClose }: { name: string; onClose(): void }) {
  const queries = useQueryClient();
  const scan = useQuery(orpc.servers.scanHostKey.queryOptions({ input: { name }, staleTime: 0, gcTime: 0, retry: false }));
  const trust = useAction(client.servers.trust, () => {
    void queries.invalidateQueries({ queryKey: orpc.servers.key() });
    onClose();
  });
  const offered = scan.data?.offered;
  const alarming = scan.data?.knownHosts === 'mismatch' || scan.data?.knownHosts === 'revoked';
  const changed = (scan.data?.pinned.length ?? 0) > 0 && !scan.data?.pinned.some((key) => key.fingerprint === offered?.fingerprint);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Trust ${name}?`}
      description="Compare this with what the server itself prints, or with what its provider tells you."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            variant={alarming || changed ? 'danger' : 'primary'}
            icon={Fingerprint}
            busy={trust.busy}
            disabled={!offered || scan.data?.knownHosts === 'revoked'}
            onClick={() => offered && trust.run({ name, fingerprint: offered.fingerprint })}
          >
            The fingerprint matches: trust
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        {scan.isPending && (
          <div role="status" aria-label="Asking the server for its key" className="flex flex-col gap-2 rounded border border-line bg-bg px-3 py-3">
            <Skeleton className="w-24" />
            <Skeleton className="h-4 w-full" />
          </div>
        )}
        {scan.error && <ErrorPanel error={toSerializedError(scan.error)} actions={<Button onClick={() => void scan.refetch()}>Ask again</Button>} />}
        {offered && (
          <>
            <div className="rounded border border-line bg-bg px-3 py-2.5">
              <div className="text-sm text-muted">{offered.type}</div>
              <div className="flex items-center gap-2">
                <code className="font-mono text-md break-all select-all">{offered.fingerprint}</code>
                <CopyButton text={offered.fingerprint} compact label="Copy fingerprint" />
              </div>
            </div>
            {changed && (
              <p className="rounded border border-bad/40 bg-bad-bg px-3 py-2">
                <b className="font-semibold text-bad">The key has changed.</b> Trusted so far:{' '}
                <code className="font-mono text-xs break-all">{scan.data?.pinned.map((key) => key.fingerprint).join(', ')}</code>
              </p>
            )}
            <p className={alarming ? 'text-bad' : 'text-muted'}>{scan.data && knownHostsWords[scan.data.knownHosts]}</p>
            <p className="text-muted">
              On the server:{' '}
              <code className="rounded-sm bg-raised px-1.5 py-0.5 font-mono text-xs text-text select-all">
                ssh-keygen -lf /etc/ssh/ssh_host_{offered.type.replace(/^ssh-|^ecdsa-.*/, (part) => (part.startsWith('ecdsa') ? 'ecdsa' : ''))}_key.pub
              </code>
            </p>
          </>
        )}
        {trust.error && <ErrorPanel error={trust.error} />}
      </div>
    </Dialog>
  );
}
