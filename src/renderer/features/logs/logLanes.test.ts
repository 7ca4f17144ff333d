import { expect, it } from 'vitest';
import { laneLabels } from './logLanes.ts';
import { testLane } from './testLines.ts';

const labels = (...lanes: ReturnType<typeof testLane>[]) => lanes.map(laneLabels(lanes));

it('tells lanes apart by no more than it takes', () => {
  expect(labels(testLane(), testLane({ name: 'db' }))).toEqual(['gateway', 'db']);
  expect(labels(testLane(), testLane({ serverName: 'gpu-2' }))).toEqual(['gpu-1 gateway', 'gpu-2 gateway']);
  expect(labels(testLane(), testLane({ stack: 'ph-shop' }), testLane({ stack: null }))).toEqual(['ai-gateway gateway', 'shop gateway', 'gateway']);
});

it('names files by the end of their path, unless two end alike', () => {
  const file = (name: string) => testLane({ kind: 'file', stack: null, name });
  expect(
    labels(file('/var/log/syslog'), file('/var/log/nginx/access.log'), file('/srv/access.log'), testLane({ kind: 'unit', stack: null, name: '-' })),
  ).toEqual(['syslog', '/var/log/nginx/access.log', '/srv/access.log', 'journal']);
});
