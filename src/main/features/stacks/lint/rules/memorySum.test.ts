import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { memorySum } from './memorySum.ts';

/** The platform with all models, in GB. */
const rows = {
  postgres: 4,
  mongodb: 4,
  redis: 2,
  weaviate: 8,
  tei: 4,
  backend: 4,
  frontend: 2,
  nginx: 1,
  prometheus: 2,
  grafana: 1,
  chat: 8,
  coder: 16,
  analytics: 8,
};
const compose = `services:\n${Object.keys(rows)
  .map((name) => `  ${name}: { image: x }\n`)
  .join('')}`;
const definition = {
  services: Object.entries(rows).map(([name, gb]) => ({ name, title: name, image: 'x', stateful: false, needs: { memoryMib: gb * 1024 } })),
};

test('64 GB of services on a machine of 64 GB, and on one of 46', () => {
  expect(lint(memorySum, compose, { definition, server: { memoryMib: 46 * 1024 } }).findings).toMatchObject([
    { severity: 'error', trap: 'X-018', reason: expect.stringContaining('= 64 GiB of memory, and gpu-1 has 46 GiB') },
  ]);
  expect(shortLint(memorySum, compose, { definition, server: { memoryMib: 64 * 1024 } })).toEqual(['warning X-019 compose.yaml:']);
  expect(shortLint(memorySum, compose, { definition: { ...definition, advised: { memoryGb: 64 } } })).toEqual(['warning X-019 compose.yaml:']);
});

test('advice alone where nothing but the machine of the design is known, or a person knows better', () => {
  expect(shortLint(memorySum, compose, { definition: { ...definition, advised: { memoryGb: 46 } } })).toEqual(['warning X-018 compose.yaml:']);
  expect(shortLint(memorySum, compose, { definition, server: { memoryMib: 46 * 1024 }, parameters: { minMemoryMib: '20480' } })).toEqual([
    'warning X-018 compose.yaml:',
  ]);
});

test('limits of a project that says nothing else, short and long, replicas counted', () => {
  const limits = 'services:\n  a: { image: x, mem_limit: 3g, scale: 2 }\n  b: { image: x, deploy: { resources: { limits: { memory: 2048M } } } }\n';
  expect(shortLint(memorySum, limits, { server: { memoryMib: 7 * 1024 } })).toEqual(['error X-018 compose.yaml:']);
  expect(shortLint(memorySum, limits, { server: { memoryMib: 9216 } })).toEqual(['note X-019 compose.yaml:']);
});

test('room enough, judged by nobody, not asked for', () => {
  expect(lint(memorySum, compose, { definition, server: { memoryMib: 128 * 1024 } })).toEqual({ findings: [], unknowns: [] });
  expect(lint(memorySum, compose, { definition, server: {} }).unknowns).toHaveLength(1);
  expect(lint(memorySum, compose, { server: { memoryMib: 1024 } })).toMatchObject({
    findings: [],
    unknowns: [{ what: expect.stringContaining('and 5 more') }],
  });
  expect(shortLint(memorySum, compose, { definition, server: { memoryMib: 1024 }, parameters: { minMemoryMib: '0' } })).toEqual([]);
});
