import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { cpuSum } from './cpuSum.ts';

const rows = { postgres: 2, mongodb: 2, redis: 1, weaviate: 2, tei: 4, backend: 4, frontend: 2, nginx: 1, prometheus: 1, grafana: 1 };
const service = ([name, cores]: [string, number]) => ({ name, title: name, image: 'x', stateful: false, needs: { cores } });
const compose = (more = '') =>
  `services:\n${Object.keys(rows)
    .map((name) => `  ${name}: { image: x }\n`)
    .join('')}${more}`;

test('24 cores of a staging platform on the tier of 16', () => {
  const definition = { services: [...Object.entries(rows).map(service), service(['chat', 4])], advised: { cores: 16 } };
  expect(lint(cpuSum, compose('  chat: { image: x }\n'), { definition }).findings).toMatchObject([
    { severity: 'warning', trap: 'X-016', reason: expect.stringContaining('= 24 cores, and the machine that it is meant for has 16') },
  ]);
});

test('36 cores with all models on the tier of 32', () => {
  const definition = { services: [...Object.entries(rows).map(service), service(['models', 16])] };
  expect(shortLint(cpuSum, compose('  models: { image: x, gpus: all }\n'), { definition, server: { cores: 32 } })).toEqual(['warning X-017 compose.yaml:']);
});

test('limits of a project, one of them larger than the machine', () => {
  const limits = "services:\n  a: { image: x, cpus: 1.5 }\n  b:\n    image: x\n    deploy: { resources: { limits: { cpus: '12.0' } } }\n";
  expect(shortLint(cpuSum, limits, { server: { cores: 8 } })).toEqual(['warning X-016 compose.yaml:', 'warning X-016 compose.yaml:3 b']);
});

test('cores enough, or nobody says', () => {
  expect(shortLint(cpuSum, compose(), { definition: { services: Object.entries(rows).map(service) }, server: { cores: 20 } })).toEqual([]);
  expect(lint(cpuSum, compose(), { definition: { services: Object.entries(rows).map(service) }, server: {} }).unknowns).toHaveLength(1);
  expect(lint(cpuSum, compose(), { server: { cores: 1 } })).toEqual({ findings: [], unknowns: [] });
});
