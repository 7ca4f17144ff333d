import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { ServerSpec } from '../fleet/host/serverSpec.ts';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

/** A server of the fleet on which workflows of applications are run. */
export interface ApplicationRun {
  server: FleetServer;
  core: FlowCore;
  /** Runs a workflow to its end, answers what it asks, and prints how each step ended. */
  run(id: string, inputs?: Record<string, string>, options?: { checkOnly?: boolean }): Promise<Operation>;
  /** Ends this life of the core, and opens the next one. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server and a core that knows its facts, after `prepare`. */
export async function openApplicationRun(
  spec: Omit<ServerSpec, 'kind'>,
  prepare: (server: FleetServer) => Promise<unknown> = async () => {},
): Promise<ApplicationRun> {
  const fleet = await ensureFleet();
  const server = await fleet.startServer({ kind: 'prov', ...spec });
  await server.waitForSystem();
  await prepare(server);
  const directory = await mkdtemp(join(tmpdir(), 'application-'));
  const open = async () => {
    const opened = await openFlowCore(directory, server);
    await opened.readFacts();
    return opened;
  };
  let core = await open();
  return {
    server,
    get core() {
      return core;
    },
    async reopen() {
      await core.close();
      core = await open();
    },
    async run(id, inputs = {}, { checkOnly = false } = {}) {
      const started = await core.workflows.run({ requestId: newRequest(), id, selector: server.name, inputs, checkOnly });
      const stop = core.operations.onChange((changed) => {
        if (changed === started.id) answerAll(core, started.id);
      });
      answerAll(core, started.id);
      const ended = await core.operations.finished(started.id);
      stop();
      console.log(`${id}${checkOnly ? ' (check only)' : ''}: ${ended.state} in ${seconds(ended)} s\n${ended.cells.map(line).join('\n')}`);
      return ended;
    },
    async close() {
      await core.close();
      await fleet.removeAll();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The line that the matrix shows of a step. */
export function detailOf(operation: Operation, stepId: string): string {
  return operation.cells.find((cell) => cell.stepId === stepId)?.detail ?? '';
}

/** Steps that failed or were found not to be as they should, in order. */
export function notWell(operation: Operation): string[] {
  return operation.cells.filter(({ state, exitCode }) => state === 'failed' || (state !== 'satisfied' && exitCode === 1)).map(({ stepId }) => stepId);
}

function seconds({ createdAtMs, finishedAtMs }: Operation): string {
  return (((finishedAtMs ?? createdAtMs) - createdAtMs) / 1000).toFixed(1);
}

function line({ stepId, state, detail, error }: Operation['cells'][number]): string {
  return `  ${stepId}: ${state}${detail === null ? '' : ` — ${detail}`}${error === null ? '' : ` ${JSON.stringify(error)}`}`;
}

/** As a person would: yes, the first choice, and some words. */
function answerAll(core: FlowCore, id: OperationId): void {
  for (const { serverId, stepId, state, question } of core.operations.get(id).cells) {
    if (state !== 'waiting' || question === undefined) continue;
    const value = { confirm: 'yes', choice: question.choices?.[0] ?? '', text: 'seen', evidence: 'done', approval: 'approved' }[question.kind];
    const answer = { value, note: 'seen on the test server', who: 'Grace', atMs: Date.now() };
    // Two changes in a row ask for the same answer twice; the second one finds nobody waiting.
    void core.operations.answer(id, [serverId], stepId, answer).catch(() => {});
  }
}
