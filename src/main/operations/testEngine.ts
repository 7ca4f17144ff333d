import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import type { Strategy } from '../../shared/model/operation.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/openDatabase.ts';
import { createOperations } from './createOperations.ts';
import { type FakeRemoteFaults, fakeRemoteServer } from './fakeRemote.ts';
import type { CellContext, CellOutcome, OperationRequest, Operations } from './operations.ts';
import type { OperationsPorts } from './operationsPorts.ts';
import { decodePiece } from './utf8Rules.ts';

/** An engine over a real database and stand-in servers, one directory each. */
export interface TestEngine {
  operations: Operations;
  database: Database;
  directory: string;
  events: { event: string; fields: Record<string, unknown> }[];
  /** Directory of a stand-in server. */
  server(id: string): string;
  /** Ends the engine and closes its database. */
  close(): Promise<void>;
}

/** What the cells of a test do, by step. */
export type CellScripts = Record<string, (context: CellContext, spec: { text: string }) => Promise<CellOutcome>>;

const specSchema = z.object({ text: z.string() });

/**
 * Opens an engine in a directory with operations of kind `exec` (steps: the keys of `scripts`; those that begin with `undo` are ways
 * back, `undoAlso` after a cancellation too; a failure of those that begin with `try` stops nothing). Opened again in the same directory it is the next life of the core.
 */
export function testEngine(directory: string, scripts: CellScripts, ports: Partial<OperationsPorts> & { faults?: FakeRemoteFaults } = {}): TestEngine {
  const { faults, ...rest } = ports;
  const database = openDatabase({ directory });
  const events: TestEngine['events'] = [];
  const server = (id: string): string => {
    const path = join(directory, 'servers', id);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const operations = createOperations({
    ...{ database, directory },
    remoteServer: (id) => fakeRemoteServer(server(id), faults),
    log: (event, fields) => events.push({ event, fields }),
    jobEnding: { graceMs: 500, limitMs: 5000 },
    ...rest,
  });
  operations.register({
    kind: 'exec',
    spec: specSchema,
    steps: () =>
      Object.keys(scripts).map((id) => ({
        ...{ id, title: `Step ${id}`, runs: id.startsWith('undo') ? ('on-failure' as const) : ('always' as const) },
        ...(id.startsWith('undoAlso') && { afterCancel: true }),
        ...(id.startsWith('try') && { goesOn: true }),
      })),
    runCell: (spec, context) => {
      const script = scripts[context.stepId];
      if (script === undefined) throw new Error(`no script for ${context.stepId}`);
      return script(context, spec);
    },
  });
  const close = async (): Promise<void> => {
    await operations.close();
    database.close();
  };
  return { operations, database, directory, events, server, close };
}

let requests = 0;

/** A request of kind `exec` on servers named so. */
export function testRequest(servers: readonly string[], change: Partial<OperationRequest<{ text: string }>> = {}): OperationRequest<{ text: string }> {
  requests += 1;
  const strategy: Strategy = { kind: 'all', concurrency: 16 };
  return {
    requestId: `request-${process.pid}-${requests}` as RequestId,
    ...{ kind: 'exec', title: 'Test', subject: null, who: 'tester', strategy, mutates: false, spec: { text: 'hello' } },
    targets: servers.map((name) => ({ serverId: name as ServerId, name })),
    ...change,
  };
}

/** A cell that did what it should. */
export const done: CellOutcome = { state: 'done', detail: null };

/** The whole output of an operation, page by page, as bytes. */
export async function outputOf(operations: Operations, id: OperationId, filter: { serverId?: ServerId; stepId?: string } = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let afterSeq = -1; ; ) {
    const page = await operations.output(id, { afterSeq, limit: 100, ...filter });
    pieces.push(...page.entries.map(decodePiece));
    const last = page.entries.at(-1);
    if (last === undefined) return Buffer.concat(pieces);
    afterSeq = last.seq;
  }
}

/** Something that a test opens and cells wait for. */
export function latch(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
