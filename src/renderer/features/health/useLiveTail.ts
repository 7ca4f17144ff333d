import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type HealthPart, healthKey } from '../../../shared/model/serverHealth.ts';
import { client } from '../../client/client.ts';
import { createStateStore } from '../../client/stateStore.ts';
import { acknowledge, beforeRetry } from '../../client/streams.ts';
import { LiveTail } from './liveTail.ts';

/** Live values of servers and how their stream stands. `version` grows with whatever comes in. */
export interface LiveFigures {
  tail: LiveTail;
  version: number;
  /** The newest of what is told. */
  parts: readonly HealthPart[];
  /** Since when the stream is broken; null: it is not. */
  brokenSinceMs: number | null;
}

const none = () => () => {};
const idle = { status: 'loading', sinceMs: 0, error: null, items: new Map<string, HealthPart>(), list: [] as readonly HealthPart[] } as const;

/** Follows live health of what `selector` picks; null: of nothing. Servers and their past values stay when the selector changes. */
export function useLiveTail(selector: string | null, intervalS: number): LiveFigures {
  const [tail] = useState(() => new LiveTail());
  const store = useMemo(
    () =>
      selector === null
        ? null
        : createStateStore<HealthPart>({
            keyOf: (part) => healthKey(part),
            open: (signal) => client.health.watch({ selector, intervalS }, { signal }),
            ack: acknowledge,
            beforeRetry,
            // What comes every five seconds, from many servers, moves a chart by less than a pixel a second.
            minIntervalMs: intervalS < 5 ? 400 : 4_000,
            lingerMs: 0,
          }),
    [selector, intervalS],
  );
  const snapshot = useSyncExternalStore(store?.subscribe ?? none, store?.get ?? (() => idle));
  const taken = useRef<object | null>(null);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (taken.current === snapshot || snapshot.status === 'loading') return;
    taken.current = snapshot;
    tail.take(snapshot);
    setVersion(tail.version);
  }, [snapshot, tail]);
  const brokenSinceMs = snapshot.status === 'stale' || snapshot.status === 'error' ? snapshot.sinceMs : null;
  const parts = snapshot.list;
  return useMemo(() => ({ tail, version, parts, brokenSinceMs }), [tail, version, parts, brokenSinceMs]);
}
