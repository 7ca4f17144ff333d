import { expect, test } from 'vitest';
import type { GpuProcess } from '../collector/readGpuUsers.ts';
import { gpuProcessViews } from './gpuProcessViews.ts';

const process = (pid: number, more: Partial<GpuProcess> = {}): GpuProcess => ({
  uuid: 'GPU-1',
  pid,
  name: 'python3',
  vramBytes: null,
  containerId: null,
  ...more,
});
const id = '9f'.repeat(32);

test('processes are told by GPU, instance and container, those with most memory first', () => {
  const processes = [
    process(1, { name: null }),
    process(2, { vramBytes: 5, containerId: id }),
    process(3, { vramBytes: 9, uuid: 'MIG-1', containerId: 'ab'.repeat(32) }),
  ];
  const instances = [{ uuid: 'MIG-1', gpu: 'GPU-2', profile: '3g.20gb' }];
  expect(gpuProcessViews({ processes, instances, containers: new Map([[id, 'ph-chat-vllm-1']]) })).toEqual([
    { gpu: 'GPU-2', instance: '3g.20gb', pid: 3, name: 'python3', vramBytes: 9, container: 'abababababab' },
    { gpu: 'GPU-1', instance: null, pid: 2, name: 'python3', vramBytes: 5, container: 'ph-chat-vllm-1' },
    { gpu: 'GPU-1', instance: null, pid: 1, name: null, vramBytes: null, container: null },
  ]);
});

test('however many there are, they fit into a frame beside the readings', () => {
  const processes = Array.from({ length: 1000 }, (_, pid) => process(pid, { name: 'é'.repeat(120), containerId: id }));
  const views = gpuProcessViews({ processes, instances: [], containers: new Map() });
  expect(views.length).toBeGreaterThan(30);
  expect(Buffer.byteLength(JSON.stringify(views))).toBeLessThan(17 * 1024);
});
