import { describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { HealthPart, ReadingsPart, ServerPart } from '../../../shared/model/serverHealth.ts';
import { HealthBoard } from './healthBoard.ts';
import { healthLines, readingLines } from './healthLines.ts';
import { HealthWatchLines } from './healthWatchLines.ts';
import type { Output } from './terminalText.ts';

const serverId = 'srv_a' as ServerId;
const gib = 1024 ** 3;
const server: ServerPart = {
  ...{ kind: 'server', serverId, serverName: 'gpu-1', state: 'live', error: null, observedAtMs: 100_000, intervalS: 5 },
  gpus: [
    { uuid: 'GPU-b', index: 1, name: 'NVIDIA L4' },
    { uuid: 'GPU-a', index: 0, name: 'NVIDIA L4' },
  ],
};
const source = (name: ReadingsPart['source'], readings: Reading[], differences: Partial<ReadingsPart> = {}): ReadingsPart => ({
  ...{ kind: 'readings', serverId, source: name, part: 0, observedAtMs: 100_000, stale: false, status: 0, leftOut: 0, readings },
  ...differences,
});
const of = (subject: string, values: Record<string, number>): Reading[] => Object.entries(values).map(([metric, value]) => ({ subject, metric, value }));
const parts: HealthPart[] = [
  server,
  source(
    'host',
    of('', { cpuUsedRatio: 0.42, cpuCount: 16, load1: 3.2, memoryUsedRatio: 0.61, memoryTotalBytes: 252 * gib, swapUsedBytes: 0, swapUsedRatio: 0 }),
  ),
  source(
    'disks',
    [
      ...of('disk:/data', { diskUsedRatio: 0.93, diskTotalBytes: 2000 * gib }),
      ...of('disk:/', { diskUsedRatio: 0.71, diskTotalBytes: 100 * gib }),
      ...of('disk:/boot', { diskUsedRatio: 0.1 }),
      ...of('disk:/srv', { diskUsedRatio: 0.2 }),
    ],
    { stale: true, observedAtMs: 10_000 },
  ),
  source(
    'gpus',
    of('gpu:GPU-a', {
      ...{ gpuUsedRatio: 0.97, vramUsedBytes: 20 * gib, vramTotalBytes: 22.5 * gib, gpuTemperatureCelsius: 64 },
      ...{ gpuPowerWatts: 71.6, gpuPowerLimitWatts: 72 },
    }),
  ),
  source('containers', [
    ...of('', { containerCount: 3 }),
    ...of('container:web', { containerRunning: 1, containerHealthy: 0, containerRestartsRecent: 2 }),
    ...of('container:api', { containerRunning: 1, containerHealthy: 1, containerRestartsRecent: 0 }),
    ...of('container:old', { containerRunning: 0 }),
  ]),
  source('kernelLog', [], { status: 1 }),
];
function boardOf(items: readonly HealthPart[]) {
  const board = new HealthBoard();
  board.take({ type: 'snapshot', cost: 0, version: 1, items: [...items], first: true, last: true });
  return board;
}
const health = () => {
  const [found] = boardOf(parts).servers();
  if (found === undefined) throw new Error('no server');
  return found;
};

describe('a server in lines', () => {
  it('names who computes on a GPU, as far as the driver tells', () => {
    const gpuProcesses = [
      { gpu: 'GPU-a', instance: null, pid: 41, name: 'VLLM::EngineCore', vramBytes: 18 * gib, container: 'ph-chat-vllm-1' },
      { gpu: 'GPU-b', instance: '1g.5gb', pid: 42, name: null, vramBytes: null, container: null },
    ];
    const users = source('gpuUsers', [...of('gpu:GPU-a', { gpuProcessCount: 3 }), ...of('gpu:GPU-b', { gpuProcessCount: 1 })], { gpuProcesses });
    const found = boardOf([...parts, users]).health(serverId);
    const lines = found === null ? [] : healthLines(found, 100_000).map((line) => line.trim());
    expect(lines.filter((line) => /process|more/.test(line))).toEqual([
      'process 41, VLLM::EngineCore, 18 GiB, container ph-chat-vllm-1',
      'and 2 more',
      'process 42, of another user, memory not told, in 1g.5gb',
    ]);
  });

  it('has its own figures, each GPU by its number, containers, and what is old or cannot be read', () => {
    expect(healthLines(health(), 130_000)).toEqual([
      'gpu-1                live',
      '  CPU 42 % of 16, load 3.20, memory 61 % of 252 GiB, / 71 % (stale) of 100 GiB, /data 93 % (stale) of 2.0 TiB, /srv 20 % (stale)',
      '  GPU 0 NVIDIA L4: 97 %, VRAM 20 GiB of 23 GiB, 64 °C, 72 W of 72 W',
      '  GPU 1 NVIDIA L4: does not answer',
      '  containers 2 of 3 running; unhealthy: web; restarted in 10 minutes: web',
      "  not readable: the kernel's log",
      '  stale: disks (2 min 0 s old)',
    ]);
  });

  it('says how it stands where it is not live', () => {
    const lines = (differences: Partial<ServerPart>) =>
      healthLines({ ...health(), server: { ...server, gpus: [], ...differences }, parts: [], readings: new Map() }, 161_000);
    expect(lines({ state: 'lost' })).toEqual(['gpu-1                lost, read 1 min 1 s ago']);
    expect(lines({ state: 'waiting', observedAtMs: null })).toEqual(['gpu-1                waits for a person, never read']);
  });

  it('can be told reading by reading', () => {
    expect(readingLines(health()).filter(([, , metric]) => metric === 'gpuUsedRatio' || metric === 'diskUsedRatio')).toEqual([
      ['gpu-1', 'disk:/', 'diskUsedRatio', '71 % (stale)'],
      ['gpu-1', 'disk:/boot', 'diskUsedRatio', '10 % (stale)'],
      ['gpu-1', 'disk:/data', 'diskUsedRatio', '93 % (stale)'],
      ['gpu-1', 'disk:/srv', 'diskUsedRatio', '20 % (stale)'],
      ['gpu-1', 'GPU 0', 'gpuUsedRatio', '97 %'],
    ]);
  });
});

describe('the board', () => {
  it('takes of two sources what was seen last, and forgets what was removed', () => {
    const board = boardOf(parts);
    board.take({
      type: 'patch',
      cost: 0,
      version: 2,
      remove: ['srv_a/containers/0'],
      upsert: [source('host', of('gpu:GPU-a', { gpuUsedRatio: 0.5 }), { observedAtMs: 1 })],
    });
    const readings = board.health(serverId)?.readings;
    expect([readings?.get('gpuUsedRatio gpu:GPU-a')?.value, readings?.has('containerCount ')]).toEqual([0.97, false]);
    board.take({ type: 'snapshot', cost: 0, version: 3, items: [], first: true, last: true });
    expect(board.servers()).toEqual([]);
  });
});

describe('lines of a watch', () => {
  const told: string[] = [];
  const output = {
    json: false,
    line: (text: string) => told.push(text),
    note: (text: string) => told.push(`note ${text}`),
    style: (_: string, text: string) => text,
  };
  const at = new Date(2026, 10, 22, 1, 2, 3).getTime();

  it('come with each look at the server, and with each change of how it stands', () => {
    const board = boardOf(parts);
    const lines = new HealthWatchLines(output as unknown as Output, { byMetric: false, now: () => at });
    lines.tell(parts, board);
    lines.tell(parts, board);
    expect(told.splice(0)).toHaveLength(4);
    expect(lines.looks(board)).toBe(1);
    const upsert = [source('host', of('', { load1: 1 }), { observedAtMs: 105_000 })];
    board.take({ type: 'patch', cost: 0, version: 2, remove: [], upsert });
    lines.tell(upsert, board);
    expect([lines.looks(board), told.splice(0)[0]]).toEqual([
      2,
      '01:02:03  gpu-1                load 1, / 71 % (stale) of 100 GiB, /data 93 % (stale) of 2.0 TiB, /srv 20 % (stale)',
    ]);
    lines.tell([{ ...server, state: 'lost', observedAtMs: at - 9000, error: { code: 'ssh.connection-lost', data: { server: 'gpu-1' } } }], board);
    expect(told.splice(0).slice(0, 2)).toEqual([
      'note 01:02:03  gpu-1                lost, read 9 s ago',
      expect.stringContaining('note error [ssh.connection-lost]'),
    ]);
  });

  it('count looks at the source that is read most often where metrics were named', () => {
    const board = boardOf(parts);
    const lines = new HealthWatchLines(output as unknown as Output, { byMetric: true, now: () => at });
    lines.tell(parts, board);
    expect(lines.looks(board)).toBe(1);
    lines.tell([source('gpus', [], { observedAtMs: 105_000 })], board);
    lines.tell([source('gpus', [], { observedAtMs: 105_000, stale: true })], board);
    expect([lines.looks(board), lines.looks(boardOf([server, { ...server, serverId: 'srv_b' as ServerId }]))]).toEqual([2, 0]);
    told.splice(0);
  });

  it('are one for each reading where metrics were named', () => {
    const board = boardOf(parts);
    new HealthWatchLines(output as unknown as Output, { byMetric: true, now: () => at }).tell([source('gpus', of('gpu:GPU-a', { gpuUsedRatio: 0.97 }))], board);
    expect(told.splice(0)).toEqual(['01:02:03  gpu-1                GPU 0  gpuUsedRatio  97 %']);
  });
});
