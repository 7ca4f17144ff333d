import { describe, expect, it } from 'vitest';
import { byteText, type CopySpec, Pace, partName, placeDown, placeUp, progressText } from './copyRules.ts';

describe('where a copy goes', () => {
  it('up: into what is a directory or ends like one, else to the path', () => {
    const up = (remote: string, kind: 'file' | 'directory' | 'nothing', path: string) => placeUp({ local: '/home/a/model', remote }, { kind, path });
    expect(up('/srv', 'directory', '/srv')).toBe('/srv/model');
    expect(up('/srv/', 'nothing', '/srv/')).toBe('/srv/model');
    expect(up('/srv/x', 'file', '/real/x')).toBe('/real/x');
    expect(up('x', 'nothing', '/root/x')).toBe('/root/x');
  });

  it('down: likewise, and below a directory with the name of each of several servers', () => {
    const spec: CopySpec = { direction: 'down', local: '/home/a/logs', remote: '/var/log/app', sudo: false, apart: false };
    expect(placeDown(spec, 'gpu-1', 'nothing', '/')).toBe('/home/a/logs');
    expect(placeDown(spec, 'gpu-1', 'directory', '/')).toBe('/home/a/logs/app');
    expect(placeDown({ ...spec, local: '/home/a/logs/' }, 'gpu-1', 'nothing', '/')).toBe('/home/a/logs/app');
    expect(placeDown({ ...spec, apart: true }, 'gpu-1', 'nothing', '/')).toBe('/home/a/logs/gpu-1/app');
    expect(placeDown({ ...spec, remote: '/' }, 'gpu-1', 'directory', '/')).toBe('/home/a/logs/gpu-1');
  });

  it('a part has a name of its own, the same in every life', () => {
    expect(partName('op_1', 'a')).toMatch(/^\.pilothouse-[0-9a-f]{16}\.part$/);
    expect(partName('op_1', 'a')).toBe(partName('op_1', 'a'));
    expect(new Set([partName('op_1', 'a'), partName('op_1', 'b'), partName('op_2', 'a')]).size).toBe(3);
  });
});

describe('how fast', () => {
  it('is told over the last seconds, and anew after falling back', () => {
    const pace = new Pace();
    pace.note(0, 0);
    expect(pace.bytesPerS).toBe(0);
    pace.note(1_000_000, 1000);
    expect(pace.bytesPerS).toBe(1_000_000);
    for (let second = 2; second <= 20; second += 1) pace.note(1_000_000 + (second - 1) * 2_000_000, second * 1000);
    expect(pace.bytesPerS).toBe(2_000_000);
    pace.note(5, 21_000);
    expect(pace.bytesPerS).toBe(0);
  });

  it('is one line', () => {
    expect(progressText({ doneBytes: 250_000_000, totalBytes: 1_000_000_000, bytesPerS: 50_000_000 })).toBe('250 MB of 1.0 GB · 50.0 MB/s · 15 s left');
    expect(progressText({ doneBytes: 0, totalBytes: 70_000_000_000, bytesPerS: 10_000_000 })).toContain('1.9 h left');
    expect(progressText({ doneBytes: 0, totalBytes: 10, bytesPerS: 0 })).toBe('0 B of 10 B');
    expect([999, 1000, 12_345, 999_999_999].map(byteText)).toEqual(['999 B', '1.0 KB', '12.3 KB', '1000 MB']);
  });
});
