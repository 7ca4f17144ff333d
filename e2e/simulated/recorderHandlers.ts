import { os } from '../../src/main/rpc/procedures.ts';
import type { World } from './world.ts';

/** Implements `recorder` of the contract: one server has a recorder, until it is taken off. */
export function recorderHandlers(world: World) {
  const recording = new Set(
    world.rows
      .values()
      .slice(0, 1)
      .map(({ server }) => server.id),
  );
  const start = (selector: string, confirm: string | undefined, kind: 'recorder-install' | 'recorder-remove', title: string) => {
    const rows = world.select(selector);
    world.guard(rows, confirm, selector, title);
    for (const { server } of rows) kind === 'recorder-install' ? recording.add(server.id) : recording.delete(server.id);
    return { operation: world.operations.start({ kind, title, subject: null, rows, steps: [{ id: 'recorder', title }], who: 'Mara' }) };
  };
  return {
    status: os.recorder.status.handler(({ input }) => ({
      servers: world.select(input.selector).map(({ server }) => {
        const head = { serverId: server.id, serverName: server.name, error: null };
        const nowMs = Date.now();
        if (!recording.has(server.id)) return { ...head, state: 'absent' as const, directory: null, bytes: 0, firstAtMs: null, lastAtMs: null };
        const directory = '/var/lib/pilothouse/recorder';
        return { ...head, state: 'recording' as const, directory, bytes: 23_400_000, firstAtMs: nowMs - 86_400_000, lastAtMs: nowMs - 9_000 };
      }),
    })),
    install: os.recorder.install.handler(({ input }) =>
      start(input.selector, input.confirm, 'recorder-install', 'Keep figures on the server while nobody reads them'),
    ),
    remove: os.recorder.remove.handler(({ input }) => start(input.selector, input.confirm, 'recorder-remove', 'Take the recorder off')),
  };
}
