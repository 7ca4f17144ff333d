import { Copy, ExternalLink, Play, Plus, Square, Trash2 } from 'lucide-react';
import type { Tunnel } from '../../../shared/contract/tunnels.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { client } from '../../client/client.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatBytes } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { NewTunnel } from './TunnelDialog.tsx';
import { addressText, tunnelState, tunnelUrl } from './tunnelView.ts';

interface TunnelsSectionProps {
  state: StateSnapshot<Tunnel>;
  tunnels: readonly Tunnel[];
  onAdd(): void;
  onKeep(first: Partial<NewTunnel>): void;
}

/** Ports of this computer that lead through a server. */
export function TunnelsSection({ state, tunnels, onAdd, onKeep }: TunnelsSectionProps) {
  return (
    <Section title="Tunnels" aside={state.status === 'stale' && <StaleMark sinceMs={state.sinceMs} />}>
      {state.status === 'loading' && <SkeletonRows count={2} label="Loading tunnels" />}
      {state.error && <ErrorPanel error={state.error} />}
      {state.status !== 'loading' && tunnels.length === 0 && (
        <p className="py-1.5 text-muted">No port of this computer leads here. A tunnel makes one, for whatever the server reaches.</p>
      )}
      <ul>
        {tunnels.map((tunnel) => (
          <TunnelRow key={tunnel.id} tunnel={tunnel} onKeep={onKeep} />
        ))}
      </ul>
      {state.status !== 'loading' && (
        <Button icon={Plus} onClick={onAdd} className="mt-2.5">
          New tunnel
        </Button>
      )}
    </Section>
  );
}

function TunnelRow({ tunnel, onKeep }: { tunnel: Tunnel; onKeep(first: Partial<NewTunnel>): void }) {
  const { id, name, host, port, localPort, scheme, kept, boundPort } = tunnel;
  const start = useAction(client.tunnels.start);
  const stop = useAction(client.tunnels.stop);
  const remove = useAction(client.tunnels.remove);
  const { tone, word } = tunnelState(tunnel);
  const local = boundPort ?? localPort;
  const url = tunnelUrl(tunnel);
  const error = start.error ?? stop.error ?? remove.error;
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-hairline px-1 py-1">
      <StateMark tone={tone} className="w-[132px] shrink-0">
        {word}
      </StateMark>
      <b className="min-w-0 max-w-[20ch] truncate font-medium">{name}</b>
      {!kept && <Badge>until unused</Badge>}
      <code className="font-mono text-sm text-muted">
        127.0.0.1:{local ?? 'any'} → {addressText(host, port)}
      </code>
      <span className="ml-auto flex items-center gap-1">
        {url !== null && (
          <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass('ghost')}>
            <ExternalLink aria-hidden size={14} strokeWidth={1.8} />
            Open
          </a>
        )}
        {boundPort !== null && (
          <IconButton
            icon={Copy}
            label={`Copy the address of ${name}`}
            size="small"
            onClick={() => void navigator.clipboard.writeText(`127.0.0.1:${boundPort}`)}
          />
        )}
        {!kept && (
          <Button variant="ghost" aria-label={`Keep ${name}`} onClick={() => onKeep({ name: '', host, port, localPort: null, scheme })}>
            Keep
          </Button>
        )}
        {boundPort === null ? (
          <IconButton icon={Play} label={`Start ${name}`} disabled={start.busy} onClick={() => void start.run({ id })} />
        ) : (
          <IconButton icon={Square} label={`Stop ${name}`} disabled={stop.busy} onClick={() => void stop.run({ id })} />
        )}
        {kept && <IconButton icon={Trash2} label={`Remove ${name}`} disabled={remove.busy} onClick={() => void remove.run({ id })} />}
      </span>
      {(tunnel.connectionsTotal > 0 || tunnel.error !== null) && (
        <span className="w-full pl-[144px] text-sm text-muted">
          {tunnel.connectionsTotal > 0 &&
            `${tunnel.connections} of ${count(tunnel.connectionsTotal, 'connection')} open · ${formatBytes(tunnel.bytesUp)} up, ${formatBytes(tunnel.bytesDown)} down`}
          {tunnel.error !== null && <span className="block break-words text-warn">{errorWording(tunnel.error).sentence}</span>}
        </span>
      )}
      {error && (
        <div className="w-full">
          <ErrorPanel error={error} />
        </div>
      )}
    </li>
  );
}
