import { expect, test } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { GapFiller } from './gapFiller.ts';

const a = 'srv_a' as ServerId;
const hour = 3_600_000;

test('gaps are noticed after a clock that was ahead was set right, and looks that come late are none', async () => {
  const asked: [number, number][] = [];
  const filler = new GapFiller({
    recorder: {
      fill: async (_id, fromMs, toMs) => {
        asked.push([fromMs, toMs]);
        return { added: 0, moments: [] };
      },
    },
    lastStored: async () => null,
    filled: () => {},
    log: () => {},
  });
  for (const atMs of [30 * hour, 30 * hour + 5000, 30 * hour + 2000, 6 * hour, 6 * hour + 5000, 8 * hour]) filler.heard(a, atMs);
  await expect.poll(() => asked).toEqual([[6 * hour + 5000, 8 * hour]]);
  filler.close();
});
