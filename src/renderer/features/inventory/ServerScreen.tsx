import { getRouteApi } from '@tanstack/react-router';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ServerAccess } from '../access/ServerAccess.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { ServerStacks } from '../stacks/ServerStacks.tsx';
import { ServerTerminals } from '../terminals/ServerTerminals.tsx';
import { type ServerDialog, ServerDialogs } from './ServerDialogs.tsx';
import { ServerHeader } from './ServerHeader.tsx';
import { ServerOverview } from './ServerOverview.tsx';

const route = getRouteApi('/servers/$name/$tab');
const tabs = ['overview', 'access', 'stacks', 'runs', 'terminal'] as const;
type Tab = (typeof tabs)[number];

/** What is this box? */
export function ServerScreen() {
  const { name, tab } = route.useParams();
  const { dialog, fit } = route.useSearch();
  const navigate = route.useNavigate();
  const fleet = useStateStream(fleetStore);
  const row = fleet.list.find((each) => each.server.name === name);
  if (fleet.status === 'loading') {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={8} label="Loading the server" />
      </div>
    );
  }
  if (!row) {
    return (
      <div className="max-w-[760px] p-4">
        {fleet.error ? (
          <ErrorPanel error={fleet.error} />
        ) : (
          <EmptyState title={`There is no server named ${name}`}>It may have been renamed or removed. Names of servers are found with Ctrl K.</EmptyState>
        )}
      </div>
    );
  }
  const show = (next: ServerDialog | undefined, of = name) =>
    void navigate({ to: '/servers/$name/$tab', params: { name: of, tab }, search: next ? { dialog: next } : {}, replace: true });
  const current: Tab = tabs.find((each) => each === tab) ?? 'overview';
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ServerHeader row={row} staleSinceMs={fleet.status === 'stale' ? fleet.sinceMs : null} onDialog={show} />
      <Tabs
        label={`Views of ${name}`}
        value={current}
        tabs={[
          { value: 'overview', label: 'Overview' },
          { value: 'access', label: 'Access' },
          { value: 'stacks', label: 'Stacks', count: row.stacks.length },
          { value: 'runs', label: 'Runs' },
          { value: 'terminal', label: 'Terminal' },
        ]}
        onChange={(next) => void navigate({ to: '/servers/$name/$tab', params: { name, tab: next }, replace: true })}
      >
        {current === 'overview' && (
          <ServerOverview
            row={row}
            fit={fit}
            onFit={(next) => void navigate({ to: '/servers/$name/$tab', params: { name, tab: current }, search: { fit: next }, replace: true })}
          />
        )}
        {current === 'access' && <ServerAccess row={row} onTrust={() => show('trust')} onLogin={() => show('login')} />}
        {current === 'stacks' && <ServerStacks row={row} />}
        {current === 'runs' && (
          <div className="overflow-y-auto px-4 py-2">
            <RecentRuns serverId={row.server.id} empty="Nothing ran on this server yet." limit={100} />
          </div>
        )}
        {current === 'terminal' && <ServerTerminals server={name} />}
      </Tabs>
      <ServerDialogs
        dialog={dialog}
        server={row.server}
        onClose={() => show(undefined)}
        onRemoved={() => void navigate({ to: '/fleet', search: {} })}
        onSaved={(server, isTrusted) => show(isTrusted ? undefined : 'trust', server.name)}
      />
    </div>
  );
}
