import { os } from '../../rpc/procedures.ts';
import type { EvidenceService } from './evidenceService.ts';

/** Implements `evidence` of the contract. */
export function evidenceHandlers(service: EvidenceService) {
  return {
    show: os.evidence.show.handler(({ input }) => service.show(input.id)),
    note: os.evidence.note.handler(({ input }) => ({ note: service.note(input) })),
    upload: os.evidence.upload.handler(async ({ input }) => ({ received: await service.upload(input.uploadId, input.offset, input.data) })),
    attach: os.evidence.attach.handler(async ({ input }) => ({ attachment: await service.attach(input) })),
    download: os.evidence.download.handler(({ input }) => service.download(input.attachmentId, input.offset)),
    search: os.evidence.search.handler(({ input, signal }) => service.search(input, signal)),
    report: os.evidence.report.handler(async ({ input }) => {
      const { data, ...report } = await service.report(input.id, input.format);
      return { ...report, data: data.toString('base64') };
    }),
  };
}
