import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, type SerializedError } from '../../../shared/errors.ts';
import type { Attachment, ReportFormat, RunNote, TimelineEvent } from '../../../shared/model/evidence.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { OperationSummary, OutputEntry } from '../../../shared/model/operation.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RunRecords } from '../../operations/runRecords.ts';
import { openAttachmentStore } from './attachmentStore.ts';
import { EvidenceRepo } from './evidenceRepo.ts';
import { reportDocument } from './report/documentRules.ts';
import { type FrozenWorkflow, gatherReport, reportFileName } from './report/gatherReport.ts';
import { htmlReport } from './report/htmlReport.ts';
import { markdownReport } from './report/markdownReport.ts';
import { pdfInThread } from './report/pdfInThread.ts';
import type { RunReport } from './report/runReport.ts';
import { type OutputSearch, searchOutput } from './searchOutput.ts';
import { cleanFileName } from './sniffRules.ts';
import { timelineOf } from './timelineRules.ts';

/** What evidence needs from the rest of the core. */
export interface EvidencePorts {
  database: Database;
  /** Data directory; files lie in `attachments/` of it. */
  directory: string;
  /** Folder of the typefaces that PDF is set in. */
  fonts: string;
  operations: Pick<Operations, 'get' | 'list' | 'output'>;
  records: RunRecords;
  /** What a run of a workflow had frozen into it; null: it is no such run. */
  frozenWorkflow(spec: unknown): { workflow: FrozenWorkflow; definition: unknown } | null;
  partsIn(entry: OutputEntry): { part: string; exitCode: number | null }[];
  wording(error: SerializedError): { sentence: string; next: string };
  mask(text: string): string;
  who(): string;
  version: string;
  nowMs(): number;
}

/** A run, or a server or cell of it. */
export interface EvidencePlace {
  id: OperationId;
  serverId?: ServerId | undefined;
  stepId?: string | undefined;
}

/** What a run leaves behind beside its matrix. */
export interface EvidenceService {
  /** Throws `operation.not-found`. */
  show(id: OperationId): Promise<{ notes: RunNote[]; attachments: Attachment[]; timeline: TimelineEvent[]; timelineCut: boolean }>;
  /** Throws `operation.not-found`, `input.invalid` for a place that the run does not have. */
  note(request: EvidencePlace & { requestId: RequestId; text: string }): RunNote;
  /** Takes a piece of a file on its way. Throws `evidence.upload-broken`, `evidence.file-too-large`. */
  upload(uploadId: string, offset: number, data: string): Promise<number>;
  /** Throws what `note` throws, and `evidence.upload-broken`. */
  attach(request: EvidencePlace & { requestId: RequestId; uploadId: string; name: string; sha256: string }): Promise<Attachment>;
  /** Throws `evidence.file-not-found`, `evidence.file-damaged`. */
  download(id: string, offset: number): Promise<{ attachment: Attachment; data: string; nextOffset: number | null }>;
  search(
    query: {
      text: string;
      serverId?: ServerId | undefined;
      subject?: string | undefined;
      sinceMs?: number | undefined;
      untilMs?: number | undefined;
      limit: number;
    },
    signal?: AbortSignal,
  ): Promise<OutputSearch>;
  /** Throws `operation.not-found`. */
  report(id: OperationId, format: ReportFormat): Promise<{ name: string; type: string; data: Buffer }>;
  /** Removes files that no run has any more. */
  sweep(): Promise<void>;
}

const searchBudgetMs = 8000;
const maxRuns = 100_000;
const maxEvents = 5000;
const idAnswer = z.object({ id: z.string() });
const types: Record<ReportFormat, string> = {
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  json: 'application/json',
};

/** Makes the service. */
export function createEvidenceService(ports: EvidencePorts): EvidenceService {
  const { operations, records } = ports;
  const repo = new EvidenceRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const store = openAttachmentStore(join(ports.directory, 'attachments'));

  const checkPlace = ({ id, serverId, stepId }: EvidencePlace) => {
    const operation = operations.get(id);
    if (serverId !== undefined && !operation.targets.some((target) => target.serverId === serverId)) throw invalid('serverId', 'is no server of this run');
    if (stepId !== undefined && !operation.steps.some((step) => step.id === stepId)) throw invalid('stepId', 'is no step of this run');
    return { operationId: id, serverId: serverId ?? null, stepId: stepId ?? null };
  };
  const found = (id: string): Attachment => {
    const attachment = repo.attachment(id);
    if (attachment === undefined) throw new AppError('evidence.file-not-found', { id });
    return attachment;
  };
  const gather = async (id: OperationId): Promise<RunReport> => {
    const operation = operations.get(id);
    const frozen = ports.frozenWorkflow(records.spec(id));
    return gatherReport({
      ...{ operation, workflow: frozen?.workflow ?? null, frozenDefinition: frozen?.definition ?? null, answers: records.answers(id) },
      ...{ notes: repo.notes(id), attachments: repo.attachments(id), partsIn: ports.partsIn, wording: ports.wording, mask: ports.mask },
      output: (afterSeq, limit) => operations.output(id, { afterSeq, limit }),
      generated: { atMs: ports.nowMs(), by: ports.who(), version: ports.version },
    });
  };

  return {
    async show(id) {
      const operation = operations.get(id);
      const [notes, attachments, said] = [repo.notes(id), repo.attachments(id), await records.notes(id, { afterSeq: -1, limit: maxEvents })];
      const events = timelineOf({ operation, answers: records.answers(id), notes, attachments, said });
      return { notes, attachments, timeline: events.slice(0, maxEvents), timelineCut: events.length > maxEvents || said.length === maxEvents };
    },
    note({ requestId, text, ...place }) {
      const { id } = requests.once(requestId, 'evidence.note', idAnswer, () => {
        const note = { id: `note_${randomUUID()}`, ...checkPlace(place), text: ports.mask(text), who: ports.who(), atMs: ports.nowMs() };
        repo.addNote(note);
        return { id: note.id };
      });
      const note = repo.note(id);
      if (note === undefined) throw new Error(`the note ${id} is not there`);
      return note;
    },
    upload: (uploadId, offset, data) => store.receive(uploadId, offset, Buffer.from(data, 'base64')),
    async attach({ requestId, uploadId, name, sha256, ...place }) {
      const before = requests.answer(requestId, 'evidence.attach', idAnswer);
      if (before !== undefined) return found(before.id);
      const at = checkPlace(place);
      const clean = cleanFileName(name);
      const { size, type } = await store.keep(uploadId, { name: clean, sha256 });
      const { id } = requests.once(requestId, 'evidence.attach', idAnswer, () => {
        const attachment = { id: `att_${randomUUID()}`, ...at, name: clean, size, sha256, type, who: ports.who(), atMs: ports.nowMs() };
        repo.addAttachment(attachment);
        return { id: attachment.id };
      });
      return found(id);
    },
    async download(id, offset) {
      const attachment = found(id);
      const piece = await store.read(attachment, offset);
      const next = offset + piece.length;
      return { attachment, data: piece.toString('base64'), nextOffset: next < attachment.size && piece.length > 0 ? next : null };
    },
    search: ({ subject, serverId, ...query }, signal) => {
      const wanted = (run: OperationSummary) =>
        (subject === undefined || run.subject === subject) &&
        run.createdAtMs <= (query.untilMs ?? Number.POSITIVE_INFINITY) &&
        (run.finishedAtMs === null || run.finishedAtMs >= (query.sinceMs ?? 0));
      const runs = operations.list({ limit: maxRuns, ...(serverId !== undefined && { serverId }) }).filter(wanted);
      return searchOutput({ records, nowMs: ports.nowMs, signal }, runs, { ...query, serverId, budgetMs: searchBudgetMs });
    },
    async report(id, format) {
      const report = await gather(id);
      const data = await written(report, format, ports.fonts);
      return { name: reportFileName(operations.get(id), format), type: types[format], data };
    },
    sweep: () => store.sweep(repo.hashes()),
  };
}

async function written(report: RunReport, format: ReportFormat, fonts: string): Promise<Buffer> {
  switch (format) {
    case 'json':
      return Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
    case 'md':
      return Buffer.from(markdownReport(reportDocument(report)));
    case 'html':
      return Buffer.from(htmlReport(reportDocument(report)));
    case 'pdf':
      return pdfInThread({ document: reportDocument(report), fonts });
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
