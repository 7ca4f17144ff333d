import { expect, onTestFinished, test } from 'vitest';
import { connectionMetrics } from '../../../../shared/model/connectionMetrics.ts';
import { gapFromMs, gatherHistory, isMetric, mostHistoryPoints } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { openReadings } from '../../../database/readings/openReadings.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import { type ExportRequest, exportText } from './exportText.ts';
import { historyPieces } from './historyPieces.ts';
import { storedSeries } from './storedSeries.ts';

const servers = ['gpu-1', 'gpu-2'].map((name) => ({ id: `srv_${name}` as ServerId, name }));
const [first, second] = servers.map(({ id }) => id) as [ServerId, ServerId];
const minuteMs = 60_000;
const beginMs = Math.floor((Date.now() - 40 * minuteMs) / minuteMs) * minuteMs;

function measured(value: number): Reading[] {
  return [
    { subject: '', metric: 'load1', value },
    { subject: 'gpu:a', metric: 'gpuTemperatureCelsius', value: 50 + value },
    { subject: 'gpu:b', metric: 'gpuTemperatureCelsius', value: 60 },
    { subject: '', metric: 'receivedBytesPerSecond', value: 3 },
    { subject: 'nic:eth0', metric: 'receivedBytesPerSecond', value: 2 },
  ];
}

/** Twenty minutes of both servers, every five seconds, with five minutes of the first missing. */
async function stored() {
  const place = testDirectory();
  const readings = await openReadings({ directory: place.path, log: () => {} });
  onTestFinished(async () => {
    await readings.close();
    place[Symbol.dispose]();
  });
  for (let tick = 0; tick < 240; tick += 1) {
    const atMs = beginMs + tick * 5000;
    if (tick < 60 || tick >= 120) readings.append(first, atMs, measured(tick));
    readings.append(second, atMs, measured(1));
  }
  return readings;
}
type Asked = Omit<Parameters<typeof historyPieces>[1], 'servers' | 'fromMs' | 'toMs'>;
async function gathered(readings: Awaited<ReturnType<typeof stored>>, asked: Asked) {
  const pieces = [];
  for await (const piece of historyPieces(readings, { servers, fromMs: beginMs, toMs: beginMs + 20 * minuteMs, ...asked })) pieces.push({ seq: 0, ...piece });
  return gatherHistory(pieces);
}
async function text(readings: Awaited<ReturnType<typeof stored>>, asked: Partial<ExportRequest> & Pick<ExportRequest, 'format'>) {
  let all = '';
  const request = { servers, fromMs: beginMs, toMs: beginMs + 20 * minuteMs, ...asked };
  for await (const { text: piece } of exportText(readings, request, beginMs + 21 * minuteMs)) all += piece;
  return all;
}

test('series come whole, of what was asked for, and what was not measured is a gap', async () => {
  const readings = await stored();
  const [load, other] = await gathered(readings, { series: [{ metric: 'load1', subject: '' }], maxPoints: 5000 });
  expect(load).toMatchObject({ serverName: 'gpu-1', stepMs: 0 });
  expect(load?.mean).toEqual([...Array(60).keys(), ...Array.from({ length: 120 }, (_, index) => index + 120)]);
  expect([load?.min === load?.mean, other?.atMs.length]).toEqual([true, 240]);
  const limitMs = gapFromMs(load ?? { stepMs: 0, atMs: [] });
  const gaps = load?.atMs.flatMap((atMs, index, all) => (atMs - (all[index - 1] ?? atMs) > limitMs ? [atMs] : []));
  expect([limitMs, gaps]).toEqual([15_000, [beginMs + 10 * minuteMs]]);

  const coarse = await gathered(readings, { series: [{ metric: 'load1' }], maxPoints: 30 });
  expect(coarse.map(({ stepMs, atMs }) => [stepMs, atMs.length])).toEqual([
    [minuteMs, 15],
    [minuteMs, 20],
  ]);
  expect([coarse[0]?.min[0], coarse[0]?.mean[0], coarse[0]?.max[0]]).toEqual([0, 5.5, 11]);
});

test('subjects are picked one, by kind, or all, and none comes twice', async () => {
  const readings = await stored();
  const subjects = async (...series: Asked['series']) =>
    (await gathered(readings, { series, maxPoints: 10 })).filter(({ serverId }) => serverId === second).map(({ subject, metric }) => `${metric} ${subject}`);
  const temperature = { metric: 'gpuTemperatureCelsius' };
  expect(await subjects({ ...temperature, subject: 'gpu:b' })).toEqual(['gpuTemperatureCelsius gpu:b']);
  expect(await subjects({ ...temperature, subject: 'gpu:*' }, temperature)).toEqual(['gpuTemperatureCelsius gpu:a', 'gpuTemperatureCelsius gpu:b']);
  expect(await subjects({ metric: 'receivedBytesPerSecond', subject: 'nic:*' })).toEqual(['receivedBytesPerSecond nic:eth0']);
  expect(await subjects({ metric: 'receivedBytesPerSecond', subject: '' }, { metric: 'load5' })).toEqual(['receivedBytesPerSecond ']);
});

test('an answer is told more coarsely before it has too many points', async () => {
  const asked: number[] = [];
  const readings = { queryFleet: async (query: { mostPoints?: number }) => ({ stepMs: asked.push(query.mostPoints ?? 0), servers: [] }) };
  const series = Array.from({ length: 8 }, () => ({ metric: 'load1' }));
  for await (const _ of historyPieces(readings, { servers, series, fromMs: 0, toMs: 1, maxPoints: 20_000 })) throw new Error('there is nothing');
  expect(asked.reduce((sum, points) => sum + points, 0)).toBe(mostHistoryPoints);
});

test('which series are kept is told by metric', async () => {
  const readings = await stored();
  const { servers: told, leftOut } = await storedSeries(readings, servers);
  expect([told[0]?.serverName, leftOut]).toEqual(['gpu-1', 0]);
  expect(told[0]?.series).toContainEqual({ metric: 'gpuTemperatureCelsius', subjects: ['gpu:a', 'gpu:b'] });
});

test('how connections stood is neither listed nor given out, as nobody can ask for it', async () => {
  const readings = await stored();
  for (const metric of connectionMetrics) readings.append(first, beginMs, [{ subject: '', metric, value: 1 }]);
  const { servers: told } = await storedSeries(readings, servers);
  const listed = told.flatMap(({ series }) => series.map(({ metric }) => metric));
  expect(listed.every(isMetric)).toBe(true);
  const given = await text(readings, { format: 'csv' });
  for (const metric of connectionMetrics) expect(given).not.toContain(metric);
});

test('OpenMetrics has each metric together, whatever server it is of', async () => {
  const readings = await stored();
  const all = await text(readings, { format: 'openmetrics' });
  expect(all.endsWith('\n# EOF\n')).toBe(true);
  const names = all.split('\n').flatMap((line) => /^pilothouse\w+/.exec(line)?.[0] ?? []);
  expect(names.filter((name, index) => name !== names[index - 1])).toEqual([...new Set(names)]);
  expect(all.match(/^# TYPE (\w+)/gm)?.length).toBe(new Set(names).size);
  expect(all).toContain(`pilothouse_nic_received_bytes_per_second{server="gpu-2",nic="eth0"} 2 ${beginMs / 1000}\n`);
});

test('CSV has every point, and a page of Prometheus the newest values', async () => {
  const readings = await stored();
  const csv = await text(readings, { format: 'csv', series: [{ metric: 'gpuTemperatureCelsius', subject: 'gpu:a' }] });
  expect(csv.trimEnd().split('\n').length).toBe(1 + 180 + 240);
  const page = await text(readings, { format: 'prometheus', series: [{ metric: 'load1' }] });
  expect(page.trimEnd().split('\n').slice(2)).toEqual(['pilothouse_host_load1{server="gpu-1"} 239', 'pilothouse_host_load1{server="gpu-2"} 1']);
});
