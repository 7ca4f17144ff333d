import { os } from '../../rpc/procedures.ts';
import type { DocumentsService } from './documentsService.ts';

/** Implements `documents` of the contract. */
export function documentsHandlers(service: DocumentsService) {
  return {
    list: os.documents.list.handler(({ input }) => ({ documents: service.list(input.query) })),
    get: os.documents.get.handler(({ input }) => service.get(input.name, input.version)),
    add: os.documents.add.handler(({ input }) => service.add(input)),
    edit: os.documents.edit.handler(({ input }) => service.edit(input)),
    remove: os.documents.remove.handler(({ input }) => {
      service.remove(input);
      return {};
    }),
  };
}
