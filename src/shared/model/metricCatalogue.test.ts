import { expect, it } from 'vitest';
import { metricCatalogue, metricDefinition } from './metricCatalogue.ts';

it('names metrics without dashes or underscores, and their unit where the name ends with one', () => {
  const endings = { Ratio: 'ratio', Bytes: 'bytes', BytesPerSecond: 'bytesPerSecond', Celsius: 'celsius', Watts: 'watts', Seconds: 'seconds', Count: 'count' };
  for (const [name, { unit, kind, label }] of Object.entries(metricCatalogue)) {
    expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect(label).toMatch(/^\S.*[^.\s]$/);
    for (const [ending, expected] of Object.entries(endings)) if (name.endsWith(ending)) expect([name, unit]).toEqual([name, expected]);
    if (unit === 'flag') expect([name, kind]).toEqual([name, 'state']);
    if (name.endsWith('PerSecond')) expect([name, kind]).toEqual([name, 'rate']);
  }
});

it('holds each metric once, and knows no other', () => {
  const labels = Object.values(metricCatalogue).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  expect(metricDefinition('cpuUsedRatio')).toMatchObject({ unit: 'ratio', bad: 'high' });
  expect(metricDefinition('toString')).toBeNull();
});
