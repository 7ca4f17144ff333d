import { z } from 'zod';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { OutputEntry } from '../../shared/model/operation.ts';
import { type PersonAnswer, personAnswerSchema } from '../../shared/model/question.ts';
import type { Database } from '../database/database.ts';
import { parseJsonColumn } from '../database/jsonColumn.ts';
import { OutputRepo } from './outputRepo.ts';
import { readOutput } from './readOutput.ts';
import { SegmentFiles } from './segmentFiles.ts';

/** What a person answered in a cell, in which of its tries. */
export interface RunAnswer {
  serverId: ServerId;
  stepId: string;
  attempt: number;
  answer: PersonAnswer;
}

/** One piece of output as its index has it: where its bytes lie in their segment. */
export interface OutputPiece {
  seq: number;
  atMs: number;
  serverId: ServerId | null;
  stepId: string | null;
  phase: string | null;
  stream: 'stdout' | 'stderr' | 'note';
  position: number;
  length: number;
}

/** The journal as it is read by those who tell of past runs: nothing here changes it. */
export interface RunRecords {
  /** What was frozen when the operation was made; null: there is no such operation. */
  spec(id: OperationId): unknown;
  /** By time. */
  answers(id: OperationId): RunAnswer[];
  /** Everything that Pilothouse itself said in the output after `afterSeq`, at most `limit` entries. */
  notes(id: OperationId, options: { afterSeq: number; limit: number }): Promise<OutputEntry[]>;
  /** The output's segments that there still are, oldest first, with the seqs that they hold. */
  segments(id: OperationId): { segment: number; bytes: number; afterSeq: number; lastSeq: number }[];
  /** What the index knows of a segment, by position. */
  pieces(id: OperationId, segment: { afterSeq: number; lastSeq: number }): OutputPiece[];
  /** The bytes of a segment; null: retention has taken it. */
  segmentBytes(id: OperationId, segment: number): Promise<Buffer | null>;
}

/** Opens the journal of a data directory for reading. */
export function openRunRecords(database: Database, directory: string): RunRecords {
  const { query, file } = database;
  const repo = new OutputRepo(database);
  return {
    spec(id) {
      const row = database.first(query.selectFrom('operations').select('spec').where('id', '=', id));
      return row === undefined ? null : parseJsonColumn(z.unknown(), row.spec, { file, table: 'operations', column: 'spec', key: id });
    },
    answers(id) {
      const rows = database.all(query.selectFrom('operation_memory').selectAll().where('operation_id', '=', id).where('key', 'like', 'answer %'));
      const answers = rows.flatMap((row) => {
        // As `answerMark` of operationRun.ts writes it.
        const [, stepId, attempt] = /^answer (\S+) (\d+) /.exec(row.key) ?? [];
        const answer = personAnswerSchema.safeParse(
          parseJsonColumn(z.unknown(), row.value, { file, table: 'operation_memory', column: 'value', key: row.key }),
        );
        if (stepId === undefined || !answer.success) return [];
        return [{ serverId: row.server_id as ServerId, stepId, attempt: Number(attempt), answer: answer.data }];
      });
      return answers.sort((one, other) => one.answer.atMs - other.answer.atMs);
    },
    notes: async (id, { afterSeq, limit }) => (await readOutput({ repo, directory }, id, { afterSeq, limit, stream: 'note' })).entries,
    segments: (id) => {
      let afterSeq = -1;
      return repo.segments(id).map((extent) => {
        const segment = { ...extent, afterSeq };
        afterSeq = extent.lastSeq;
        return segment;
      });
    },
    pieces(id, { afterSeq, lastSeq }) {
      const rows = database.all(
        query.selectFrom('operation_output').selectAll().where('operation_id', '=', id).where('seq', '>', afterSeq).where('seq', '<=', lastSeq).orderBy('seq'),
      );
      return rows.map(({ seq, at_ms, server_id, step_id, phase, stream, position, length }) => ({
        ...{ seq, atMs: at_ms, serverId: server_id as ServerId | null, stepId: step_id, phase, stream, position, length },
      }));
    },
    segmentBytes: (id, segment) => new SegmentFiles(directory, id).whole(segment),
  };
}
