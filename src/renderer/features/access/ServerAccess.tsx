import { useQuery } from '@tanstack/react-query';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { orpc } from '../../client/client.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { AuthorizedKeysPanel } from './AuthorizedKeysPanel.tsx';
import { ConnectionPanel } from './ConnectionPanel.tsx';
import { HostKeysPanel } from './HostKeysPanel.tsx';

interface ServerAccessProps {
  row: FleetRow;
  onTrust(): void;
  onLogin(): void;
}

/** How a server is reached: connections, the host keys that are trusted, and the keys that may log in. */
export function ServerAccess({ row, onTrust, onLogin }: ServerAccessProps) {
  const { name, hostKeys } = row.server;
  const news = useQuery(orpc.access.hostKeys.queryOptions({ input: { name } }));
  const held = useQuery(orpc.access.connection.queryOptions({ input: { name } }));
  // The parts follow each other: none is shown before the length of those above it is known.
  if (news.isPending || held.isPending) {
    return (
      <div className="px-4 py-3">
        <SkeletonRows count={8} label="Loading access" />
      </div>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
      <div className="flex max-w-[920px] flex-col gap-6">
        <HostKeysPanel name={name} onTrust={onTrust} />
        {hostKeys.length > 0 && <ConnectionPanel name={name} onLogin={onLogin} />}
        {hostKeys.length > 0 && <AuthorizedKeysPanel name={name} />}
      </div>
    </div>
  );
}
