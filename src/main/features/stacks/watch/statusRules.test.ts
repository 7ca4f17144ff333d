import { expect, test } from 'vitest';
import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import { deploymentHealth, withFacts } from './statusRules.ts';

const container = (service: string, state = 'running', health: ContainerStatus['health'] = 'healthy'): ContainerStatus => ({
  ...{ service, name: `ph-shop-${service}-1`, state, health, image: 'a', exitCode: null, status: '', ports: [] },
});
const current = { services: [{ name: 'api' }, { name: 'db' }] } as unknown as Parameters<typeof deploymentHealth>[0];

test('a deployment is well only when everything of its release runs and is well', () => {
  expect(deploymentHealth(null, [])).toBe('absent');
  expect(deploymentHealth(current, [])).toBe('down');
  expect(deploymentHealth(current, [container('api'), container('db')])).toBe('healthy');
  expect(deploymentHealth(current, [container('api')])).toBe('degraded');
  expect(deploymentHealth(current, [container('api'), container('db', 'running', 'starting')])).toBe('degraded');
  expect(deploymentHealth(current, [container('api', 'exited'), container('db', 'exited')])).toBe('down');
});

test('restarts and the time of the start are told where they are known, and what never started has none', () => {
  const [api, db, extra] = withFacts(
    [container('api'), container('db', 'created'), container('extra')],
    [
      { name: 'ph-shop-api-1', restarts: 3, startedAt: '2026-11-20T10:00:00.123456789Z' },
      { name: 'ph-shop-db-1', restarts: 0, startedAt: '0001-01-01T00:00:00Z' },
    ],
  );
  expect(api).toMatchObject({ restarts: 3, startedAtMs: Date.parse('2026-11-20T10:00:00.123Z') });
  expect(db).toMatchObject({ restarts: 0, startedAtMs: null });
  expect(extra).toEqual(container('extra'));
});
