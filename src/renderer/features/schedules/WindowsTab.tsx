import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { windowText } from '../../../shared/model/maintenanceWindow.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { useConnection } from '../../client/useConnection.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatExact } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { WindowDialog } from './WindowDialog.tsx';

/** When servers may be interrupted. */
export function WindowsTab() {
  const windows = useQuery({ ...orpc.windows.list.queryOptions({ input: {} }), refetchInterval: 15_000 });
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.windows.key() });
  const [adding, setAdding] = useState(false);
  const remove = useAction(client.windows.remove, refresh);
  const link = useConnection();
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      New window
    </Button>
  );
  return (
    <>
      {windows.isPending && <SkeletonRows count={3} label="Loading maintenance windows" />}
      {windows.error && !windows.data && (
        <ErrorPanel error={toSerializedError(windows.error)} actions={<Button onClick={() => void windows.refetch()}>Try again</Button>} />
      )}
      {windows.data && link.state === 'offline' && <StaleMark sinceMs={windows.dataUpdatedAt} />}
      {windows.data?.windows.length === 0 && (
        <EmptyState title="No maintenance windows" actions={add}>
          Every server may be interrupted at any time. Those that have a window are restarted, updated and deployed to in one of theirs only; who cannot wait
          says why, and that stays with the run.
        </EmptyState>
      )}
      <ul aria-label="Maintenance windows">
        {windows.data?.windows.map(({ fields, openUntilMs, nextAtMs, servers }) => (
          <li
            key={fields.name}
            className="grid min-h-10 grid-cols-[120px_minmax(140px,1fr)_minmax(180px,1.4fr)_minmax(120px,0.8fr)_auto] items-center gap-3 border-b border-hairline px-2 py-1.5"
          >
            <StateMark tone={openUntilMs === null ? 'off' : 'good'}>{openUntilMs === null ? 'closed' : 'open'}</StateMark>
            <span className="min-w-0">
              <b className="block truncate font-semibold">{fields.name}</b>
              {fields.note !== undefined && <span className="block truncate text-sm text-faint">{fields.note}</span>}
            </span>
            <span className="min-w-0 text-sm">
              <span className="block">{windowText(fields)}</span>
              <span className="block text-faint">
                {openUntilMs !== null ? `open until ${formatExact(openUntilMs)}` : nextAtMs === null ? 'never again' : `opens ${formatExact(nextAtMs)}`}
              </span>
            </span>
            <span className="truncate text-muted" title={servers.join(', ')}>
              <code className="font-mono text-sm">{fields.selector}</code> · {count(servers.length, 'server')}
            </span>
            <IconButton icon={Trash2} label={`Remove ${fields.name}`} disabled={remove.busy} onClick={() => void remove.run({ name: fields.name })} />
          </li>
        ))}
      </ul>
      {remove.error && <ErrorPanel error={remove.error} />}
      {windows.data !== undefined && windows.data.windows.length > 0 && <div className="pt-3">{add}</div>}
      {adding && (
        <WindowDialog
          onClose={() => {
            setAdding(false);
            refresh();
          }}
        />
      )}
    </>
  );
}
