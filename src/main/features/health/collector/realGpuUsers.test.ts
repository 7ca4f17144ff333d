import { describe, expect, it } from 'vitest';
import { check, type Expected, gpu, of, read, vram } from './testCorpus.ts';
import { corpusNames } from './testFrames.ts';

// Who used real cards, and how they were divided; where it was measured says corpus/README.md.

const mib = 1024 * 1024;
const [rtx2080, rtx4080, h100, h200] = [gpu(9001, 1), gpu(9002, 1), gpu(9003, 1), gpu(9005, 1)];

const users: readonly [rows: string, users: string, expected: Expected, processes: readonly (readonly [pid: number, vramMib: number, name: string])[]][] = [
  [
    'real-610.57.04-rtx-2080-super-load.csv',
    'real-610.57.04-rtx-2080-super-load-users.txt',
    of(rtx2080, { gpuProcessCount: 2, gpuMigInstanceCount: null }),
    [
      [28_512, 370, 'ffmpeg'],
      [28_511, 230, 'ffmpeg'],
    ],
  ],
  [
    'real-595.71.05-rtx-4080-super-load.csv',
    'real-595.71.05-rtx-4080-super-load-users.txt',
    of(rtx4080, { gpuProcessCount: 3 }),
    [
      [2165, 25, '/usr/bin/kwin_wayland'],
      [5022, 503, 'ffmpeg'],
      [5021, 360, 'ffmpeg'],
    ],
  ],
  [
    'real-590.48.01-h100-load.csv',
    'real-590.48.01-h100-load-users.txt',
    of(h100, { gpuProcessCount: 3, gpuMigInstanceCount: null }),
    [
      [11_327, 2566, '/root/tools/memhog'],
      [11_328, 1542, '/root/tools/memhog'],
      [11_345, 15_690, './gpu_burn'],
    ],
  ],
  [
    'real-590.44.01-rtx-pro-6000.csv',
    'real-590.44.01-rtx-pro-6000-users.txt',
    of(gpu(9011, 1), { gpuProcessCount: 1 }),
    [[116_860, 65_710, '/root/src/llama.cpp/build/bin/llama-server']],
  ],
  // One process on both cards.
  [
    'real-590.44.01-2x-rtx-a5000.csv',
    'real-590.44.01-2x-rtx-a5000-users.txt',
    { ...of(gpu(9012, 1), { gpuProcessCount: 1 }), ...of(gpu(9012, 2), { gpuProcessCount: 1 }) },
    [
      [100_477, 22_430, '/root/src/llama.cpp/build/bin/llama-server'],
      [100_477, 17_246, '/root/src/llama.cpp/build/bin/llama-server'],
    ],
  ],
];
const mig = (head: number, last: number) => gpu(head, last).replace('gpu:GPU', 'gpu:MIG').replace('4b1d', '5b1d');
/** Of each process the profile that it is in. */
type Homes = readonly (readonly [pid: number, profile: string])[];
const divided: readonly [rows: string, users: string, profiles: readonly string[], homes: Homes, expected: Expected][] = [
  [
    'real-590.48.01-h100-mig-load.csv',
    'real-590.48.01-h100-mig-load-users.txt',
    ['3g.40gb', '2g.20gb', '1g.10gb', '1g.10gb'],
    [
      [21_180, '3g.40gb'],
      [21_181, '3g.40gb'],
      [21_198, '3g.40gb'],
    ],
    {
      ...of(h100, { gpuProcessCount: 3, gpuMigInstanceCount: 4 }),
      ...{ ...of(mig(9003, 1), vram(11_091, 40_448, 0.274204)), ...of(mig(9003, 2), vram(17, 20_096, 0.000846)), ...of(mig(9003, 4), vram(9, 9984, 0.000901)) },
    },
  ],
  // Two compute instances share the memory of the first GPU instance: each tells all of it.
  [
    'real-590.48.01-h200-mig-load.csv',
    'real-590.48.01-h200-mig-load-users.txt',
    ['1c.3g.71gb', '2c.3g.71gb', '2g.35gb', '1g.18gb', '1g.18gb'],
    [
      [12_249, '2c.3g.71gb'],
      [12_250, '2c.3g.71gb'],
      [12_267, '2c.3g.71gb'],
    ],
    {
      ...of(h200, { gpuProcessCount: 3, gpuMigInstanceCount: 5 }),
      ...{
        ...of(mig(9005, 1), vram(16_925, 71_424, 0.236965)),
        ...of(mig(9005, 2), vram(16_925, 71_424, 0.236965)),
        ...of(mig(9005, 5), { vramUsedBytes: 9 * mib }),
      },
    },
  ],
  [
    'real-610.43.02-h200-mig-idle.csv',
    'real-610.43.02-h200-mig-idle-users.txt',
    ['3g.71gb'],
    [],
    { ...of(h200, { gpuProcessCount: 0, gpuMigInstanceCount: 1 }), ...of(mig(9005, 6), vram(44, 71_424, 0.000616)) },
  ],
];

describe('who uses real cards', () => {
  it.each(users)('%s with %s', (rows, file, expected, processes) => {
    const look = read([
      ['g', rows],
      ['a', file],
    ])[1];
    check(look, expected);
    expect(look?.gpuProcesses?.map(({ pid, vramBytes, name }) => [pid, vramBytes, name])).toEqual(
      processes.map(([pid, vramMib, name]) => [pid, vramMib * mib, name]),
    );
  });

  it.each(divided)('%s with %s', (rows, file, profiles, homes, expected) => {
    const look = read([
      ['g', rows],
      ['a', file],
    ])[1];
    check(look, expected);
    const instances = look?.migInstances ?? [];
    expect(instances.map(({ profile }) => profile)).toEqual(profiles);
    expect(look?.gpuProcesses?.map(({ pid, uuid }) => [pid, instances.find((each) => each.uuid === uuid)?.profile])).toEqual(homes);
  });

  it('is used whole', () => {
    const used = new Set([...users.map(([, file]) => file), ...divided.map(([, file]) => file)]);
    expect(corpusNames().filter((name) => name.startsWith('real-') && name.endsWith('-users.txt') && !used.has(name))).toEqual([]);
  });
});
