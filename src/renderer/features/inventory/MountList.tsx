import type { Facts } from '../../../shared/model/facts.ts';
import { formatBytes } from '../../ui/format.ts';
import { Meter } from '../../ui/Meter.tsx';

/** File systems with what is used and what is free. */
export function MountList({ facts }: { facts: Facts }) {
  return (
    <ul>
      {facts.mounts.map((mount) => {
        const ratio = mount.sizeBytes > 0 ? mount.usedBytes / mount.sizeBytes : null;
        return (
          <li
            key={mount.mountPoint}
            title={mount.source}
            className="grid h-8 grid-cols-[minmax(90px,1fr)_56px_92px_120px] items-center gap-3 border-b border-hairline px-1"
          >
            <code className="truncate font-mono text-sm">{mount.mountPoint}</code>
            <span className="text-muted">{mount.filesystem}</span>
            <Meter ratio={ratio} label="Used" tone={ratio !== null && ratio >= 0.95 ? 'bad' : ratio !== null && ratio >= 0.85 ? 'warn' : 'normal'} />
            <span className="text-right whitespace-nowrap text-muted">{formatBytes(mount.availableBytes)} free</span>
          </li>
        );
      })}
    </ul>
  );
}
