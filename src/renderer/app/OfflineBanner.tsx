import { connection } from '../client/client.ts';
import { useConnection } from '../client/useConnection.ts';
import { Button } from '../ui/Button.tsx';
import { useNowMs } from '../ui/clock.ts';
import { formatAge, formatExact } from '../ui/format.ts';

/** Says that the core cannot be reached, since when, and what that means; gone once it is back. */
export function OfflineBanner() {
  const status = useConnection();
  const now = useNowMs();
  // The first attempts after a blink are not worth a banner.
  if (status.state !== 'offline' || (status.attempt < 2 && now - status.sinceMs < 1_500)) return null;
  const inS = Math.max(0, Math.ceil((status.nextTryAtMs - now) / 1000));
  return (
    <div role="status" className="flex shrink-0 items-center gap-3 border-b border-warn/40 bg-warn-bg px-4 py-1.5">
      <span className="min-w-0 flex-1">
        <b className="font-semibold text-warn">No connection to the core</b>{' '}
        <span title={formatExact(status.sinceMs)}>for {formatAge(now - status.sinceMs)}</span>. What you see is from then. Runs on servers go on without this
        window.
      </span>
      <span className="text-muted">{inS > 0 ? `Trying again in ${inS} s` : 'Trying'}</span>
      <Button onClick={() => connection.retryNow()}>Try now</Button>
    </div>
  );
}
