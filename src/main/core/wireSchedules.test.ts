import { expect, test } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import type { WindowsService } from '../features/schedules/windowsService.ts';
import type { OperationRequest, Operations } from '../operations/operations.ts';
import { withinWindows } from './wireSchedules.ts';

class Engine {
  readonly #started: string[] = [];
  async start({ title }: { title: string }) {
    this.#started.push(title);
    return {};
  }
  get started() {
    return this.#started;
  }
}

const windows = {
  verdict: ({ name }: Server) => (name === 'live' ? { kind: 'closed', next: { window: 'night', atMs: 7, text: '"night" at 02:00 (UTC)' } } : { kind: 'free' }),
} as unknown as WindowsService;
const request = (change: Partial<OperationRequest<unknown>>) =>
  ({ kind: 'rollout', title: 'Deploy', mutates: true, targets: [{ serverId: 'live' as ServerId, name: 'live' }], ...change }) as OperationRequest<unknown>;

test('what interrupts a server outside of its windows is not begun; parts of a run, reading and other servers are', async () => {
  const engine = new Engine();
  const guarded = withinWindows(engine as unknown as Operations, windows, (id) => ({ name: id as string }) as Server);
  await expect(guarded.start(request({}))).rejects.toMatchObject({
    code: 'window.closed',
    data: { servers: '"live"', what: '"Deploy"', next: '"night" at 02:00 (UTC)', nextAtMs: 7 },
  });
  for (const kind of ['rollback', 'stack-down', 'stack-restart', 'stack-stop', 'model-update'] as const)
    await expect(guarded.start(request({ kind }))).rejects.toMatchObject({ code: 'window.closed' });
  expect(engine.started).toEqual([]);
  await guarded.start(request({ title: 'part', parentId: 'op_1' as never }));
  await guarded.start(request({ title: 'plan', mutates: false }));
  await guarded.start(request({ title: 'start', kind: 'stack-start' }));
  await guarded.start(request({ title: 'elsewhere', targets: [{ serverId: 'trial' as ServerId, name: 'trial' }] }));
  expect(engine.started).toEqual(['part', 'plan', 'start', 'elsewhere']);
  expect((guarded as unknown as Engine).started).toHaveLength(4);
});
