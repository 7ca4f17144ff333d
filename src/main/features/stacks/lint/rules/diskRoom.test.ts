import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { diskRoom } from './diskRoom.ts';

const service = (name: string, day1: number, later: number) => ({
  name,
  title: name,
  image: 'x',
  stateful: true,
  needs: { diskMib: day1 * 1024, diskMibLater: later * 1024 },
});
const compose = 'services:\n  clickhouse: { image: "clickhouse/clickhouse-server:25.8" }\n  ollama: { image: "ollama/ollama:0.12.3" }\n';

test('50 GB that have to hold images and the system too', () => {
  const definition = {
    services: [service('clickhouse', 1, 30), service('ollama', 1, 2)],
    models: [{ name: 'qwen2.5-coder:7b', title: 'Coder', service: 'ollama', downloadMib: 4400 }],
    advised: { storage: [{ role: 'all', gb: 50, kind: 'ssd' }] },
  };
  expect(lint(diskRoom, compose, { definition }).findings).toMatchObject([
    { severity: 'warning', trap: 'X-034', reason: expect.stringContaining('data after three months 32 GiB') },
  ]);
});

test('models of a platform on what is free, fresh or not', () => {
  const definition = { services: [service('ollama', 5, 5)], models: [{ name: 'coder', title: 'Coder', service: 'ollama', downloadMib: 64_000 }] };
  expect(shortLint(diskRoom, compose, { definition, server: { diskFreeMib: 60_000, own: [] } })).toEqual(['error X-024 stack.yaml:']);
  expect(shortLint(diskRoom, compose, { definition, server: { diskFreeMib: 60_000 } })).toEqual(['warning X-024 stack.yaml:']);
});

test('room enough, not asked for, not known, nothing said', () => {
  const definition = { services: [service('clickhouse', 1, 5)] };
  expect(lint(diskRoom, compose, { definition, server: { diskFreeMib: 40_000 } })).toEqual({ findings: [], unknowns: [] });
  expect(shortLint(diskRoom, compose, { definition, server: { diskFreeMib: 1 }, parameters: { minDiskMib: '0' } })).toEqual([]);
  expect(lint(diskRoom, compose, { definition, server: {} }).unknowns).toHaveLength(1);
  expect(lint(diskRoom, compose, { server: {} })).toEqual({ findings: [], unknowns: [] });
});
