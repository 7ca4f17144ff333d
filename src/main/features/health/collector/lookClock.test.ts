import { expect, it } from 'vitest';
import { LookClock } from './lookClock.ts';

const tick = (uptimeS: number, receivedAtMs: number) => ({ isTick: true, uptimeS, receivedAtMs });

it('takes a look for as old as it came in, within two seconds', () => {
  const clock = new LookClock();
  expect([tick(100, 1_000_000), tick(105, 1_005_040), tick(110, 1_011_500), tick(115, 1_015_001)].map((look) => clock.momentOf(look))).toEqual([
    1_000_000, 1_005_040, 1_011_500, 1_015_001,
  ]);
  expect(clock.momentOf({ isTick: false, uptimeS: 115, receivedAtMs: 1_016_000 })).toBe(1_015_001);
  expect(clock.momentOf({ isTick: false, uptimeS: 115.5, receivedAtMs: 1_016_000 })).toBe(1_016_000);
});

it('puts what came in at once after a sleep where it belongs, and then goes on', () => {
  const clock = new LookClock();
  clock.momentOf(tick(100, 1_000_000));
  const wokeAtMs = 1_062_000;
  const burst = [105, 110, 115].map((uptimeS) => clock.momentOf(tick(uptimeS, wokeAtMs)));
  expect(burst).toEqual([1_005_000, 1_010_000, 1_015_000]);
  expect(clock.momentOf({ isTick: false, uptimeS: 114, receivedAtMs: wokeAtMs })).toBe(1_014_000);
  // The server went on while this computer slept: what it said then was lost.
  expect(clock.momentOf(tick(162.1, wokeAtMs + 150))).toBe(wokeAtMs + 150);
});

it('believes our clock again when it was set', () => {
  const clock = new LookClock();
  const hourMs = 3_600_000;
  clock.momentOf(tick(100, 1_000_000));
  expect(clock.momentOf(tick(105, 1_005_000 + hourMs))).toBe(1_005_000);
  expect(clock.momentOf(tick(110, 1_010_000 + hourMs))).toBe(1_010_000 + hourMs);
  expect(clock.momentOf(tick(115, 1_015_000))).toBe(1_015_000);
});

it('knows nothing of before another boot', () => {
  const clock = new LookClock();
  clock.momentOf(tick(90_000, 1_000_000));
  clock.forget();
  expect(clock.momentOf(tick(20, 1_100_000))).toBe(1_100_000);
});
