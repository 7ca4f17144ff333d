import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vitalsSchema } from '../../shared/model/facts.ts';
import { VitalsParser } from './vitalsParser.ts';

const output = [
  'Last login: yesterday',
  'f 9 9 9',
  'pilothouse-vitals 1',
  'd 400:600 90:10',
  'g 0, 87, 61440, 81559, 71, 412.33;1, [N/A], 3, 81559, [GPU requires reset], [Not Supported]',
  'f 1.25 1048576 262144',
  'f 1.50 1048576 -',
  '',
].join('\n');

const parser = () => new VitalsParser({ intervalMs: 5000 });

describe('VitalsParser', () => {
  it('gives a frame per f line and passes over what comes before the script', () => {
    expect(parser().push(output, 1000)).toEqual([
      {
        observedAtMs: 1000,
        load1: 1.25,
        memoryUsedMib: 768,
        memoryTotalMib: 1024,
        diskUsedRatio: 0.9,
        gpus: [
          { index: 0, utilizationPercent: 87, vramUsedMib: 61_440, vramTotalMib: 81_559, temperatureC: 71, powerW: 412.33 },
          { index: 1, utilizationPercent: null, vramUsedMib: 3, vramTotalMib: 81_559, temperatureC: null, powerW: null },
        ],
      },
      expect.objectContaining({ load1: 1.5, memoryUsedMib: null, memoryTotalMib: 1024, diskUsedRatio: 0.9 }),
    ]);
  });

  it('reports known GPUs with nulls when nvidia-smi fails or falls silent', () => {
    const silent = parser();
    silent.push(output, 0);
    expect(silent.push('f 1 1 1\n', 30_000)[0]?.gpus[0]?.utilizationPercent).toBe(87);
    expect(silent.push('f 1 1 1\n', 30_001)[0]?.gpus.map(({ index, utilizationPercent }) => [index, utilizationPercent])).toEqual([
      [0, null],
      [1, null],
    ]);
    const failed = parser();
    failed.push(output, 0);
    expect(failed.push('g !9\nf 1 1 1\n', 1)[0]?.gpus.map(({ utilizationPercent }) => utilizationPercent)).toEqual([null, null]);
  });

  it('survives a line without end, and goes on after it', () => {
    const long = parser();
    long.push('pilothouse-vitals 1\n', 0);
    for (let i = 0; i < 40; i += 1) expect(long.push('x'.repeat(10_000), 0)).toEqual([]);
    expect(long.push('\nf 2 1 1\n', 5)).toMatchObject([{ load1: 2, observedAtMs: 5 }]);
  });

  it('gives the same frames however the output is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: output.length }), { maxLength: 12 }), (cuts) => {
        const points = [0, ...cuts.sort((a, b) => a - b), output.length];
        const cut = parser();
        const frames = points.slice(1).flatMap((end, i) => cut.push(output.slice(points[i], end), 1000));
        expect(frames).toEqual(parser().push(output, 1000));
      }),
    );
  });

  it('gives valid vitals or nothing for any text', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('f', 'g', 'd', ' ', '0', '9', ':', ';', ',', '-', '.', '!', '\n'), maxLength: 80 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        for (const frame of parser().push(`pilothouse-vitals 1\n${lines.join('\n')}\nf 1 1 1\n`, 0)) vitalsSchema.parse(frame);
      }),
    );
  });
});
