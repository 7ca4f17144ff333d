import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import { type OutputEntry, outputEntrySchema } from '../../shared/model/operation.ts';
import type { OperationOutputTable } from '../database/tables/operationTables.ts';
import type { OutputRepo } from './outputRepo.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { encodePiece } from './utf8Rules.ts';

/** Which output to read: what comes after `afterSeq`, of one server, step or stream where said. */
export interface OutputQuery {
  afterSeq: number;
  limit: number;
  serverId?: ServerId;
  stepId?: string;
  stream?: 'stdout' | 'stderr' | 'note';
}

/**
 * Reads a page of an operation's output in order of `seq`. `gapUntil`: entries up to and including it were wanted and are gone.
 */
export async function readOutput(
  ports: { repo: OutputRepo; directory: string },
  id: OperationId,
  query: OutputQuery,
): Promise<{ entries: OutputEntry[]; gapUntil: number | null }> {
  for (;;) {
    const dropped = ports.repo.droppedSeq(id);
    try {
      const entries = await readRows(new SegmentFiles(ports.directory, id), ports.repo.page(id, query));
      return { entries, gapUntil: dropped > query.afterSeq ? dropped : null };
    } catch (error) {
      // Retention may have taken the file between the look at the index and the reading; then the index has moved on.
      if (ports.repo.droppedSeq(id) === dropped) throw error;
    }
  }
}

async function readRows(files: SegmentFiles, rows: readonly OperationOutputTable[]): Promise<OutputEntry[]> {
  const entries: OutputEntry[] = [];
  for (let from = 0; from < rows.length; ) {
    const segment = rows[from]?.segment ?? 0;
    const end = rows.findIndex((row, index) => index > from && row.segment !== segment);
    const run = rows.slice(from, end === -1 ? rows.length : end);
    const pieces = await files.read(segment, run);
    entries.push(...run.map((row, index) => toEntry(row, pieces[index] ?? new Uint8Array())));
    from += run.length;
  }
  return entries;
}

function toEntry(row: OperationOutputTable, bytes: Uint8Array): OutputEntry {
  const place = { seq: row.seq, atMs: row.at_ms, serverId: row.server_id, stepId: row.step_id, phase: row.phase, stream: row.stream };
  return outputEntrySchema.parse({ ...place, ...encodePiece(bytes) });
}
