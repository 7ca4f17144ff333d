import { describe, expect, it } from 'vitest';
import { type CorpusLooks, check, type Expected, gpu, read } from './testCorpus.ts';
import { corpusNames } from './testFrames.ts';

const mib = 1024 * 1024;

const [t4, v100, laptop, gb10, gt730, a100] = [gpu(1547209011, 1), gpu(6001, 1), gpu(5002, 1), gpu(5003, 1), gpu(8003, 1), gpu(3001, 1)];

const gpuCases: readonly [name: string, status: number, state: string, expected: Expected][] = [
  [
    'nvidia-smi-535.183.01-tesla-t4.csv',
    0,
    'ok',
    {
      ...{ gpuCount: 1, gpuVanishedCount: 0, gpuQueryFailed: 0, [`${t4} gpuUsedRatio`]: 0.64, [`${t4} gpuMemoryBusyRatio`]: 0.38 },
      ...{ [`${t4} vramTotalBytes`]: 15_360 * mib, [`${t4} vramUsedBytes`]: 13_170 * mib, [`${t4} vramUsedRatio`]: 0.857422 },
      ...{ [`${t4} gpuTemperatureCelsius`]: 71, [`${t4} gpuMemoryTemperatureCelsius`]: null, [`${t4} gpuPowerWatts`]: 67.41 },
      ...{ [`${t4} gpuPowerLimitWatts`]: 70, [`${t4} gpuPowerUsedRatio`]: 0.963, [`${t4} gpuClockHertz`]: 1_245_000_000 },
      ...{ [`${t4} gpuClockRatio`]: 0.783019, [`${t4} gpuMemoryClockHertz`]: 5e9, [`${t4} gpuFanRatio`]: null, [`${t4} gpuPerformanceState`]: 0 },
      ...{ [`${t4} gpuThrottleReasons`]: 0x24, [`${t4} gpuThrottledByHeat`]: 1, [`${t4} gpuThrottledByPower`]: 1 },
      ...{ [`${t4} gpuThrottledByHardware`]: 0, [`${t4} eccUncorrectedErrors`]: 0, [`${t4} gpuMigEnabled`]: null },
    },
  ],
  [
    'nvidia-smi-550.127.05-4x-a10g.csv',
    0,
    'ok',
    {
      ...{ gpuCount: 4, [`${gpu(2001, 2)} gpuPerformanceState`]: 8, [`${gpu(2001, 2)} gpuThrottledByPower`]: 0, [`${gpu(2001, 2)} gpuFanRatio`]: 0 },
      ...{ [`${gpu(2001, 3)} gpuThrottledByHeat`]: 1, [`${gpu(2001, 3)} eccCorrectedErrors`]: 3, [`${gpu(2001, 3)} eccUncorrectedErrors`]: 1 },
      ...{ [`${gpu(2001, 1)} gpuThrottledByPower`]: 1, [`${gpu(2001, 1)} gpuThrottledByHeat`]: 0 },
    },
  ],
  [
    'nvidia-smi-535.161.08-2x-a100-one-mig.csv',
    0,
    'ok',
    {
      ...{ gpuCount: 2, [`${a100} gpuMigEnabled`]: 1, [`${a100} gpuUsedRatio`]: null, [`${a100} gpuMemoryBusyRatio`]: null },
      ...{ [`${a100} vramUsedBytes`]: 7541 * mib, [`${a100} gpuMemoryTemperatureCelsius`]: 41, [`${gpu(3001, 2)} gpuMigEnabled`]: 0 },
    },
  ],
  ['nvidia-smi-550.127.05-8x-h100.csv', 0, 'ok', { gpuCount: 8, [`${gpu(4001, 8)} gpuUsedRatio`]: 0.97, [`${gpu(4001, 8)} gpuMemoryTemperatureCelsius`]: 77 }],
  ['nvidia-smi-560.35.03-rtx-4090.csv', 0, 'ok', { [`${gpu(5001, 1)} gpuFanRatio`]: 0.3, [`${gpu(5001, 1)} eccUncorrectedErrors`]: null }],
  [
    'nvidia-smi-545.29.06-laptop-rtx-4060.csv',
    0,
    'ok',
    { [`${laptop} gpuPowerWatts`]: null, [`${laptop} gpuPowerLimitWatts`]: null, [`${laptop} gpuPowerUsedRatio`]: null, [`${laptop} vramUsedBytes`]: 11 * mib },
  ],
  [
    'nvidia-smi-580.126.09-gb10-unified-memory.csv',
    0,
    'ok',
    { [`${gb10} vramTotalBytes`]: null, [`${gb10} vramUsedRatio`]: null, [`${gb10} gpuUsedRatio`]: 0.88, [`${gb10} gpuPowerWatts`]: 41.2 },
  ],
  [
    'nvidia-smi-418.226.00-v100-old-fields.csv',
    0,
    'ok',
    { [`${v100} gpuUsedRatio`]: 0.55, [`${v100} gpuPowerWatts`]: 188.3, [`${v100} gpuPerformanceState`]: 0, [`${v100} gpuThrottleReasons`]: null },
  ],
  [
    'nvidia-smi-390.157-not-supported.csv',
    0,
    'ok',
    { [`${gt730} gpuUsedRatio`]: null, [`${gt730} gpuTemperatureCelsius`]: 44, [`${gt730} gpuPowerWatts`]: null },
  ],
  [
    'nvidia-smi-535.54.03-unknown-errors.csv',
    0,
    'failed',
    {
      ...{
        gpuCount: 2,
        gpuQueryFailed: 1,
        [`${gpu(8001, 1)} gpuTemperatureCelsius`]: null,
        [`${gpu(8001, 1)} gpuUsedRatio`]: null,
        [`${gpu(8001, 1)} vramUsedBytes`]: 512 * mib,
      },
      ...{ [`${gpu(8001, 1)} gpuFanRatio`]: null, [`${gpu(8001, 2)} vramUsedBytes`]: null, [`${gpu(8001, 2)} gpuTemperatureCelsius`]: 40 },
    },
  ],
  ['nvidia-smi-535.161.08-insufficient-permissions.csv', 0, 'ok', { [`${gpu(8002, 1)} vramTotalBytes`]: null, [`${gpu(8002, 1)} gpuTemperatureCelsius`]: 47 }],
  ['nvidia-smi-470.256.02-3x-rtx-3080-one-lost.csv', 0, 'lost', { gpuCount: 2, gpuQueryFailed: 1, [`${gpu(7001, 3)} gpuUsedRatio`]: 0.98 }],
  [
    'nvidia-smi-requires-reset.csv',
    0,
    'failed',
    {
      ...{ gpuCount: 2, gpuVanishedCount: 0, gpuQueryFailed: 1, [`${gpu(9101, 1)} gpuUsedRatio`]: 0.41, [`${gpu(9101, 2)} gpuUsedRatio`]: null },
      ...{ [`${gpu(9101, 2)} vramUsedBytes`]: 10_864 * mib, [`${gpu(9101, 2)} gpuTemperatureCelsius`]: null, [`${gpu(9101, 2)} gpuPerformanceState`]: null },
    },
  ],
  ['nvidia-smi-lost-while-asked.csv', 0, 'lost', { gpuCount: 1, gpuQueryFailed: 1, [`${gpu(9102, 1)} gpuPowerWatts`]: 297.2 }],
  ['nvidia-smi-no-devices.txt', 6, 'none', { gpuCount: 0, gpuVanishedCount: 0, gpuQueryFailed: 0 }],
  ['nvidia-smi-550.127.05-lost.txt', 15, 'lost', { gpuCount: 0, gpuQueryFailed: 1 }],
  ['nvidia-smi-550.54-library-mismatch.txt', 18, 'mismatch', { gpuCount: null, gpuVanishedCount: null, gpuQueryFailed: 1, driverMismatch: 1 }],
  ['nvidia-smi-no-driver.txt', 9, 'driver', { gpuCount: null, gpuQueryFailed: 1, driverMismatch: null }],
  ['nvidia-smi-535.104.05-nvml-unknown-error.txt', 255, 'failed', { gpuCount: null, gpuQueryFailed: 1 }],
];

const otherCases: readonly [looks: CorpusLooks, expected: Expected][] = [
  [
    [
      ['g', 'nvidia-smi-535.161.08-2x-a100-one-mig.csv'],
      ['a', 'nvidia-smi-535.161.08-2x-a100-one-mig-users.txt'],
    ],
    {
      ...{
        [`${a100} gpuProcessCount`]: 1,
        [`${a100} gpuMigInstanceCount`]: 2,
        [`${gpu(3001, 2)} gpuProcessCount`]: 2,
        [`${gpu(3001, 2)} gpuMigInstanceCount`]: null,
      },
      'gpu:MIG-4d8a6c1e-52f0-5a3b-8c6d-1e2f3a4b5c6d vramUsedBytes': 5012 * mib,
      'gpu:MIG-9b7f2d3c-61e8-5c4d-9d7e-2f3a4b5c6d7e vramTotalBytes': 4864 * mib,
    },
  ],
  [
    [
      ['g', 'nvidia-smi-470.256.02-3x-rtx-3080.csv'],
      ['g', 'nvidia-smi-470.256.02-3x-rtx-3080-one-lost.csv'],
    ],
    { gpuCount: 2, gpuVanishedCount: 1, [`${gpu(7001, 2)} gpuUsedRatio`]: null },
  ],
  [
    [
      ['g', 'nvidia-smi-418.226.00-v100-old-fields.csv'],
      ['k', 'dmesg-2.38-xid-and-oom.txt'],
    ],
    { xidErrorsRecent: 1, [`${v100} xidErrorsRecent`]: 1, [`${v100} xidLastCode`]: 79 },
  ],
  [
    [
      ['g', 'nvidia-smi-418.226.00-v100-old-fields.csv'],
      ['k', 'journal-257-xid.txt'],
    ],
    { xidErrorsRecent: 1, [`${v100} xidLastCode`]: 13 },
  ],
  [[['k', 'dmesg-2.38-xid-and-oom.txt', 1]], { xidErrorsRecent: null }],
  [
    [['s', 'df-coreutils-9.1.txt']],
    {
      ...{ 'disk:/ diskTotalBytes': 41_152_736 * 1024, 'disk:/ diskUsedRatio': 0.858094, 'disk:/ inodesUsedRatio': 0.995636, oomKills: 2, oomKillsRecent: 0 },
      ...{ 'disk:/data/my models diskUsedRatio': 0.25, 'disk:/data/my models inodesTotal': null, driverMismatch: 0 },
    },
  ],
  [[['s', 'df-busybox-1.35.txt']], { 'disk:/ diskAvailableBytes': 74_227_956 * 1024, 'disk:/ inodesUsed': 527_434, driverMismatch: 1, oomKills: null }],
  [
    [
      ['h', 'proc-linux-6.12-first.txt'],
      ['h', 'proc-linux-6.12-second.txt'],
    ],
    {
      // 1000 user, 400 system, 400 idle, 100 softirq, 100 stolen; iowait went back by 10.
      ...{ cpuUsedRatio: 0.8, cpuSystemRatio: 0.25, cpuWaitRatio: 0, cpuStolenRatio: 0.05, cpuCount: 4, load1: 2.5, load1PerCpu: 0.625 },
      ...{ memoryTotalBytes: 16_000_000 * 1024, memoryUsedBytes: 12_000_000 * 1024, memoryUsedRatio: 0.75, swapUsedRatio: 0.25, uptimeSeconds: 8705 },
      ...{ cpuPressureRatio: 0.25, ioPressureRatio: 0, memoryStalledRatio: 0, 'drive:vda driveReadsPerSecond': 20, 'drive:vda driveWritesPerSecond': 60 },
      ...{ 'drive:vda driveReadBytesPerSecond': 1_024_000, 'drive:vda driveWrittenBytesPerSecond': 2_048_000, 'drive:vda driveBusyRatio': 0.5 },
      ...{ 'drive:vda driveWaitSeconds': 0.002, 'drive:nvme0n1 driveWaitSeconds': null, 'drive:nvme0n1 driveReadsPerSecond': 0 },
      ...{ driveReadBytesPerSecond: 1_024_000, 'nic:eth0 receivedBytesPerSecond': 1000, 'nic:eth0 sentBytesPerSecond': 20_000 },
      ...{ 'nic:eth0 receiveErrorsPerSecond': 1, 'nic:eth0 receiveDropsPerSecond': 2, 'nic:wg0 receivedBytesPerSecond': 100 },
      ...{ receivedBytesPerSecond: 1000, sentBytesPerSecond: 20_000 },
    },
  ],
  [
    [['h', 'proc-linux-3.10-no-available.txt']],
    {
      ...{ cpuUsedRatio: null, memoryAvailableBytes: 1_102_000 * 1024, swapTotalBytes: 0, swapUsedRatio: null, cpuPressureRatio: null, cpuCount: 1 },
      ...{ receivedBytesPerSecond: null, 'drive:vda driveReadsPerSecond': null },
    },
  ],
  [
    [['d', 'docker-28.2-containers.txt']],
    {
      ...{ containerCount: 3, 'container:ph-chat-api-1 containerRunning': 1, 'container:ph-chat-api-1 containerHealthy': 1 },
      ...{ 'container:ph-chat-api-1 containerRestarts': 3, 'container:ph-chat-api-1 containerRestartsRecent': 0 },
      ...{ 'container:ph-chat-api-1 containerCpuCores': 0.1234, 'container:ph-chat-api-1 containerMemoryUsedRatio': 0.25 },
      ...{ 'container:ph-chat-api-1 containerProcessCount': 17, 'container:ph-chat-api-1 containerExitCode': null },
      ...{ 'container:ph-chat-api-1 containerUptimeSeconds': 81_958.127, 'container:redis containerHealthy': null },
      ...{ 'container:ph-chat-vllm-1 containerRunning': 0, 'container:ph-chat-vllm-1 containerOomKilled': 1 },
      ...{ 'container:ph-chat-vllm-1 containerExitCode': 137, 'container:ph-chat-vllm-1 containerHealthy': null },
      'container:ph-chat-vllm-1 containerCpuCores': null,
    },
  ],
  [
    [['d', 'docker-20.10-containers.txt']],
    {
      ...{ containerCount: 2, 'container:web containerRunning': 0, 'container:web containerExitCode': 1, 'container:db containerRunning': 1 },
      ...{ 'container:db containerHealthy': null, 'container:db containerCpuCores': null, 'container:db containerMemoryUsedBytes': null },
    },
  ],
];

describe('the corpus of nvidia-smi', () => {
  it.each(gpuCases)('%s with status %i is %s', (name, status, state, expected) => {
    const [look] = read([['g', name, status]]);
    expect(look?.gpus?.state).toBe(state);
    check(look, expected);
  });

  it('tells which GPUs of those expected are gone', () => {
    const known = ['GPU-11111111-0000', 'GPU-22222222-0000'];
    const [look] = read([['g', 'nvidia-smi-no-devices.txt', 6]], known);
    expect(look?.gpus?.vanished).toEqual(known);
    check(look, { gpuCount: 0, gpuVanishedCount: 2 });
  });

  it('counts a GPU as gone that is lost while it is asked', () => {
    const known = [1, 2].map((last) => gpu(9102, last).slice('gpu:'.length));
    const [look] = read([['g', 'nvidia-smi-lost-while-asked.csv']], known);
    expect(look?.gpus?.vanished).toEqual(known.slice(1));
    check(look, { gpuCount: 1, gpuVanishedCount: 1 });
  });

  it('names processes and instances', () => {
    const looks = read([
      ['g', 'nvidia-smi-535.161.08-2x-a100-one-mig.csv'],
      ['a', 'nvidia-smi-535.161.08-2x-a100-one-mig-users.txt'],
    ]);
    expect(looks[1]?.gpuProcesses?.map(({ pid, name, vramBytes, containerId }) => [pid, name, vramBytes, containerId])).toEqual([
      [41_873, 'python3', 2401 * mib, '9f3c'.repeat(16)],
      [52_110, '/opt/vllm/bin/python, EngineCore', 36_100 * mib, null],
      [52_111, null, null, null],
    ]);
    expect(looks[1]?.migInstances?.map(({ profile }) => profile)).toEqual(['3g.20gb', '1g.5gb']);
  });
});

describe('the corpus of other tools', () => {
  it.each(otherCases)('%j', (looks, expected) => check(read(looks).at(-1), expected));

  it('is used whole', () => {
    const used = new Set([...gpuCases.map(([name]) => name), ...otherCases.flatMap(([looks]) => looks.map(([, name]) => name))]);
    expect(corpusNames().filter((name) => !name.startsWith('real-') && !used.has(name))).toEqual([]);
  });
});
