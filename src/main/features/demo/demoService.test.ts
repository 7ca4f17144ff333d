import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { HostKey, ServerFields } from '../../../shared/model/server.ts';
import { createDemoService, type DemoServerRecord } from './demoService.ts';

const hostKey: HostKey = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };

function fixture(kind: 'namespaces' | 'directory' | 'none' = 'namespaces') {
  const saved = new Map<string, { fields: ServerFields; hostKeys: HostKey[] }>();
  const stops: unknown[] = [];
  const logged: string[] = [];
  let running = 0;
  let inUse = false;
  const fleet = {
    isolation: async () => ({ kind, reason: 'because' }),
    start: async (count: number): Promise<DemoServerRecord[]> => {
      running = count;
      return Array.from({ length: count }, (_, index) => ({
        ...{ name: `demo-${index}`, host: '127.0.0.1', port: 2200 + index, user: 'ops', clientKeyPath: '/data/demo/key' },
        ...{ hostKey, environment: 'staging' as const, tags: ['t4'], groups: ['lab'], sudo: 'nopasswd' as const },
      }));
    },
    stop: async (options?: { forget?: boolean }) => {
      stops.push(options ?? null);
      running = 0;
    },
    running: () => running,
  };
  const service = createDemoService({
    fleet,
    inventory: {
      putDemo: (fields, hostKeys) => saved.set(fields.name, { fields, hostKeys }),
      removeDemo: () => {
        if (inUse) throw new AppError('server.in-use', { name: 'demo-0', by: 'deploy' });
        saved.clear();
      },
      demoCount: () => saved.size,
    },
    log: (event) => logged.push(event),
  });
  return {
    ...{ service, saved, stops, logged, fleet },
    use: () => {
      inUse = true;
    },
  };
}

describe('the demo service', () => {
  it('saves every server with its own key pinned and the fleet key as its login', async () => {
    const { service, saved } = fixture();
    await expect(service.start(2)).resolves.toEqual({ serverNames: ['demo-0', 'demo-1'] });
    expect(saved.get('demo-1')).toEqual({
      fields: {
        ...{ name: 'demo-1', host: '127.0.0.1', port: 2201, user: 'ops', auth: { kind: 'key', path: '/data/demo/key' } },
        ...{ jump: null, environment: 'staging', tags: ['t4'], groups: ['lab'], sudo: 'nopasswd' },
      },
      hostKeys: [hostKey],
    });
    await expect(service.status()).resolves.toEqual({ available: true, reason: null, running: 2 });
  });

  it('says why demo servers cannot run, and starts none', async () => {
    const { service, saved } = fixture('none');
    await expect(service.status()).resolves.toEqual({ available: false, reason: 'because', running: 0 });
    await expect(service.start(1)).rejects.toMatchObject({ code: 'demo.unavailable', data: { reason: 'because' } });
    expect(saved.size).toBe(0);
  });

  it('says what is limited where servers run without isolation', async () => {
    await expect(fixture('directory').service.status()).resolves.toMatchObject({ available: true, reason: 'because' });
  });

  it('takes servers and files away on stop, and keeps both on close', async () => {
    const { service, saved, stops } = fixture();
    await service.start(1);
    await service.close();
    expect(saved.size).toBe(1);
    await service.stop();
    expect(saved.size).toBe(0);
    expect(stops).toEqual([null, { forget: true }]);
  });

  it('changes nothing when a server is in use', async () => {
    const { service, stops, use } = fixture();
    await service.start(1);
    use();
    await expect(service.stop()).rejects.toMatchObject({ code: 'server.in-use' });
    expect(stops).toEqual([]);
  });

  it('brings back as many servers as the inventory remembers, and only logs a failure', async () => {
    const { service, fleet, logged } = fixture();
    await service.resume();
    expect(fleet.running()).toBe(0);
    await service.start(3);
    await service.close();
    await service.resume();
    expect(fleet.running()).toBe(3);
    fleet.start = () => Promise.reject(new Error('no room'));
    await service.resume();
    expect(logged).toEqual(['demo.resume-failed']);
  });
});
