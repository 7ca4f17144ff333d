import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { reportDocument } from '../../src/main/features/evidence/report/documentRules.ts';
import { gatherReport, reportFileName } from '../../src/main/features/evidence/report/gatherReport.ts';
import { htmlReport } from '../../src/main/features/evidence/report/htmlReport.ts';
import { markdownReport } from '../../src/main/features/evidence/report/markdownReport.ts';
import { pdfReport, readPdfFonts } from '../../src/main/features/evidence/report/pdfReport.ts';
import { searchOutput } from '../../src/main/features/evidence/searchOutput.ts';
import { sniffType } from '../../src/main/features/evidence/sniffRules.ts';
import { timelineOf } from '../../src/main/features/evidence/timelineRules.ts';
import { readScriptNotes } from '../../src/main/features/workflows/steps/scriptNote.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import { errorWording } from '../../src/shared/errorWording.ts';
import { type Attachment, attachmentPieceBytes, type RunNote } from '../../src/shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../src/shared/model/ids.ts';
import type { World } from './world.ts';

const fonts = join(import.meta.dirname, '../../resources/fonts');

/** Implements `evidence` of the contract over what the simulated operations printed; notes and files are held in memory. */
export function evidenceHandlers(world: World) {
  const notes: RunNote[] = [];
  const attachments: Attachment[] = [];
  const uploads = new Map<string, Buffer>();
  const files = new Map<string, Buffer>();
  let number = 0;
  const common = (input: { id: OperationId; serverId?: ServerId | undefined; stepId?: string | undefined }) => {
    world.operations.get(input.id);
    number += 1;
    return { operationId: input.id, serverId: input.serverId ?? null, stepId: input.stepId ?? null, who: world.settings.displayName, atMs: Date.now() };
  };
  const of = (id: OperationId) => ({
    notes: notes.filter((note) => note.operationId === id),
    attachments: attachments.filter((file) => file.operationId === id),
  });
  const run = 'op_run0000000000000' as OperationId;
  const seed = world.operations.list().find(({ id }) => id === run);
  if (seed !== undefined) {
    const atMs = seed.createdAtMs + 240_000;
    const place = { operationId: run, serverId: seed.targets[0]?.serverId ?? null, stepId: 'packages-up-to-date', who: 'Jonas' };
    notes.push({ id: 'note_1', ...place, text: 'The mirror answered slowly; two packages came from the cache.', atMs });
    const bytes = Buffer.from('Listening on 22 and 443 alone.\n');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.set('att_1', bytes);
    attachments.push({ id: 'att_1', ...place, name: 'ports-from-outside.txt', size: bytes.length, sha256, type: 'text/plain', atMs: atMs + 60_000 });
  }
  const gather = (id: OperationId) => {
    const operation = world.operations.get(id);
    return gatherReport({
      ...{
        operation,
        workflow: null,
        frozenDefinition: null,
        answers: [],
        ...of(id),
        partsIn: readScriptNotes,
        wording: errorWording,
        mask: (text: string) => text,
      },
      output: async (afterSeq) => ({ entries: world.operations.entries(id).filter(({ seq }) => seq > afterSeq), gapUntil: null }),
      generated: { atMs: Date.now(), by: world.settings.displayName, version: '0.1.0' },
    });
  };
  return {
    show: os.evidence.show.handler(({ input: { id } }) => {
      const said = world.operations.entries(id).filter(({ stream }) => stream === 'note');
      return { ...of(id), timeline: timelineOf({ operation: world.operations.get(id), answers: [], ...of(id), said }), timelineCut: false };
    }),
    note: os.evidence.note.handler(({ input }) => {
      const note = { ...common(input), id: `note_n${number}`, text: input.text };
      notes.push(note);
      return { note };
    }),
    upload: os.evidence.upload.handler(({ input }) => {
      const bytes = Buffer.concat([input.offset === 0 ? Buffer.alloc(0) : (uploads.get(input.uploadId) ?? Buffer.alloc(0)), Buffer.from(input.data, 'base64')]);
      uploads.set(input.uploadId, bytes);
      return { received: bytes.length };
    }),
    attach: os.evidence.attach.handler(({ input }) => {
      const bytes = uploads.get(input.uploadId) ?? Buffer.alloc(0);
      const attachment = { ...common(input), id: `att_n${number}`, name: input.name, size: bytes.length, sha256: input.sha256, type: sniffType(bytes) };
      attachments.push(attachment);
      files.set(attachment.id, bytes);
      return { attachment };
    }),
    download: os.evidence.download.handler(({ input }) => {
      const attachment = attachments.find(({ id }) => id === input.attachmentId);
      if (attachment === undefined) throw new AppError('evidence.file-not-found', { id: input.attachmentId });
      const end = input.offset + attachmentPieceBytes;
      const bytes = files.get(attachment.id) ?? Buffer.alloc(0);
      return { attachment, data: bytes.subarray(input.offset, end).toString('base64'), nextOffset: end < bytes.length ? end : null };
    }),
    search: os.evidence.search.handler(({ input }) =>
      searchOutput({ records: simulatedRecords(world), nowMs: Date.now }, world.operations.list(), { ...input, budgetMs: 2000 }),
    ),
    report: os.evidence.report.handler(async ({ input: { id, format } }) => {
      const report = await gather(id);
      const layout = reportDocument(report);
      const data =
        format === 'json'
          ? Buffer.from(JSON.stringify(report))
          : format === 'pdf'
            ? await pdfReport(layout, await readPdfFonts(fonts))
            : Buffer.from(format === 'md' ? markdownReport(layout) : htmlReport(layout));
      return {
        name: reportFileName(world.operations.get(id), format),
        type: format === 'pdf' ? 'application/pdf' : 'text/plain',
        data: data.toString('base64'),
      };
    }),
  };
}

/** The output of simulated operations as one segment each. */
function simulatedRecords(world: World): Parameters<typeof searchOutput>[0]['records'] {
  const bytesOf = (id: OperationId) => world.operations.entries(id).map(({ data, encoding }) => Buffer.from(data, encoding));
  return {
    segments: (id) => [{ segment: 1, bytes: Buffer.concat(bytesOf(id)).length, afterSeq: -1, lastSeq: world.operations.entries(id).length }],
    segmentBytes: async (id) => Buffer.concat(bytesOf(id)),
    pieces: (id) => {
      let position = 0;
      return world.operations.entries(id).map((entry) => {
        const length = Buffer.from(entry.data, entry.encoding).length;
        const piece = { ...entry, position, length };
        position += length;
        return piece;
      });
    },
  };
}
