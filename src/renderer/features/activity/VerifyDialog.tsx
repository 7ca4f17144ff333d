import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

/** Checks the ledger here and its copies on servers, and names what is wrong with its place. */
export function VerifyDialog({ onClose }: { onClose(): void }) {
  const result = useQuery({ ...orpc.activity.verify.queryOptions({ input: {} }), gcTime: 0, staleTime: Number.POSITIVE_INFINITY, retry: false });
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="Verify the ledger"
      description="Every signature and every link of the chain, here and on the servers, and whether both tell the same."
      footer={
        <>
          <Button busy={result.isFetching} onClick={() => void result.refetch()}>
            Verify again
          </Button>
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="flex min-h-36 flex-col gap-2.5 pb-2">
        {result.isPending && <SkeletonRows count={4} label="Verifying" />}
        {result.error && <ErrorPanel error={toSerializedError(result.error)} />}
        {result.data?.ledgers.map(({ server, records, head, findings }) => (
          <section key={server ?? ''} aria-label={server ?? 'This computer'} className="border-b border-hairline pb-2">
            <div className="flex items-center gap-3">
              <h3 className="font-semibold">{server ?? 'This computer'}</h3>
              <StateMark tone={findings.length === 0 ? 'good' : 'bad'}>
                {findings.length === 0 ? `${count(records, 'record')}, all whole` : `${count(findings.length, 'finding')} in ${count(records, 'record')}`}
              </StateMark>
              {head && (
                <code className="ml-auto truncate font-mono text-xs text-faint" title={head}>
                  {head.slice(0, 16)}…
                </code>
              )}
            </div>
            <ul>
              {findings.map(({ kind, line, detail }) => (
                <li key={`${kind} ${line} ${detail}`} className="text-muted">
                  <b className="text-bad">{kind}</b>
                  {line === null ? '' : ` at line ${line}`}: {detail}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
