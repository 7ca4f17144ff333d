import type { ServerId } from '../../../shared/model/ids.ts';
import {
  type HealthPart,
  healthKey,
  latestReadings,
  type ReadingsPart,
  type ServerPart,
  serverOfKey,
  type TimedReading,
} from '../../../shared/model/serverHealth.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';

/** What is known of one server. */
export interface ServerHealth {
  server: ServerPart;
  parts: readonly ReadingsPart[];
  readings: ReadonlyMap<string, TimedReading>;
}

/** Parts of live health as a stream tells them. */
export class HealthBoard {
  readonly #parts = new Map<string, HealthPart>();

  /** Takes a frame; returns the parts that it brought. */
  take(frame: StateFrame<HealthPart>): readonly HealthPart[] {
    if (frame.type === 'open') return [];
    if (frame.type === 'snapshot' && frame.first) this.#parts.clear();
    const brought = frame.type === 'snapshot' ? frame.items : frame.upsert;
    for (const part of brought) this.#parts.set(healthKey(part), part);
    if (frame.type === 'patch') for (const key of frame.remove) this.#parts.delete(key);
    return brought;
  }

  /** How a server stands; undefined: nothing was told of it. */
  server(id: ServerId): ServerPart | undefined {
    const part = this.#parts.get(id);
    return part?.kind === 'server' ? part : undefined;
  }

  /** What is known of a server; null: nothing was told of it. */
  health(id: ServerId): ServerHealth | null {
    const server = this.server(id);
    if (server === undefined) return null;
    const parts = [...this.#parts].flatMap(([key, part]) => (part.kind === 'readings' && serverOfKey(key) === id ? [part] : []));
    return { server, parts, readings: latestReadings(parts) };
  }

  /** All servers by their names. */
  servers(): ServerHealth[] {
    return [...this.#parts.values()]
      .flatMap((part) => (part.kind === 'server' ? [part] : []))
      .sort((one, other) => one.serverName.localeCompare(other.serverName))
      .flatMap(({ serverId }) => this.health(serverId) ?? []);
  }
}
