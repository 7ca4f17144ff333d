import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { FilesService } from './filesService.ts';

/** Implements `files` of the contract. */
export function filesHandlers(service: FilesService) {
  return {
    list: os.files.list.handler(({ input, signal }) => service.list(input, signal)),
    read: os.files.read.handler(({ input, signal }) => service.read(input, signal)),
    save: os.files.save.handler(({ input }) => service.save(input)),
    makeDirectory: os.files.makeDirectory.handler(async ({ input }) => {
      await service.makeDirectory(input);
      return {};
    }),
    rename: os.files.rename.handler(async ({ input }) => {
      await service.rename(input);
      return {};
    }),
    remove: os.files.remove.handler(async ({ input }) => ({ operation: await service.remove(input) })),
    copy: os.files.copy.handler(async ({ input }) => ({ operation: await service.copy(input) })),
    watchTransfers: os.files.watchTransfers.handler(({ context, signal }) => stateStream(context.client, service.transfers, signal)),
    local: os.files.local.handler(({ input }) => service.local(input.path)),
  };
}
