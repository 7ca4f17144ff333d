import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { SimulatedTerminal } from './simulatedTerminal.ts';
import type { World } from './world.ts';

/** The largest piece of a recording that is given at once, in bytes. */
const pieceBytes = 32 * 1024;

/** Terminals, recordings and the kept layout of a simulated core. */
export function terminalsHandlers(world: World) {
  const find = (id: string): SimulatedTerminal => {
    const found = world.terminals.get(id);
    if (!found) throw new AppError('terminal.not-found', { terminalId: id });
    return found;
  };
  return {
    list: os.terminals.list.handler(() => ({ terminals: [...world.terminals.values()].map((each) => each.terminal) })),
    open: os.terminals.open.handler(({ input }) => {
      world.byName(input.server);
      return { terminal: world.openTerminal(input.server, input.preset, input, input.of).terminal };
    }),
    attach: os.terminals.attach.handler(({ input, context, signal }) => find(input.id).stream(context.client, input.afterOffset, signal)),
    write: os.terminals.write.handler(({ input }) => {
      find(input.id).write(input.data);
      return {};
    }),
    resize: os.terminals.resize.handler(({ input }) => {
      find(input.id).resize(input.cols, input.rows);
      return {};
    }),
    close: os.terminals.close.handler(({ input }) => {
      find(input.id).close();
      world.terminals.delete(input.id);
      return {};
    }),
    record: os.terminals.record.handler(({ input }) => {
      const found = find(input.id);
      found.change({ recordingSinceMs: input.on ? Date.now() : null });
      return { terminal: found.terminal };
    }),
    recordings: os.terminals.recordings.handler(() => ({ recordings: world.recordings.map(({ text: _text, ...recording }) => recording) })),
    recording: os.terminals.recording.handler(({ input }) => {
      const found = world.recordings.find((each) => each.id === input.id);
      if (!found) throw new AppError('terminal.not-found', { terminalId: input.id });
      const bytes = Buffer.from(found.text);
      const end = Math.min(bytes.length, input.offset + pieceBytes);
      return { data: bytes.subarray(input.offset, end).toString('base64'), next: end < bytes.length ? end : null };
    }),
    removeRecording: os.terminals.removeRecording.handler(({ input }) => {
      world.recordings = world.recordings.filter((each) => each.id !== input.id);
      return {};
    }),
    layout: os.terminals.layout.handler(() => ({ layout: world.layout })),
    saveLayout: os.terminals.saveLayout.handler(({ input }) => {
      world.layout = input.layout;
      return {};
    }),
  };
}
