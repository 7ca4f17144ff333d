import { describe, expect, it } from 'vitest';
import { lookText } from '../collector/testFrames.ts';
import { Recording } from './recording.ts';

const nowMs = 1_763_712_000_000;
/** A look at the kernel's counters, so many seconds after a boot; the CPU was half busy since the one before. */
const look = (number: number, uptimeS: number, wallS: number) =>
  lookText('h', `c ${number * 100} 0 0 ${number * 100}\nu 0-3\n`, { number, uptimeS, wall: `${wallS}.000000000` });
const read = (text: string, pieces = 1) => {
  const recording = new Recording();
  const bytes = Buffer.from(text);
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) recording.push(bytes.subarray(at, at + size), nowMs);
  return recording.moments(0, nowMs + 1).map(({ atMs, readings }) => [(nowMs - atMs) / 1000, readings.find(({ metric }) => metric === 'cpuUsedRatio')?.value]);
};

describe('what a recorder kept', () => {
  const wall = 1_763_700_000;
  const text = [look(1, 940, wall - 60), look(2, 955, wall - 45), look(3, 970, wall - 30)].join('');

  it('is placed by the uptime, whatever the wall clock of the server says', () => {
    expect(read(`now 1000.00 ${wall}\n${text}`)).toEqual([
      [60, undefined],
      [45, 0.5],
      [30, 0.5],
    ]);
    expect(read(`now 1000.00 ${wall - 86_400}\n${text}`, 40).map(([ago]) => ago)).toEqual([60, 45, 30]);
  });

  it('is placed by the wall clock where it is of an earlier boot', () => {
    const times = read(`now 20.00 ${wall}\n${text}${look(1, 5, wall - 15)}`).map(([ago]) => ago);
    expect(times).toEqual([60.5, 45.5, 30.5, 15]);
  });

  it('passes over torn lines, a beginning in the middle, and what is none', () => {
    expect(read(`now 1000.00 ${wall}\nh c 1 2 3\nh) 9 4 0\nh( 7 900\n\n${text}h( 4 98`)).toHaveLength(3);
    expect(read('sh: nothing here\n')).toEqual([]);
    expect(read('')).toEqual([]);
  });
});
