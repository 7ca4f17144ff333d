import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { alertsStatusStore, alertsStore, useStateStream } from '../../client/streams.ts';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { alertTotals, severityTones } from './alertTotals.ts';
import { NowTab } from './NowTab.tsx';

const HistoryTab = lazy(() => import('./HistoryTab.tsx').then((module) => ({ default: module.HistoryTab })));
const RulesTab = lazy(() => import('./RulesTab.tsx').then((module) => ({ default: module.RulesTab })));
const SilencesTab = lazy(() => import('./SilencesTab.tsx').then((module) => ({ default: module.SilencesTab })));
const ChannelsTab = lazy(() => import('./ChannelsTab.tsx').then((module) => ({ default: module.ChannelsTab })));
const route = getRouteApi('/alerts');

/** When it was judged last, or that nobody judges. */
function Judged() {
  const [status] = useStateStream(alertsStatusStore).list;
  if (status === undefined) return null;
  if (!status.watching)
    return (
      <span className="text-warn">
        nobody watches: this is as it was{status.judgedAtMs !== null && <RelativeTime atMs={status.judgedAtMs} suffix=" ago" />}
      </span>
    );
  return (
    <span className="text-faint">
      {count(status.rules, 'rule')}
      {status.judgedAtMs !== null && (
        <>
          , judged <RelativeTime atMs={status.judgedAtMs} staleAfterMs={60_000} suffix=" ago" />
        </>
      )}
    </span>
  );
}

/** What needs me, what was, by which rules, and who is told. */
export function AlertsScreen() {
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const alerts = useStateStream(alertsStore);
  const totals = alertTotals(alerts.list);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Alerts">
        {alerts.status !== 'loading' && (
          <>
            {totals.worst === null ? (
              <StateMark tone="good">nothing needs anybody</StateMark>
            ) : (
              <StateMark tone={severityTones[totals.worst]}>
                <b className="font-semibold text-text">{totals.firing}</b> firing
              </StateMark>
            )}
            {totals.advice > 0 && <span>{totals.advice} of advice</span>}
            {totals.acknowledged > 0 && <span>{totals.acknowledged} looked after</span>}
            {totals.held > 0 && <span>{totals.held} not told</span>}
          </>
        )}
        <Judged />
        {alerts.status === 'stale' && <StaleMark sinceMs={alerts.sinceMs} />}
      </PageHeader>
      <Tabs
        label="Alerts"
        value={tab}
        tabs={[
          { value: 'now', label: 'Now', ...(alerts.status === 'loading' ? {} : { count: alerts.list.length }) },
          { value: 'history', label: 'History' },
          { value: 'rules', label: 'Rules' },
          { value: 'silences', label: 'Silences' },
          { value: 'channels', label: 'Channels' },
        ]}
        onChange={(next) => void navigate({ search: next === 'now' ? {} : { tab: next }, replace: true })}
      >
        <Suspense fallback={<SkeletonRows count={10} label="Loading" />}>
          {tab === 'now' && <NowTab alerts={alerts} />}
          {tab === 'history' && <HistoryTab />}
          {tab === 'rules' && <RulesTab />}
          {tab === 'silences' && <SilencesTab />}
          {tab === 'channels' && <ChannelsTab />}
        </Suspense>
      </Tabs>
    </div>
  );
}
