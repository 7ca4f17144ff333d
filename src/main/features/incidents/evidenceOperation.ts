import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { OperationType } from '../../operations/operations.ts';
import { evidenceParts } from './evidenceScripts.ts';

const specSchema = z.object({ incident: z.string(), sudo: z.record(z.string(), z.boolean()) });
/** What is collected for; by server, whether as root. */
export type EvidenceSpec = z.infer<typeof specSchema>;

const timeoutMs = 180_000;

/** Collects evidence: one step for each part, on all servers at once; what cannot be had on one keeps nothing else from being had. */
export function evidenceOperation(): OperationType<EvidenceSpec> {
  return {
    kind: 'incident-evidence',
    spec: specSchema,
    steps: () => evidenceParts.map(({ id, title }) => ({ id, title, runs: 'always', goesOn: true })),
    async runCell({ sudo }, context) {
      const part = evidenceParts.find(({ id }) => id === context.stepId);
      if (part === undefined) throw new Error(`there is no evidence ${context.stepId}`);
      context.phase('run');
      const { exitCode, tail } = await context.job('collect', { script: part.script, sudo: sudo[context.serverId] ?? false, timeoutMs });
      if (exitCode === 0) return { state: 'done', detail: null, exitCode };
      throw new AppError('remote.command-failed', { server: context.serverName, what: part.title, exitCode, signal: null, output: tail.slice(-2000) });
    },
  };
}
