import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ServerAccess } from '../access/ServerAccess.tsx';
import { pathFromAddress, pathToAddress } from '../files/fileView.ts';
import { ServerGuide } from '../guide/ServerGuide.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { ServerStacks } from '../stacks/ServerStacks.tsx';
import { ServerTerminals } from '../terminals/ServerTerminals.tsx';
import { ServerNetwork } from '../tunnels/ServerNetwork.tsx';
import { PortTable } from './PortTable.tsx';
import { type ServerDialog, ServerDialogs } from './ServerDialogs.tsx';
import { ServerHeader } from './ServerHeader.tsx';
import { ServerOverview } from './ServerOverview.tsx';

const ServerLogs = lazy(() => import('../logs/ServerLogs.tsx').then((module) => ({ default: module.ServerLogs })));
const ServerFiles = lazy(() => import('../files/ServerFiles.tsx').then((module) => ({ default: module.ServerFiles })));

const route = getRouteApi('/servers/$name/$tab');
const tabs = ['overview', 'setup', 'access', 'stacks', 'runs', 'terminal', 'logs', 'files', 'network'] as const;
type Tab = (typeof tabs)[number];

/** What is this box? */
export function ServerScreen() {
  const { name, tab } = route.useParams();
  const { dialog, fit, path, file, root, log } = route.useSearch();
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
  const { facts } = row;
  const current: Tab = tabs.find((each) => each === tab) ?? 'overview';
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ServerHeader row={row} staleSinceMs={fleet.status === 'stale' ? fleet.sinceMs : null} onDialog={show} />
      <Tabs
        label={`Views of ${name}`}
        value={current}
        tabs={[
          { value: 'overview', label: 'Overview' },
          { value: 'setup', label: 'Set up' },
          { value: 'access', label: 'Access' },
          { value: 'stacks', label: 'Stacks', count: row.stacks.length },
          { value: 'runs', label: 'Runs' },
          { value: 'terminal', label: 'Terminal' },
          { value: 'logs', label: 'Logs' },
          { value: 'files', label: 'Files' },
          { value: 'network', label: 'Network' },
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
        {current === 'setup' && <ServerGuide row={row} onTrust={() => show('trust')} />}
        {current === 'access' && <ServerAccess row={row} onTrust={() => show('trust')} onLogin={() => show('login')} />}
        {current === 'stacks' && <ServerStacks row={row} />}
        {current === 'runs' && (
          <div className="overflow-y-auto px-4 py-2">
            <RecentRuns serverId={row.server.id} empty="Nothing ran on this server yet." limit={100} />
          </div>
        )}
        {current === 'terminal' && <ServerTerminals server={name} />}
        {current === 'logs' && (
          <Suspense fallback={<SkeletonRows count={12} label="Loading logs" />}>
            <ServerLogs
              row={row}
              chosen={log}
              onChoose={(next) => void navigate({ to: '/servers/$name/$tab', params: { name, tab: current }, search: { log: next }, replace: true })}
            />
          </Suspense>
        )}
        {current === 'files' && (
          <Suspense fallback={<SkeletonRows count={12} label="Loading files" />}>
            <ServerFiles
              row={row}
              place={{ path: pathFromAddress(path), file: file === undefined ? null : pathFromAddress(file), root: root === true }}
              onPlace={(next) =>
                void navigate({
                  to: '/servers/$name/$tab',
                  params: { name, tab },
                  search: {
                    path: pathToAddress(next.path),
                    ...(next.file === null ? {} : { file: pathToAddress(next.file) }),
                    ...(next.root ? { root: true } : {}),
                  },
                })
              }
            />
          </Suspense>
        )}
        {current === 'network' && (
          <ServerNetwork
            row={row}
            ports={
              <Section title="Listening ports" aside={facts && <RelativeTime atMs={facts.collectedAtMs} suffix=" ago" />}>
                {facts ? <PortTable ports={facts.ports} /> : <p className="py-1.5 text-muted">Its facts have not been read yet.</p>}
              </Section>
            }
          />
        )}
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
