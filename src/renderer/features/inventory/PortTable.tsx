import type { Facts } from '../../../shared/model/facts.ts';

type Port = Facts['ports'][number];

/** Whether a socket listens on every address, on this machine only, or on some address. */
export function reachOf(port: Pick<Port, 'address'>): 'everywhere' | 'this machine' | 'one address' {
  if (port.address === '*' || port.address === '0.0.0.0' || port.address === '::') return 'everywhere';
  return port.address.startsWith('127.') || port.address === '::1' ? 'this machine' : 'one address';
}

/** Sockets that listen, those open to everyone first. */
export function PortTable({ ports }: { ports: readonly Port[] }) {
  const order = { everywhere: 0, 'one address': 1, 'this machine': 2 };
  const sorted = [...ports].sort((a, b) => order[reachOf(a)] - order[reachOf(b)] || a.port - b.port);
  if (sorted.length === 0) return <p className="py-1.5 text-muted">Nothing listens.</p>;
  return (
    <ul>
      {sorted.map((port) => (
        <li
          key={`${port.protocol}-${port.address}-${port.port}`}
          className="grid h-8 grid-cols-[84px_minmax(80px,1fr)_minmax(80px,1fr)_100px] items-center gap-3 border-b border-hairline px-1"
        >
          <code className="font-mono text-sm">
            {port.port}/{port.protocol}
          </code>
          <code className="truncate font-mono text-sm text-muted">{port.address}</code>
          <span className="truncate text-muted">{port.process ?? 'not visible to this login'}</span>
          <span className={reachOf(port) === 'everywhere' ? 'text-right' : 'text-right text-faint'}>{reachOf(port)}</span>
        </li>
      ))}
    </ul>
  );
}
