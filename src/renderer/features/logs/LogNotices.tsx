import type { ErrorCode } from '../../../shared/errors.ts';
import { formatTimeOfDay } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import type { LogModel } from './logModel.ts';

const shownAtMost = 3;

/** Why a server is away, where only the code of an error is known. */
const reasons: Partial<Record<string, string>> = {
  'ssh.connection-lost': 'its connection was lost',
  'ssh.link-silent': 'it does not answer for the moment',
  'ssh.connect-timeout': 'it does not answer',
  'ssh.connection-refused': 'it refuses connections',
  'ssh.host-not-found': 'its name is not found',
  'ssh.network-unreachable': 'there is no way to it from here',
  'ssh.host-key-changed': 'its host key has changed',
  'server.untrusted': 'its host key has not been confirmed',
} satisfies Partial<Record<ErrorCode, string>>;

/** What keeps the lines from being whole just now: the core, or single servers that are away. */
export function LogNotices({ model }: { model: LogModel }) {
  const { status, lostAtMs } = model.feed.get();
  const away = [...model.feed.buffer.servers.values()].filter((server) => server.state === 'reconnecting' || server.state === 'failed');
  if (status !== 'reconnecting' && away.length === 0) return null;
  return (
    <ul aria-label="What is away" className="shrink-0 border-t border-line bg-warn-bg text-sm">
      {status === 'reconnecting' && (
        <li className="flex min-h-6 items-center gap-2 px-4 py-0.5">
          <Mark tone="warn" size={9} />
          <span className="min-w-0">
            <b className="font-semibold">The core is away</b>
            {lostAtMs !== null && (
              <>
                {' '}
                since {formatTimeOfDay(lostAtMs)}, <RelativeTime atMs={lostAtMs} suffix=" ago" />
              </>
            )}
            : what came until then is shown, and it goes on from there without a line missing or twice.
          </span>
        </li>
      )}
      {away.slice(0, shownAtMost).map((server) => (
        <li key={server.serverName} className="flex min-h-6 items-center gap-2 px-4 py-0.5">
          <Mark tone={server.state === 'failed' ? 'bad' : 'warn'} size={9} />
          <span className="min-w-0">
            <b className="font-semibold">{server.serverName}</b> {server.state === 'failed' ? 'failed' : 'is reconnecting'}
            {server.reason !== null && `: ${reasons[server.reason] ?? server.reason}`}
            <span className="text-muted">
              {' '}
              · <RelativeTime atMs={server.sinceMs} suffix=" ago" />
              {server.state === 'reconnecting' && ' · its lines are put in at their time once they come'}
            </span>
          </span>
        </li>
      ))}
      {away.length > shownAtMost && <li className="px-4 py-0.5 text-muted">and {(away.length - shownAtMost).toLocaleString('en')} servers more</li>}
    </ul>
  );
}
