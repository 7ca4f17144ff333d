import { afterEach, expect, test } from 'vitest';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { FleetQuery, ReadingsAnswer } from '../database/readings/readingsTypes.ts';
import { createHealthFeed } from '../features/health/feed/healthFeed.ts';
import { wireRecorder } from './wireRecorder.ts';

const id = 'srv_a' as ServerId;
const hourMs = 3_600_000;
/** Half past an hour. */
const nowMs = 1_763_713_800_000;
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

/** A recorder whose server has none, over readings that are stored in steps of an hour but for what `raw` has. */
function wired(stored: number[], raw: (fromMs: number) => boolean) {
  const feed = createHealthFeed(() => {});
  const asked: { agoS: number }[] = [];
  const filled: (number | null)[] = [];
  let changed: (id: OperationId) => void = () => {};
  const queryFleet = async ({ fromMs, toMs }: FleetQuery): Promise<ReadingsAnswer> => {
    const isRaw = raw(fromMs);
    const times = stored.filter((at) => at >= fromMs && at < toMs).map((at) => (isRaw ? at : Math.floor(at / hourMs) * hourMs));
    const none = Float32Array.from([]);
    const series = {
      subject: '',
      metric: 'cpuUsedRatio',
      atMs: Float64Array.from(times),
      count: Uint32Array.from([]),
      min: none,
      max: none,
      mean: none,
      last: none,
    };
    return { stepMs: isRaw ? 0 : hourMs, servers: times.length === 0 ? [] : [{ serverId: id, series: [series] }] };
  };
  const recorder = wireRecorder({
    ...{ resources: '/', select: () => [], who: () => 'Mara', nowMs: () => nowMs, log: () => {}, feed },
    readings: { queryFleet, backfill: async () => 0 },
    filled: (_id, moments) => void filled.push(moments === null ? null : moments.length),
    operations: {
      register: () => {},
      onChange: (listener: (operation: OperationId) => void) => {
        changed = listener;
        return () => {};
      },
      get: () => ({ kind: 'recorder-install', targets: [{ serverId: id, name: 'a' }], finishedAtMs: nowMs }),
    } as never,
    remote: {
      server: () => ({
        stateDirectory: async () => ({ path: '/var/lib/pilothouse', sudo: false }),
        exec: async ({ env }: { env: Record<string, string> }) => {
          asked.push({ agoS: Number(env['PH_AGO_S']) });
          return { exitCode: 3, signal: null, stdout: '', stderr: '' };
        },
      }),
    } as never,
  });
  const heard = (atMs: number, metric = 'cpuUsedRatio') => feed.publish({ serverId: id, atMs, readings: [{ subject: '', metric, value: 0.5 }] });
  return { recorder, asked, filled, heard, changed: () => changed('op_1' as OperationId) };
}

let close = () => {};
afterEach(() => close());

test('nothing is asked for before it begins, nor for what is no look at the kernel', async () => {
  const { recorder, asked, heard } = wired([nowMs - hourMs], () => true);
  close = recorder.close;
  heard(nowMs);
  recorder.begin();
  heard(nowMs, 'load1');
  await settle();
  expect(asked).toEqual([]);
});

test.each([
  ['kept by themselves', (): boolean => true, 2_500],
  // The week is told in hours; within the last one the looks are there.
  ['summed up but for the last', (fromMs: number) => fromMs > nowMs - 24 * hourMs, 2_500],
  // The step may have been whole: nothing of it is asked for.
  ['all summed up', () => false, 1_800],
])('the gap begins where the last look was, with looks that are %s', async (_what, raw, agoS) => {
  const { recorder, asked, heard } = wired([nowMs - 5 * hourMs, nowMs - 2_500_000], raw);
  close = recorder.close;
  recorder.begin();
  heard(nowMs);
  await settle();
  expect(asked).toEqual([{ agoS: agoS + 120 }]);
});

test('a server without a recorder is asked once, and again when one was put there', async () => {
  const { recorder, asked, filled, heard, changed } = wired([nowMs - hourMs], () => true);
  close = recorder.close;
  recorder.begin();
  heard(nowMs);
  await settle();
  heard(nowMs + 10 * 60_000);
  await settle();
  expect([asked.length, filled]).toEqual([1, [null, null]]);
  changed();
  heard(nowMs + 20 * 60_000);
  await settle();
  expect(asked).toHaveLength(2);
});
