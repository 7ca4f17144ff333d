import { describe, expect, it } from 'vitest';
import { gpuFigures } from './liveFigures.ts';
import { nvidiaSmi, type SmiState } from './nvidiaSmi.ts';
import { type Persona, personas } from './personas.ts';

const named = (name: string): Persona => personas(6).find((persona) => persona.name === name) ?? expect.fail(name);
const at = new Date('2026-03-04T05:06:07Z');
const stateOf = (name: string): SmiState => ({ persona: named(name), figures: gpuFigures(named(name), at.getTime()), processes: [], now: at });

describe('nvidia-smi', () => {
  it('answers the query that facts are read from', () => {
    const { code, text } = nvidiaSmi(['--query-gpu=index,uuid,name,memory.total,driver_version', '--format=csv,noheader,nounits'], stateOf('demo-gpu-02'));
    expect(code).toBe(0);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^0, GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}, NVIDIA RTX A6000, 49140, 550\.163\.01$/);
  });

  it('writes header and units as the real one does', () => {
    const { text } = nvidiaSmi(['--query-gpu=name,memory.used,utilization.gpu,fan.speed,power.draw', '--format=csv'], stateOf('demo-gpu-04'));
    const [header, row] = text.split('\n');
    // What a card does not have keeps its unit out of the header only here and there in the real one; the T4 has no fan.
    expect(header).toBe('name, memory.used [MiB], utilization.gpu [%], fan.speed, power.draw [W]');
    expect(row).toMatch(/^Tesla T4, \d+ MiB, \d+ %, \[N\/A\], \d+\.\d\d W$/);
  });

  it('draws a table whose lines are all of one width', () => {
    const lines = nvidiaSmi([], { ...stateOf('demo-gpu-01'), processes: [{ gpuIndex: 0, pid: 20_000, name: '/usr/bin/ollama', usedMib: 5480 }] }).text.split(
      '\n',
    );
    const box = lines.filter((line) => /^[|+]/.test(line));
    expect(new Set(box.map((line) => line.length))).toEqual(new Set([91]));
    expect(lines[0]).toBe('Wed Mar  4 05:06:07 2026       ');
    expect(lines[2]).toBe('| NVIDIA-SMI 570.86.15              Driver Version: 570.86.15      CUDA Version: 12.8     |');
    expect(box.some((line) => /^\| {4}0 {3}N\/A {2}N\/A {6}20000 {6}C {3}\/usr\/bin\/ollama .* 5480MiB \|$/.test(line))).toBe(true);
  });

  it('lists, reports and gives XML', () => {
    const state = stateOf('demo-gpu-03');
    expect(nvidiaSmi(['-L'], state).text).toMatch(/^GPU 0: NVIDIA GeForce RTX 4090 \(UUID: GPU-[0-9a-f-]{36}\)\n$/);
    expect(nvidiaSmi(['-q', '-d', 'COMPUTE'], state).text).toMatch(/^CUDA Version +: 12\.8$/m);
    const xml = nvidiaSmi(['-q', '-x'], state).text;
    expect(xml).toContain('<driver_version>570.86.15</driver_version>');
    expect(xml).toMatch(/<fb_memory_usage>\s*<total>24564 MiB<\/total>/);
    expect(xml.match(/<gpu id=/g)).toHaveLength(1);
  });

  it('refuses what the real one refuses, on stdout and with its codes', () => {
    expect(nvidiaSmi(['--query-gpu=nonsense', '--format=csv'], stateOf('demo-gpu-01'))).toEqual({
      code: 2,
      text: 'Field "nonsense" is not a valid field to query.\n\n',
    });
    expect(nvidiaSmi(['-i', '9'], stateOf('demo-gpu-01'))).toEqual({ code: 6, text: 'No devices were found\n' });
    expect(nvidiaSmi(['--wat'], stateOf('demo-gpu-01')).code).toBe(2);
  });

  it('shows the hot card hot at any time, and others not', () => {
    for (let minute = 0; minute < 60; minute += 1) {
      const figures = gpuFigures(named('demo-gpu-01'), at.getTime() + minute * 60_000);
      expect(figures[2]?.temperatureC).toBeGreaterThan(84);
      expect(figures[0]?.temperatureC).toBeLessThan(84);
      for (const gpu of figures) expect(gpu.vramUsedMib).toBeLessThanOrEqual(gpu.vramTotalMib);
    }
  });
});
