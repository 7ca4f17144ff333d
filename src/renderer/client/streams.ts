import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Transfer } from '../../shared/contract/files.ts';
import type { FleetRow } from '../../shared/contract/servers.ts';
import type { Tunnel } from '../../shared/contract/tunnels.ts';
import type { ActivityCopy } from '../../shared/model/activity.ts';
import type { Alert, AlertNotice, AlertsStatus } from '../../shared/model/alert.ts';
import type { OperationId, StreamId } from '../../shared/model/ids.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { NetworkVerdict } from '../../shared/model/network.ts';
import { assembleOperation, type Operation, type OperationPart, type OperationSummary, operationPartKey } from '../../shared/model/operation.ts';
import type { Schedule } from '../../shared/model/schedule.ts';
import type { LogFrame } from '../../shared/model/stream.ts';
import { client, connection } from './client.ts';
import { backoffMs } from './connection.ts';
import { createLogStore, type LogSnapshot, type LogStore } from './logStore.ts';
import { createSlowStore } from './slowStore.ts';
import { createStateStore, type StateSnapshot, type StateStore } from './stateStore.ts';

/** Grants credit; a connection lost meanwhile needs none. */
export function acknowledge(streamId: StreamId, cost: number): void {
  client.system.ack({ streamId, cost }).catch(() => {});
}

/** Waits until the core is reachable again, and longer after each failure in a row. */
export async function beforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, Math.random)));
  await connection.whenOnline(-1, signal);
}

const shared = { ack: acknowledge, beforeRetry };

/** All servers, live. One stream serves every screen. */
export const fleetStore: StateStore<FleetRow> = createStateStore({
  ...shared,
  keyOf: (row) => row.server.id,
  open: (signal) => client.servers.watch({}, { signal }),
  lingerMs: 60_000,
});

/** The same for what names servers and counts the connected: told at once where that is other, what else changes every five seconds. */
export const calmFleetStore = createSlowStore(fleetStore, 5_000, (before, now) => before.server !== now.server || before.connection !== now.connection);

/** Whether this computer's own network fails, live; one item. */
export const networkStore: StateStore<NetworkVerdict> = createStateStore({
  ...shared,
  keyOf: () => 'verdict',
  open: (signal) => client.system.watchNetwork({}, { signal }),
  lingerMs: 60_000,
});

/** Open operations and those of the last hour, live. */
export const operationsStore: StateStore<OperationSummary> = createStateStore({
  ...shared,
  keyOf: (operation) => operation.id,
  open: (signal) => client.operations.watch({}, { signal }),
  lingerMs: 60_000,
});

/** Copies under way, live. */
export const transfersStore: StateStore<Transfer> = createStateStore({
  ...shared,
  keyOf: (transfer) => `${transfer.operationId}/${transfer.serverId}`,
  open: (signal) => client.files.watchTransfers({}, { signal }),
  minIntervalMs: 200,
  lingerMs: 10_000,
});

/** Tunnels of all servers, live. */
export const tunnelsStore: StateStore<Tunnel> = createStateStore({
  ...shared,
  keyOf: (tunnel) => tunnel.id,
  open: (signal) => client.tunnels.watch({}, { signal }),
  lingerMs: 10_000,
});

/** What is due again and again, live. */
export const schedulesStore: StateStore<Schedule> = createStateStore({
  ...shared,
  keyOf: (schedule) => schedule.id,
  open: (signal) => client.schedules.watch({}, { signal }),
  lingerMs: 60_000,
});

/** Incidents, live. */
export const incidentsStore: StateStore<Incident> = createStateStore({
  ...shared,
  keyOf: (incident) => incident.id,
  open: (signal) => client.incidents.watch({}, { signal }),
  lingerMs: 60_000,
});

/** Alerts that are open or held, live. */
export const alertsStore: StateStore<Alert> = createStateStore({
  ...shared,
  keyOf: (alert) => alert.key,
  open: (signal) => client.alerts.watch({}, { signal }),
  lingerMs: 60_000,
});

/** Whether anybody judges what is measured, live; one item. */
export const alertsStatusStore: StateStore<AlertsStatus> = createStateStore({
  ...shared,
  keyOf: (status) => status.id,
  open: (signal) => client.alerts.status({}, { signal }),
  lingerMs: 60_000,
});

/** What alerts tell on this computer, live. */
export const alertNoticesStore: StateStore<AlertNotice> = createStateStore({
  ...shared,
  keyOf: (notice) => notice.id,
  open: (signal) => client.alerts.notices({}, { signal }),
  lingerMs: 60_000,
});

/** The head of the ledger, live; one item, or none. */
export const activityHeadStore: StateStore<{ seq: number; hash: string }> = createStateStore({
  ...shared,
  keyOf: () => 'head',
  open: (signal) => client.activity.watch({}, { signal }),
  lingerMs: 10_000,
});

/** How servers' copies of the ledger stand, live. */
export const activityCopiesStore: StateStore<ActivityCopy> = createStateStore({
  ...shared,
  keyOf: (copy) => copy.serverId,
  open: (signal) => client.activity.copies({}, { signal }),
  lingerMs: 10_000,
});

/** Subscribes a component to a state store. */
export function useStateStream<T>(store: StateStore<T>): StateSnapshot<T> {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** One operation with its matrix, live; null until its head has come. */
export function useOperation(id: OperationId): StateSnapshot<OperationPart> & { operation: Operation | null } {
  const store = useMemo(
    () =>
      createStateStore<OperationPart>({
        ...shared,
        keyOf: operationPartKey,
        open: (signal) => client.operations.watchOne({ id }, { signal }),
        minIntervalMs: 100,
        lingerMs: 0,
      }),
    [id],
  );
  const snapshot = useStateStream(store);
  const operation = useMemo(() => assembleOperation(snapshot.list), [snapshot.list]);
  return { ...snapshot, operation };
}

const nothing: LogSnapshot<never> = { status: 'loading', entries: [], version: 0, dropped: 0, endReason: null, error: null };

/** Follows a log while the component is there. `open` must be stable; a new `open` starts a new log. */
export function useLogStream<T extends { seq: number }>(
  open: (afterSeq: number, signal: AbortSignal) => Promise<AsyncIterable<LogFrame<T>>>,
  limit?: number,
): LogSnapshot<T> {
  const [store, setStore] = useState<LogStore<T> | null>(null);
  useEffect(() => {
    const next = createLogStore<T>({ ...shared, open, ...(limit === undefined ? {} : { limit }) });
    setStore(next);
    return () => next.close();
  }, [open, limit]);
  const subscribe = useMemo(() => (listener: () => void) => store?.subscribe(listener) ?? (() => {}), [store]);
  return useSyncExternalStore(subscribe, () => store?.get() ?? (nothing as LogSnapshot<T>));
}
