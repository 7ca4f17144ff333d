import { expect, test } from 'vitest';
import { planScratch, wordsEnv } from './scratchRules.ts';

const inspected = (changes: { Config?: object; HostConfig?: object; Mounts?: object[] } = {}) =>
  JSON.stringify([
    {
      Image: 'sha256:1f0c',
      Config: {
        Env: ['POSTGRES_PASSWORD=secret', 'PATH=/bin'],
        Cmd: ['postgres', '-c', 'x = "a b"'],
        Entrypoint: ['docker-entrypoint.sh'],
        User: '',
        WorkingDir: '/',
        ...changes.Config,
      },
      HostConfig: {
        Memory: 0,
        NanoCpus: 500_000_000,
        ShmSize: 67_108_864,
        Init: true,
        RestartPolicy: { Name: 'always' },
        Tmpfs: { '/tmp': 'size=1m' },
        ...changes.HostConfig,
      },
      Mounts: changes.Mounts ?? [
        { Type: 'volume', Source: '/var/lib/docker/volumes/ph-shop_db/_data', Destination: '/data', RW: true },
        { Type: 'bind', Source: '/srv/uploads', Destination: '/uploads', RW: true },
        { Type: 'bind', Source: '/etc/shop', Destination: '/etc/shop', RW: false },
      ],
    },
  ]);

test('a scratch container has image and settings of the other, and nothing that it could write to or be reached by', () => {
  const plan = planScratch(inspected(), { online: false });
  if (typeof plan === 'string') throw new Error(plan);
  const words = plan.words.join(' ');
  expect(words).toContain('--network none');
  expect(words).toContain('--volume /data --volume /uploads --volume /etc/shop:/etc/shop:ro');
  expect(words).not.toContain('ph-shop_db');
  expect(words).not.toContain('/srv/uploads');
  expect(words).toContain('--init --cpus 0.5 --shm-size 67108864');
  expect(words).toContain('--restart unless-stopped');
  expect(words).not.toContain('--publish');
  expect(plan.words.slice(-5)).toEqual(['docker-entrypoint.sh', 'sha256:1f0c', 'postgres', '-c', 'x = "a b"']);
  expect(plan.volumes).toEqual(['/data', '/uploads']);
});

test('secrets of its environment are in no word', () => {
  const plan = planScratch(inspected(), { online: true });
  if (typeof plan === 'string') throw new Error(plan);
  expect(plan.words.join(' ')).not.toContain('secret');
  expect(plan.words.join(' ')).toContain('--network bridge');
  expect(plan.environment).toBe('POSTGRES_PASSWORD=secret\nPATH=/bin\n');
});

test('what cannot be carried over is said', () => {
  expect(planScratch(inspected({ Config: { Env: ['KEY=a\nb'] } }), { online: false })).toBe('the variable KEY of its container holds a line break');
  expect(planScratch('nothing', { online: false })).toContain('cannot be read');
});

test('it is ready by its own health check, in either form', () => {
  const ready = (test: string[]) => {
    const plan = planScratch(inspected({ Config: { Healthcheck: { Test: test } } }), { online: false });
    return typeof plan === 'string' ? plan : plan.ready;
  };
  expect(ready(['CMD', 'redis-cli', 'ping'])).toEqual(['redis-cli', 'ping']);
  expect(ready(['CMD-SHELL', 'pg_isready -q'])).toEqual(['sh', '-c', 'pg_isready -q']);
  expect(ready(['NONE'])).toEqual([]);
});

test('words reach a script as variables, whatever is in them', () => {
  expect(wordsEnv(['a b', '$x\n"'])).toEqual({ PH_WORDS: '2', PH_WORD_1: 'a b', PH_WORD_2: '$x\n"' });
});
