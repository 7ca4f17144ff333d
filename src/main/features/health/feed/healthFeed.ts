import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';

/** What was measured of one server at one moment of our clock, by the collector, of its engines, or by probes. */
export interface HealthLook {
  serverId: ServerId;
  atMs: number;
  readings: readonly Reading[];
  /** The GPUs that answered, of a look at them. */
  gpus?: readonly { uuid: string; index: number }[];
}

/** All that is measured, as it comes in: for whoever shows, keeps or judges it. */
export interface HealthFeed {
  publish(look: HealthLook): void;
  /** Calls back at every look, in the order they came in, until the returned function is called. */
  subscribe(listener: (look: HealthLook) => void): () => void;
}

/** Makes a feed. A listener that throws is logged and does not keep the others from hearing. */
export function createHealthFeed(log: (event: string, fields: Record<string, unknown>) => void): HealthFeed {
  const listeners = new Set<(look: HealthLook) => void>();
  return {
    publish(look) {
      if (look.readings.length === 0) return;
      for (const listener of listeners) {
        try {
          listener(look);
        } catch (error) {
          log('health.feed', { error: String(error) });
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
