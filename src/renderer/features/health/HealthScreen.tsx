import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { errorWording } from '../../../shared/errorWording.ts';
import { calmFleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import type { ChartRange } from '../../ui/chart/chartTypes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatExact } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import { useSlowly } from '../../ui/useSlowly.ts';
import { targetsOf } from '../targets/useTargets.ts';
import { chartGroups } from './chartGroups.ts';
import type { ChartView } from './HealthChart.tsx';
import { HealthCharts } from './HealthCharts.tsx';
import { HealthTools } from './HealthTools.tsx';
import { boundedRange, type HealthSearch } from './healthAddress.ts';
import { useFollowedServers } from './useFollowedServers.ts';
import { useEpoch, useHealthMarks, useHealthRange, useSubjectWords } from './useHealthView.ts';
import { useLiveTail } from './useLiveTail.ts';

const CustomTimeDialog = lazy(() => import('./CustomTimeDialog.tsx').then((module) => ({ default: module.CustomTimeDialog })));
const route = getRouteApi('/health');

/** How is it behaving? Figures of servers over time, side by side, with what happened marked on the axis. */
export function HealthScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const fleet = useStateStream(calmFleetStore);
  const selector = search.on ?? 'all';
  // Which servers are picked changes rarely, their rows all the while.
  const list = useSlowly(fleet.list, 2_000, `${selector} ${fleet.list.length}`);
  const targets = useMemo(() => targetsOf(selector, list), [selector, list]);
  const [isCustom, setIsCustom] = useState(false);
  const { range, isLive, spanMs } = useHealthRange(search);
  const picked = targets.rows.map(({ server }) => server.name).join(',');
  const names = useMemo(() => (picked === '' ? [] : picked.split(',')), [picked]);

  const change = useCallback((changes: HealthSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }), [navigate]);
  // A closer look can be gone back from, as from a page.
  const zoom = useCallback(
    (wanted: ChartRange) => {
      const { fromMs, toMs } = boundedRange(wanted, Date.now());
      void navigate({ search: (before) => ({ ...before, fromMs, toMs }) });
    },
    [navigate],
  );
  const reset = useCallback(() => change({ fromMs: undefined, toMs: undefined }), [change]);

  const intervalS = names.length <= 3 && spanMs <= 900_000 ? 1 : 5;
  const [followed, tell] = useFollowedServers(selector, names.length);
  const live = useLiveTail(isLive ? followed : null, intervalS);
  const marks = useHealthMarks(names.length === 0 ? '' : selector, range, isLive, targets.rows);
  const words = useSubjectWords(targets.rows);
  const epoch = useEpoch();
  const view = useMemo<ChartView>(
    () => ({ range, isLive, intervalS, isZoomed: !isLive, live, marks, words, epoch, onZoom: zoom, onReset: reset }),
    [range, isLive, intervalS, live, marks, words, epoch, zoom, reset],
  );
  // What comes in draws one chart after the other, with room for frames between them.
  const drawn = useDeferredValue(view);
  const groups = useMemo(() => (search.charts ? [search.charts] : chartGroups), [search.charts]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Health" actions={!isLive && <Button onClick={reset}>Back to live</Button>}>
        {names.length > 0 && (
          <span>
            <b className="font-semibold text-text">{count(names.length, 'server')}</b>
          </span>
        )}
        {isLive ? (
          live.brokenSinceMs === null ? (
            followed !== null && (
              <span className="flex items-center gap-1.5">
                <Mark tone="good" size={9} />
                live, every {intervalS} s
              </span>
            )
          ) : (
            <StaleMark sinceMs={live.brokenSinceMs} />
          )
        ) : (
          <span>
            {formatExact(range.fromMs)} – {formatExact(range.toMs)}
          </span>
        )}
        {targets.error && <span className="text-warn">{errorWording(targets.error).sentence}</span>}
      </PageHeader>
      {fleet.status === 'error' && fleet.error ? (
        <div className="px-4">
          <ErrorPanel error={fleet.error} />
        </div>
      ) : fleet.status === 'loading' ? (
        <div className="px-4">
          <SkeletonRows count={12} label="Loading the fleet" />
        </div>
      ) : fleet.list.length === 0 ? (
        <EmptyState title="There is nothing to measure yet">Figures are read from servers of the fleet. Add one on the Fleet screen.</EmptyState>
      ) : (
        <>
          <HealthTools search={search} servers={names.length} isWrong={targets.error !== null} onChange={change} onCustom={() => setIsCustom(true)} />
          {names.length === 0 ? (
            <EmptyState title="No server is picked" actions={<Button onClick={() => change({ on: undefined })}>All servers</Button>}>
              Names with *, env:, tag:, group:, role:. A space means and, a comma or, ! not.
            </EmptyState>
          ) : (
            <section tabIndex={0} aria-label="Charts" className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-6">
              <HealthCharts
                groups={groups}
                selector={selector}
                names={names}
                isApart={search.by === 'server' && names.length > 1}
                view={drawn}
                onServers={tell}
              />
            </section>
          )}
        </>
      )}
      <Suspense>
        {isCustom && (
          <CustomTimeDialog
            range={range}
            onClose={() => setIsCustom(false)}
            onChoose={(chosen) => {
              setIsCustom(false);
              zoom(chosen);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
