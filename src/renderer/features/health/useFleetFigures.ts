import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type HealthPart, healthKey } from '../../../shared/model/serverHealth.ts';
import { client } from '../../client/client.ts';
import { createStateStore } from '../../client/stateStore.ts';
import { acknowledge, beforeRetry } from '../../client/streams.ts';
import { type FleetFigures, FleetFiguresBook, fleetMetrics } from './fleetFigures.ts';

const none = () => () => {};
const nothing = new Map<string, HealthPart>();

/**
 * Live figures of all servers, by id. The stream follows the servers there are when it is opened: `fleet` names them, and another name opens
 * it anew, a moment later.
 */
export function useFleetFigures(fleet: string, intervalS: number): ReadonlyMap<string, FleetFigures> {
  const [book] = useState(() => new FleetFiguresBook());
  const [followed, setFollowed] = useState(fleet);
  useEffect(() => {
    if (followed === fleet) return;
    const timer = setTimeout(() => setFollowed(fleet), 500);
    return () => clearTimeout(timer);
  }, [fleet, followed]);
  const store = useMemo(
    () =>
      followed === ''
        ? null
        : createStateStore<HealthPart>({
            keyOf: (part) => healthKey(part),
            open: (signal) => client.health.watch({ selector: 'all', intervalS, metrics: [...fleetMetrics] }, { signal }),
            ack: acknowledge,
            beforeRetry,
            minIntervalMs: 1_000,
            lingerMs: 0,
          }),
    [followed, intervalS],
  );
  const snapshot = useSyncExternalStore(store?.subscribe ?? none, store?.get ?? (() => null));
  const items = snapshot === null || (snapshot.status === 'loading' && snapshot.items.size === 0) ? null : snapshot.items;
  return useMemo(() => book.take(items ?? nothing), [book, items]);
}
