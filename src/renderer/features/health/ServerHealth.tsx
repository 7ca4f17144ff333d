import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { Chip } from '../../ui/Chip.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { spanNames, spanWords } from './healthAddress.ts';
import { chartGridClass, serverChartHeight, serverChartIds } from './serverChartIds.ts';
import type { ServerHealthState } from './useServerHealth.ts';

const ServerCharts = lazy(() => import('./ServerCharts.tsx').then((module) => ({ default: module.ServerCharts })));

function Age({ health: { view, figures } }: { health: ServerHealthState }) {
  const since = view.live?.brokenSinceMs ?? null;
  if (since !== null) return <StaleMark sinceMs={since} />;
  if (figures?.observedAtMs == null) return null;
  return (
    <span className="pr-1.5">
      read <RelativeTime atMs={figures.observedAtMs} staleAfterMs={20_000} suffix=" ago" />
    </span>
  );
}

/** How a server was just before and is now: charts, live while they are looked at. */
export function ServerHealth({ row, health }: { row: FleetRow; health: ServerHealthState }) {
  const { name } = row.server;
  const { view, span, setSpan } = health;
  const ids = serverChartIds(row);
  return (
    <Section
      title="Health"
      aside={
        <span className="flex items-center gap-1.5">
          <Age health={health} />
          {!view.isLive && (
            <Chip on={false} onClick={view.onReset}>
              Back to live
            </Chip>
          )}
          {spanNames.slice(0, 4).map((each) => (
            <Chip key={each} on={view.isLive && span === each} onClick={() => setSpan(each)}>
              {spanWords[each]}
            </Chip>
          ))}
          <Link to="/health" search={{ on: name }} className="pl-1.5 text-muted hover:text-text hover:underline">
            All charts
          </Link>
        </span>
      }
    >
      <Suspense
        fallback={
          <div className={chartGridClass}>
            {ids.map((id) => (
              <div key={id} style={{ height: serverChartHeight }} />
            ))}
          </div>
        }
      >
        <ServerCharts name={name} ids={ids} health={health} />
      </Suspense>
    </Section>
  );
}
