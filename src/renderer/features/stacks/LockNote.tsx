import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import type { StackLock } from '../../../shared/contract/stackTests.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { formatAge } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';

type Holder = NonNullable<StackLock['holder']>;

/** Whether who holds the lock still gives signs of life. */
export function silenceWords(holder: Pick<Holder, 'silenceS' | 'leaseS' | 'limitS'>): { words: string; dead: boolean } {
  const silent = formatAge(holder.silenceS * 1000);
  if (holder.silenceS > holder.limitS) return { words: `silent for ${silent}: it is anybody's now`, dead: true };
  if (holder.silenceS > holder.leaseS) return { words: `silent for ${silent}: its lease has run out`, dead: true };
  return { words: `last sign of life ${silent} ago`, dead: false };
}

/** Who holds the deploy lock of a stack on a server; null: nobody, as far as it can be told. */
export function useDeployLock(stackId: StackId, serverName: string) {
  return useQuery({
    ...orpc.stackLocks.list.queryOptions({ input: { id: stackId, selector: serverName }, retry: false }),
    refetchInterval: 15_000,
    select: ({ locks }) => locks.find((lock) => lock.serverName === serverName)?.holder ?? null,
  });
}

/** Who changes this deployment at the moment, and the way to take the lock away from who does not give it back. */
export function LockNote({ stackId, serverName }: { stackId: StackId; serverName: string }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const holder = useDeployLock(stackId, serverName).data ?? null;
  const takeOver = useAction(client.stackLocks.takeOver, () => void queries.invalidateQueries({ queryKey: orpc.stackLocks.key() }));
  if (holder === null) return null;
  const { operationId } = holder;
  const { words, dead } = silenceWords(holder);
  return (
    <div role="status" className="mx-4 mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded border border-line bg-surface px-3 py-1.5">
      <Lock aria-hidden size={13} className={dead ? 'text-warn' : 'text-accent'} />
      <span>
        <b className="font-medium">{holder.who}</b> {holder.why}, since <RelativeTime atMs={holder.sinceMs} suffix=" ago" />
      </span>
      <span className={dead ? 'text-warn' : 'text-muted'}>{words}</span>
      <span className="ml-auto flex items-center gap-1.5">
        {operationId !== null && (
          <Link to="/operations/$id" params={{ id: operationId }} className="px-1 text-accent hover:underline">
            Show it
          </Link>
        )}
        {operationId !== null && (
          <Button onClick={() => setAsking(true)} busy={takeOver.busy}>
            Take the lock away
          </Button>
        )}
      </span>
      <ConfirmDialog
        open={asking}
        title="Take the deploy lock away"
        effect={`What ${holder.who} does stops at its next step, and what it has done so far stays as it is. ${dead ? 'It gives no sign of life.' : 'It is alive: ask first.'}`}
        expected={null}
        action="Take it away"
        onConfirm={() => {
          setAsking(false);
          if (operationId !== null) void takeOver.run({ id: stackId, server: serverName, operationId });
        }}
        onClose={() => setAsking(false)}
      />
      <ActionConfirm action={takeOver} title="Take the deploy lock away" verb="Take it away" />
    </div>
  );
}
