import { getRouteApi, Link } from '@tanstack/react-router';
import { BellOff, Check, Siren, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Alert } from '../../../shared/model/alert.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';
import { alertsStatusStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { TabTools } from '../records/TabTools.tsx';
import { AlertDialogs } from './AlertDialogs.tsx';
import { alertColumns } from './alertColumns.tsx';
import { partOf } from './alertTotals.ts';
import { alertGroups } from './alertView.ts';
import { ComputerBanner } from './ComputerBanner.tsx';
import { type AlertActions, useAlertActions } from './useAlertActions.tsx';

const route = getRouteApi('/alerts');
const rowKey = ({ key }: Alert) => key;

/** What is wrong now. */
export function NowTab({ alerts }: { alerts: StateSnapshot<Alert> }) {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { actions, ...asked } = useAlertActions();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const list = useDeferredValue(alerts.list);
  const groups = useMemo(() => alertGroups(list, q), [list, q]);
  const columns = useMemo(() => alertColumns(actions), [actions]);
  const picked = useMemo(() => list.filter(({ key }) => selected.has(key)), [list, selected]);
  const pickedKeys = useMemo(() => new Set(picked.map(({ key }) => key)), [picked]);
  const rowKeys = useMemo(() => {
    const several = (alert: Alert) => (picked.length > 0 ? picked : [alert]);
    return {
      a: (alert: Alert) => actions.acknowledge(several(alert)),
      s: (alert: Alert) => actions.silence(several(alert)),
      i: (alert: Alert) => actions.incident(several(alert).filter(({ state }) => state === 'open')),
      r: (alert: Alert) => actions.runbook(alert),
    };
  }, [actions, picked]);
  return (
    <>
      <ComputerBanner />
      {asked.error && (
        <div className="max-w-[760px] px-4 pt-3">
          <ErrorPanel error={asked.error} actions={<Button onClick={asked.clearError}>Dismiss</Button>} />
        </div>
      )}
      {alerts.error !== null && list.length === 0 ? (
        <div className="max-w-[760px] p-4">
          <ErrorPanel error={alerts.error} />
        </div>
      ) : alerts.status === 'loading' ? (
        <div className="px-4 pt-2">
          <SkeletonRows count={8} label="Loading alerts" />
        </div>
      ) : list.length === 0 ? (
        <NothingWrong />
      ) : (
        <>
          <TabTools
            text={q}
            label="Filter alerts"
            placeholder="Title, cause, server or stack"
            onText={(text) => void navigate({ search: (before) => ({ ...before, q: text }), replace: true })}
          />
          {groups.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No alert fits">Take words away.</EmptyState>
            </div>
          ) : (
            <DataTable
              label="Alerts"
              columns={columns}
              groups={groups}
              rowKey={rowKey}
              rowHeight={50}
              selected={pickedKeys}
              onSelect={setSelected}
              onOpen={({ key }) => void navigate({ to: '/alerts/$id', params: { id: key } })}
              rowKeys={rowKeys}
            />
          )}
        </>
      )}
      {picked.length > 0 && <PickedBar picked={picked} actions={actions} onClear={() => setSelected(new Set())} />}
      <AlertDialogs {...asked} />
    </>
  );
}

function NothingWrong() {
  const [status] = useStateStream(alertsStatusStore).list;
  return (
    <div className="px-4">
      <EmptyState
        title={status?.watching === false ? 'Nobody watches' : 'Nothing is wrong'}
        actions={
          <>
            <Link to="/alerts" search={{ tab: 'rules' }} className="text-accent hover:underline">
              What is watched
            </Link>
            <Link to="/alerts" search={{ tab: 'history' }} className="text-accent hover:underline">
              What was wrong before
            </Link>
          </>
        }
      >
        {status?.watching === false
          ? 'This core was started for a command. Open the window or run pilothouse serve where it can stay, and the servers are judged.'
          : `${count(status?.rules ?? 0, 'rule')} watch every connected server: its disks, memory, GPUs, containers, engines and probes. What they find stands here, with the readings that it is believed for.`}
      </EmptyState>
    </div>
  );
}

function PickedBar({ picked, actions, onClear }: { picked: readonly Alert[]; actions: AlertActions; onClear(): void }) {
  const open = picked.filter((alert) => partOf(alert) === 'firing');
  return (
    <div role="toolbar" aria-label="Selected alerts" className="pointer-events-none absolute inset-x-4 bottom-4 z-20 flex justify-center">
      <div className="pointer-events-auto flex max-w-full items-center gap-1 rounded bg-float py-1.5 pr-1.5 pl-3 shadow-float">
        <b className="pr-2 font-semibold whitespace-nowrap">{count(picked.length, 'alert')}</b>
        <Button variant="ghost" icon={Check} className="text-text" disabled={open.length === 0} onClick={() => actions.acknowledge(open)}>
          Acknowledge
        </Button>
        <Button variant="ghost" icon={BellOff} className="text-text" onClick={() => actions.silence(picked)}>
          Silence…
        </Button>
        <Button variant="ghost" icon={Siren} className="text-text" onClick={() => actions.incident(picked.filter(({ state }) => state === 'open'))}>
          Open one incident…
        </Button>
        <IconButton icon={X} label="Unpick all" shortcut="Esc" onClick={onClear} />
      </div>
    </div>
  );
}
