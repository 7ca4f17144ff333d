import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Facts } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { factsScript, factsTimeoutMs } from '../../commands/factsScript.ts';
import { parseFacts } from '../../commands/parseFacts.ts';
import type { CellContext, OperationType } from '../../operations/operations.ts';
import type { ExecResult } from '../../remote/remote.ts';
import type { FactsDifference } from './factsChanges.ts';
import { changesSummary, factsSummary } from './factsSummary.ts';

const factsSpecSchema = z.object({});
export type FactsSpec = z.infer<typeof factsSpecSchema>;

/** What reading facts needs. */
export interface FactsOperationPorts {
  byId(id: ServerId): Server;
  /** Keeps them, and says what is otherwise than it was. */
  save(id: ServerId, facts: Facts): readonly FactsDifference[];
  nowMs(): number;
}

/** The kind of operation that reads facts: one step per server, read-only. What could not be read is told as notes. */
export function factsOperation(ports: FactsOperationPorts): OperationType<FactsSpec> {
  return {
    kind: 'facts',
    spec: factsSpecSchema,
    steps: () => [{ id: 'facts', title: 'Read facts', runs: 'always' }],
    async runCell(_spec, context) {
      context.phase('run');
      const facts = await readFacts(ports.byId(context.serverId), context, ports.nowMs);
      const differences = ports.save(context.serverId, facts);
      for (const { what, why } of facts.unknowns) await context.output('note', `Unknown: ${what} (${why})\n`);
      for (const { title, before, after, important } of differences) {
        await context.output('note', `${important ? 'Important change' : 'Changed'}: ${title}: ${before ?? 'nothing'} → ${after ?? 'gone'}\n`);
      }
      return { state: 'done', detail: [factsSummary(facts), ...changesSummary(differences)].join(' · ') };
    },
  };
}

async function readFacts(server: Server, context: CellContext, nowMs: () => number): Promise<Facts> {
  const result = server.sudo === 'password' ? await withPassword(context) : await run(context, {});
  if (result.exitCode !== 0) {
    const output = (result.stderr || result.stdout).slice(-2000);
    throw new AppError('remote.command-failed', { server: server.name, what: 'reading facts', exitCode: result.exitCode, signal: result.signal, output });
  }
  return parseFacts(result.stdout, { server: server.name, collectedAtMs: nowMs() });
}

/** With its password sudo sees everything; where that fails, what the login sees by itself is better than nothing. */
async function withPassword(context: CellContext): Promise<ExecResult> {
  try {
    return await run(context, { sudo: true, env: { PH_VIA_SUDO: '1' } });
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('sudo.')) throw error;
    await context.output('note', `Read without root, because sudo was refused (${error.code}).\n`);
    return run(context, {});
  }
}

function run(context: CellContext, how: { sudo?: boolean; env?: Record<string, string> }): Promise<ExecResult> {
  return context.remote.exec({ script: factsScript, lane: 'control', timeoutMs: factsTimeoutMs, signal: context.signal, ...how });
}
