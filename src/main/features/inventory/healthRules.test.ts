import { describe, expect, it } from 'vitest';
import type { Vitals } from '../../../shared/model/facts.ts';
import { readFixture, withSection } from '../../commands/fixtures/readFixture.ts';
import { parseFacts } from '../../commands/parseFacts.ts';
import { factsSummary } from './factsSummary.ts';
import { type HealthInput, healthOf, staleAfterMs } from './healthRules.ts';
import { slotMs, UtilizationHistory } from './utilizationHistory.ts';

type Gpu = Vitals['gpus'][number];
const gpu = (differences: Partial<Gpu> = {}): Gpu => ({
  ...{ index: 0, utilizationPercent: 50, vramUsedMib: 70_000, vramTotalMib: 81_559, temperatureC: 60, powerW: 300 },
  ...differences,
});
const vitals = (differences: Partial<Vitals> = {}): Vitals => ({
  ...{ observedAtMs: 1000, load1: 1, memoryUsedMib: 10, memoryTotalMib: 100, diskUsedRatio: 0.3, firstTokenS: null, gpus: [gpu()] },
  ...differences,
});
const judge = (differences: Partial<HealthInput>) => healthOf({ vitals: vitals(), facts: null, nowMs: 1000, intervalMs: 5000, ...differences });

describe('healthOf', () => {
  it.each([
    ['nothing wrong', {}, 'healthy', undefined],
    ['no GPU', { gpus: [] }, 'healthy', undefined],
    ['warm GPU', { gpus: [gpu({ temperatureC: 83 })] }, 'warning', 'GPU 0 is at 83 °C'],
    ['hot GPU beside a warm one', { gpus: [gpu({ temperatureC: 84 }), gpu({ index: 1, temperatureC: 90 })] }, 'critical', 'GPU 1 is at 90 °C'],
    ['VRAM as servers of models fill it', { gpus: [gpu({ vramUsedMib: 78_000 })] }, 'healthy', undefined],
    ['full VRAM', { gpus: [gpu({ vramUsedMib: 81_000 })] }, 'warning', '99 % of the VRAM of GPU 0 is used'],
    ['GPU without answer', { gpus: [gpu({ utilizationPercent: null, vramUsedMib: null, temperatureC: null })] }, 'critical', 'GPU 0 does not answer'],
    ['GPU that tells no temperature', { gpus: [gpu({ temperatureC: null })] }, 'healthy', undefined],
    ['fuller disk', { diskUsedRatio: 0.85 }, 'warning', '85 % of the disk is used'],
    ['full disk', { diskUsedRatio: 0.96 }, 'critical', '96 % of the disk is used'],
    ['full memory', { memoryUsedMib: 99 }, 'critical', '99 % of the memory is used'],
    ['nothing readable', { memoryUsedMib: null, memoryTotalMib: null, diskUsedRatio: null, load1: null }, 'healthy', undefined],
  ] as const)('%s', (_what, differences, state, reason) => {
    const health = judge({ vitals: vitals(differences as Partial<Vitals>) });
    expect(health.state).toBe(state);
    expect(health.reasons[0]?.what).toBe(reason);
  });

  it('is unknown before the first reading and stale after the last', () => {
    expect(judge({ vitals: null }).state).toBe('unknown');
    expect(judge({ nowMs: 1000 + staleAfterMs(5000) }).state).toBe('healthy');
    expect(judge({ nowMs: 1001 + staleAfterMs(5000), vitals: vitals({ diskUsedRatio: 1 }) }).state).toBe('stale');
    expect(staleAfterMs(60_000)).toBe(180_000);
  });

  it('counts a driver that failed when facts were read, until a GPU answers', () => {
    const facts = parseFacts(withSection(readFixture('facts-busybox-1.35.txt'), 'gpu-list', 9, 'No devices were found'), { server: 'x', collectedAtMs: 1 });
    expect(judge({ facts, vitals: vitals({ gpus: [] }) })).toMatchObject({ state: 'critical', reasons: [{ what: 'No devices were found' }] });
    expect(judge({ facts }).state).toBe('healthy');
  });
});

describe('UtilizationHistory', () => {
  it('averages GPUs and readings by slot, oldest first, null where nothing was measured', () => {
    const history = new UtilizationHistory();
    expect(history.values(0)).toEqual([]);
    history.add(10 * slotMs, [20, 40]);
    history.add(10 * slotMs + 1, [60, null]);
    history.add(12 * slotMs, [50]);
    history.add(13 * slotMs, []);
    const values = history.values(13 * slotMs);
    expect(values).toHaveLength(60);
    expect(values.slice(-4)).toEqual([45, null, 50, null]);
    expect(history.values(10 * slotMs + 60 * slotMs).slice(0, 2)).toEqual([null, 50]);
  });
  it('keeps no more than its slots', () => {
    const history = new UtilizationHistory();
    for (let slot = 0; slot < 500; slot += 1) history.add(slot * slotMs, [slot % 100]);
    expect(history.values(499 * slotMs)).toEqual(Array.from({ length: 60 }, (_, i) => (440 + i) % 100));
  });
});

describe('factsSummary', () => {
  const base = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
  const summary = (output: string) => factsSummary(parseFacts(output, { server: 'x', collectedAtMs: 1 }));
  it('says what a server is', () => {
    expect(summary(base)).toBe('Debian GNU/Linux 12 · no GPU · Docker is down');
    const gpus = withSection(base, 'gpu-list', 0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv'));
    expect(summary(withSection(gpus, 'docker', 0, readFixture('docker-26.1.5-version-info.txt')))).toBe(
      'Debian GNU/Linux 12 · 8 × NVIDIA H100 80GB HBM3 · Docker 26.1.5+dfsg1',
    );
    expect(summary(withSection(withSection(base, 'gpu-list', 124, ''), 'docker', 127, ''))).toBe('Debian GNU/Linux 12 · GPU driver hangs · no Docker');
  });
});
