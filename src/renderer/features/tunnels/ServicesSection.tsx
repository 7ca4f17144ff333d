import { useQuery } from '@tanstack/react-query';
import { ExternalLink, Globe, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { Service, Tunnel } from '../../../shared/contract/tunnels.ts';
import { bridge, client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import type { NewTunnel } from './TunnelDialog.tsx';
import { addressText, tunnelTo } from './tunnelView.ts';

/** What answers HTTP on a server; each opened in one go. */
export function ServicesSection({ server, tunnels, onKeep }: { server: string; tunnels: readonly Tunnel[]; onKeep(first: Partial<NewTunnel>): void }) {
  const found = useQuery({ ...orpc.tunnels.services.queryOptions({ input: { server }, retry: false }), staleTime: 60_000 });
  return (
    <Section
      title="Services"
      aside={
        <span className="flex items-center gap-1">
          {found.data && `${found.data.asked} ports asked`}
          <IconButton icon={RefreshCw} label="Ask again" size="small" onClick={() => void found.refetch()} />
        </span>
      }
    >
      {found.isPending && <SkeletonRows count={3} label="Asking ports for pages" />}
      {found.error && <ErrorPanel error={toSerializedError(found.error)} actions={<Button onClick={() => void found.refetch()}>Try again</Button>} />}
      {found.data?.services.length === 0 && (
        <p className="py-1.5 text-muted">None of the ports that it was last seen to listen on answers HTTP. A tunnel leads to any other.</p>
      )}
      <ul>
        {found.data?.services.map((service) => (
          <ServiceRow key={`${service.host} ${service.port}`} {...{ server, service, onKeep }} tunnel={tunnelTo(service, tunnels)} />
        ))}
      </ul>
    </Section>
  );
}

interface ServiceRowProps {
  server: string;
  service: Service;
  tunnel: Tunnel | undefined;
  onKeep(first: Partial<NewTunnel>): void;
}

function ServiceRow({ server, service, tunnel, onKeep }: ServiceRowProps) {
  const { title, host, port, scheme, process } = service;
  const [url, setUrl] = useState<string | null>(null);
  const show = useAction(client.tunnels.open, (opened) => {
    setUrl(opened.url);
    // The window hands it to the person's browser. A browser refuses a page that opens late: there the link is pressed.
    if (bridge !== null) window.open(opened.url, '_blank', 'noopener');
  });
  const link = tunnel?.boundPort ? `${scheme}://127.0.0.1:${tunnel.boundPort}/` : tunnel === undefined ? null : url;
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b border-hairline px-1 py-1">
      <Globe aria-hidden size={14} strokeWidth={1.7} className="text-faint" />
      <b className="min-w-0 max-w-[34ch] truncate font-medium" title={title}>
        {title}
      </b>
      <code className="font-mono text-sm text-muted">{addressText(host, port)}</code>
      {process !== null && <span className="text-sm text-faint">{process}</span>}
      <span className="ml-auto flex items-center gap-1.5">
        {link !== null ? (
          <a href={link} target="_blank" rel="noopener noreferrer" className={buttonClass('secondary')}>
            <ExternalLink aria-hidden size={14} strokeWidth={1.8} />
            {link.replace(/\/$/, '')}
          </a>
        ) : (
          <Button icon={ExternalLink} busy={show.busy} aria-label={`Open ${title}`} onClick={() => void show.run({ server, name: title, host, port, scheme })}>
            Open
          </Button>
        )}
        {tunnel?.kept !== true && (
          <Button
            variant="ghost"
            aria-label={`Keep a tunnel to ${title}`}
            onClick={() => onKeep({ name: labelOf(title), host, port, localPort: port, scheme })}
          >
            Keep
          </Button>
        )}
      </span>
      {show.error && (
        <div className="w-full">
          <ErrorPanel error={show.error} />
        </div>
      )}
    </li>
  );
}

/** A name for a tunnel from what a service calls itself. */
function labelOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
}
