import { describe, expect, it } from 'vitest';
import { cpuinfo, hostFigures, loadavg, meminfo } from './liveFigures.ts';
import { personas } from './personas.ts';

describe('personas', () => {
  it('are the same for every start, and fifty of them have fifty names', () => {
    expect(personas(6)).toEqual(personas(50).slice(0, 6));
    expect(new Set(personas(50).map(({ name }) => name)).size).toBe(50);
    expect(new Set(personas(6).map(({ environment }) => environment)).size).toBe(3);
    expect(new Set(personas(6).map(({ state }) => state)).size).toBe(2);
  });
});

describe('figures of a server', () => {
  it('vary with time, within what the server has, in the kernel forms', () => {
    const loads = new Set<string>();
    for (const persona of personas(6)) {
      for (let minute = 0; minute < 30; minute += 1) {
        const figures = hostFigures(persona, 1_000_000 + minute * 60_000);
        loads.add(loadavg(figures));
        expect(loadavg(figures)).toMatch(/^\d+\.\d\d \d+\.\d\d \d+\.\d\d 1\/412 4242 *\n$/);
        const text = meminfo(persona, figures, 2048);
        const value = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1]);
        expect(value('MemTotal')).toBe(persona.memoryMib * 1024);
        expect(value('MemAvailable')).toBeLessThan(value('MemTotal'));
        expect(value('MemAvailable')).toBeGreaterThan(0);
        expect(value('SwapTotal')).toBe(2048);
      }
      expect(cpuinfo(persona).match(/^processor/gm)).toHaveLength(persona.cpu.cores);
    }
    expect(loads.size).toBeGreaterThan(100);
  });

  it('counts what containers hold', () => {
    const [persona] = personas(1);
    if (!persona) expect.fail();
    expect(hostFigures(persona, 0, 6000).memoryUsedMib - hostFigures(persona, 0).memoryUsedMib).toBe(6000);
  });
});
