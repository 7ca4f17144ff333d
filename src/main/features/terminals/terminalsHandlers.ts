import { os } from '../../rpc/procedures.ts';
import { terminalStream } from './terminalStream.ts';
import type { TerminalsService } from './terminalsService.ts';

/** Implements `terminals` of the contract. */
export function terminalsHandlers(service: TerminalsService) {
  const { recordings } = service;
  return {
    list: os.terminals.list.handler(() => ({ terminals: service.list() })),
    open: os.terminals.open.handler(async ({ input }) => ({ terminal: await service.open(input) })),
    attach: os.terminals.attach.handler(({ input, context, signal }) => terminalStream(context.client, service.session(input.id), input, signal)),
    write: os.terminals.write.handler(({ input }) => {
      service.write(input.id, input.data);
      return {};
    }),
    resize: os.terminals.resize.handler(({ input }) => {
      service.resize(input.id, input.cols, input.rows);
      return {};
    }),
    close: os.terminals.close.handler(({ input }) => {
      service.close(input.id);
      return {};
    }),
    record: os.terminals.record.handler(({ input }) => ({ terminal: service.record(input.id, input.on) })),
    recordings: os.terminals.recordings.handler(() => ({ recordings: recordings.list() })),
    recording: os.terminals.recording.handler(({ input }) => recordings.read(input.id, input.offset)),
    removeRecording: os.terminals.removeRecording.handler(({ input }) => {
      recordings.remove(input.id);
      return {};
    }),
    layout: os.terminals.layout.handler(() => ({ layout: service.layout() })),
    saveLayout: os.terminals.saveLayout.handler(({ input }) => {
      service.saveLayout(input.layout);
      return {};
    }),
  };
}
