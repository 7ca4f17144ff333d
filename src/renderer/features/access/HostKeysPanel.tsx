import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import type { HostKeyNews } from '../../../shared/contract/access.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

/** Every key of the news, trusted ones first. */
function rowsOf({ pinned, fresh, gone }: HostKeyNews) {
  const isGone = (fingerprint: string) => gone.some((key) => key.fingerprint === fingerprint);
  return [
    ...pinned.map((key) => ({ key, state: isGone(key.fingerprint) ? ('gone' as const) : ('trusted' as const) })),
    ...fresh.map((key) => ({ key, state: 'fresh' as const })),
  ];
}

const words = { trusted: 'trusted', fresh: 'new, and proved by the server', gone: 'no longer told by the server' };
const tones = { trusted: 'good', fresh: 'info', gone: 'warn' } as const;

/** Host keys by which a server is trusted; those it has taken on since are taken on here only when a person agrees. */
export function HostKeysPanel({ name, onTrust }: { name: string; onTrust(): void }) {
  const queries = useQueryClient();
  const news = useQuery(orpc.access.hostKeys.queryOptions({ input: { name } }));
  const rotate = useAction(client.access.rotate, () => {
    void queries.invalidateQueries({ queryKey: orpc.access.key() });
    void queries.invalidateQueries({ queryKey: orpc.servers.key() });
  });
  const told = news.data?.told;
  return (
    <Section
      title="Host keys"
      aside={
        told && (
          <>
            told by the server <RelativeTime atMs={told.atMs} suffix=" ago" />
          </>
        )
      }
    >
      {news.isPending && <SkeletonRows count={2} label="Loading host keys" />}
      {news.error && <ErrorPanel error={toSerializedError(news.error)} actions={<Button onClick={() => void news.refetch()}>Try again</Button>} />}
      {news.data?.pinned.length === 0 && <p className="py-1.5 text-muted">None is trusted: no connection is made.</p>}
      <ul>
        {news.data &&
          rowsOf(news.data).map(({ key, state }) => (
            <li key={key.fingerprint} className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-hairline px-1 py-1">
              <Badge tone={tones[state]}>{words[state]}</Badge>
              <span className="text-sm text-muted">
                {key.type}
                {key.authority ? ', authority' : ''}
              </span>
              <code className="min-w-0 flex-1 font-mono text-sm break-all">{key.fingerprint}</code>
              {state === 'fresh' && (
                <Button busy={rotate.busy} onClick={() => void rotate.run({ name, add: [key.fingerprint], remove: [] })}>
                  Trust it too
                </Button>
              )}
              {state === 'gone' && (news.data?.pinned.length ?? 0) > 1 && (
                <Button busy={rotate.busy} onClick={() => void rotate.run({ name, add: [], remove: [key.fingerprint] })}>
                  Give it up
                </Button>
              )}
            </li>
          ))}
      </ul>
      {rotate.error && <ErrorPanel error={rotate.error} />}
      <Button icon={Fingerprint} onClick={onTrust} className="mt-2.5">
        Look at the key on offer
      </Button>
      <ActionConfirm action={rotate} title="Change the trusted host keys" verb="Change" />
    </Section>
  );
}
