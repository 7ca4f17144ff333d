import { alertsStatusStore, networkStore, useStateStream } from '../../client/streams.ts';
import { useNowMs } from '../../ui/clock.ts';
import { Until } from './AlertLine.tsx';

/** Said once in place of an alert for each server: this computer is cut off, or has just woken. Where its network is gone, the window says so already. */
export function ComputerBanner() {
  const [status] = useStateStream(alertsStatusStore).list;
  const [network] = useStateStream(networkStore).list;
  const now = useNowMs();
  if (status === undefined || network?.state === 'offline') return null;
  const waking = status.graceUntilMs !== null && status.graceUntilMs > now;
  if (!status.computerOut && !waking) return null;
  return (
    <div role="status" className="mx-4 mt-3 flex items-center gap-3 rounded border border-info/40 bg-info-bg px-3 py-2">
      <span className="min-w-0">
        {status.computerOut ? (
          <>
            <b className="font-semibold">It is this computer, not the servers.</b> All of them were lost at once, so nothing is said about them until one
            answers again. What runs on them goes on.
          </>
        ) : (
          <>
            <b className="font-semibold">This computer has just woken.</b> A lost connection is believed{' '}
            {status.graceUntilMs !== null && <Until atMs={status.graceUntilMs} />}.
          </>
        )}
      </span>
    </div>
  );
}
