import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { Readings } from '../../../database/readings/openReadings.ts';
import type { HealthLook } from '../feed/healthFeed.ts';

/**
 * Keeps looks, those of one server and moment that come in together as one: a collector's channel brings several sources at once. Returns the
 * listener; what was not handed over yet is by `flush`.
 */
export function gatherLooks(readings: Pick<Readings, 'append'>): { take(look: HealthLook): void; flush(): void } {
  const waiting = new Map<ServerId, { atMs: number; readings: Reading[] }>();
  let turn: NodeJS.Immediate | null = null;
  const flush = () => {
    if (turn !== null) clearImmediate(turn);
    turn = null;
    for (const [id, { atMs, readings: own }] of waiting) readings.append(id, atMs, own);
    waiting.clear();
  };
  return {
    take({ serverId, atMs, readings: measured }) {
      const own = waiting.get(serverId);
      if (own?.atMs === atMs) return void own.readings.push(...measured);
      if (own !== undefined) readings.append(serverId, own.atMs, own.readings);
      waiting.set(serverId, { atMs, readings: [...measured] });
      turn ??= setImmediate(flush);
    },
    flush,
  };
}
