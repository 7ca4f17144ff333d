import { type NetworkVerdict, networkSentence } from '../../shared/model/network.ts';
import { networkStore, useStateStream } from '../client/streams.ts';
import { useNowMs } from '../ui/clock.ts';
import { formatAge, formatExact } from '../ui/format.ts';

/** Says once, in place of an error for each server, that this computer's own network fails; gone once a server answers. */
export function NetworkBanner() {
  const [verdict] = useStateStream(networkStore).list;
  return verdict === undefined ? null : <NetworkNotice verdict={verdict} />;
}

/** The banner for a verdict; nothing while the network is fine. */
export function NetworkNotice({ verdict }: { verdict: NetworkVerdict }) {
  const now = useNowMs();
  if (verdict.state !== 'offline') return null;
  return (
    <div role="status" className="flex shrink-0 items-center gap-3 border-b border-warn/40 bg-warn-bg px-4 py-1.5">
      <span className="min-w-0 flex-1">
        <b className="font-semibold text-warn">{networkSentence(verdict)}</b>{' '}
        <span title={formatExact(verdict.sinceMs)}>for {formatAge(now - verdict.sinceMs)}</span>. Runs on servers go on. Figures are from before. Connections
        are made again by themselves.
      </span>
    </div>
  );
}
