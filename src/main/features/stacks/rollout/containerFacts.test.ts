import { expect, test } from 'vitest';
import { parseFacts } from './containerFacts.ts';

// Printed by Docker 26.1.5 for a container that was killed at its limit and is being started again.
const line =
  '{"id":"9c1f","name":"/ph-breakable-worker-1","service":"worker","oneOff":"False","image":"busybox:1.36","restarts":5,"memory":50331648,"policy":"unless-stopped","state":{"Status":"restarting","Running":true,"Paused":false,"Restarting":true,"OOMKilled":true,"Dead":false,"Pid":0,"ExitCode":137,"Error":"","StartedAt":"2025-11-21T10:53:22.1Z","FinishedAt":"2025-11-21T10:53:22.9Z","Health":{"Status":"unhealthy","FailingStreak":0,"Log":[]}}}';

test('reads what Docker prints', () => {
  expect(parseFacts(`${line}\n`)).toEqual([
    {
      ...{ id: '9c1f', name: 'ph-breakable-worker-1', service: 'worker', image: 'busybox:1.36', state: 'restarting', health: 'none', exitCode: 137 },
      ...{ outOfMemory: true, restarts: 5, restartsAlways: true, memoryLimitBytes: 50_331_648, startError: '', startedAt: '2025-11-21T10:53:22.1Z' },
      healthOutput: '',
    },
  ]);
});

test('leaves containers of single commands out, and tells what it cannot read', () => {
  expect(parseFacts(line.replace('"oneOff":"False"', '"oneOff":"True"'))).toEqual([]);
  expect(parseFacts('')).toEqual([]);
  expect(parseFacts('Error: No such object')).toBeNull();
});

test('a health check speaks by its last words, and only while the container runs', () => {
  const running = line
    .replace('"Status":"restarting"', '"Status":"running"')
    .replace('"Log":[]', '"Log":[{"ExitCode":0,"Output":"old"},{"ExitCode":1,"Output":" not loaded\\n"}]');
  expect(parseFacts(running)?.[0]).toMatchObject({ health: 'unhealthy', healthOutput: 'not loaded', exitCode: null });
});
