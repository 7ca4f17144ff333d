import type { Facts } from '../../../shared/model/facts.ts';
import { mountWords } from '../../../shared/model/factsWords.ts';
import { formatBytes } from '../../ui/format.ts';
import { Meter } from '../../ui/Meter.tsx';

/** File systems with what they are for, what is used and what is free. */
export function MountList({ facts }: { facts: Facts }) {
  return (
    <ul>
      {facts.mounts.map((mount) => {
        const ratio = mount.sizeBytes > 0 ? mount.usedBytes / mount.sizeBytes : null;
        return (
          <li
            key={mount.mountPoint}
            title={[mount.source, mount.roleWhy === null ? '' : `for ${mount.role ?? ''} by ${mount.roleWhy}`].filter((part) => part !== '').join('\n')}
            className="grid h-8 grid-cols-[minmax(80px,1fr)_44px_minmax(0,1.2fr)_92px_88px] items-center gap-3 border-b border-hairline px-1"
          >
            <code className="truncate font-mono text-sm">{mount.mountPoint}</code>
            <span className="truncate text-muted">{mount.filesystem}</span>
            <span className="truncate text-muted">{mountWords(mount, facts.disks)}</span>
            <Meter ratio={ratio} label="Used" tone={ratio !== null && ratio >= 0.95 ? 'bad' : ratio !== null && ratio >= 0.85 ? 'warn' : 'normal'} />
            <span className="text-right whitespace-nowrap text-muted">{formatBytes(mount.availableBytes)} free</span>
          </li>
        );
      })}
    </ul>
  );
}
