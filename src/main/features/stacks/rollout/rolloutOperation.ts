import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { contentHash, renderedStackSchema } from '../definition/renderStack.ts';
import { judgePreflight, requireDocker } from '../plan/preflightRules.ts';
import { writeEnvFile } from '../release/envFileRules.ts';
import { resolveSecrets } from '../release/secretSource.ts';
import { uploadRelease } from '../release/uploadRelease.ts';
import { judgeContainers } from './gateRules.ts';
import { gateCell, pullCell, recordCell, restoreCell, switchCell, warmUpCell } from './rolloutCells.ts';
import { notes, openRun, type RolloutPorts, type RolloutRun, takeLock, unchangedOutcome } from './rolloutRun.ts';

/** What is frozen into the journal for a deploy: everything but the secrets. */
export const rolloutSpecSchema = z.object({
  stack: renderedStackSchema,
  /** By name of the server, where the stack is not the same on all: by environment, or by role. */
  perServer: z.record(z.string(), renderedStackSchema).optional(),
  /** Names of the secrets whose values were given with this deploy and wait in the laptop's store. */
  givenSecrets: z.array(z.string()),
  who: z.string(),
  note: z.string().nullable(),
});
export type RolloutSpec = z.infer<typeof rolloutSpecSchema>;

const always = 'always' as const;
const steps = [
  { id: 'preflight', title: 'Look at the server', runs: always },
  { id: 'lock', title: 'Take the deploy lock', runs: always },
  { id: 'upload', title: 'Upload the release', runs: always },
  { id: 'pull', title: 'Pull the images', runs: always },
  { id: 'switch', title: 'Switch and start', runs: always },
  { id: 'warm-up', title: 'Warm up', runs: always },
  { id: 'gate', title: 'Health gate', runs: always },
  { id: 'record', title: 'Record the release', runs: always },
  { id: 'restore', title: 'Bring the previous release back', runs: 'on-failure' as const },
];

/** A deploy as the matrix engine sees it. */
export function rolloutOperation(ports: RolloutPorts): OperationType<RolloutSpec> {
  return {
    kind: 'rollout',
    spec: rolloutSpecSchema,
    steps: () => steps,
    async runCell(whole, context) {
      const spec = { ...whole, stack: whole.perServer?.[context.serverName] ?? whole.stack };
      const open = () => openRun(ports, context, { stackId: spec.stack.stackId, who: spec.who });
      if (context.stepId === 'restore') return restoreCell(context, open);
      const run = await open();
      switch (context.stepId) {
        case 'preflight':
          return preflightCell(run, spec);
        case 'lock':
          return lockCell(run, `deploys ${spec.stack.title}`);
        case 'upload':
          return uploadCell(run, spec);
        case 'pull':
          return pullCell(run, 'always');
        case 'switch':
          return switchCell(run);
        case 'warm-up':
          return warmUpCell(run);
        case 'gate':
          return gateCell(run);
        case 'record':
          return recordCell(run);
        default:
          throw new Error(`a rollout has no step ${context.stepId}`);
      }
    },
  };
}

/** Takes the deploy lock, unless nothing is to be done. */
export async function lockCell(run: RolloutRun, why: string): Promise<CellOutcome> {
  const unchanged = unchangedOutcome(run.context);
  if (unchanged !== null) return unchanged;
  await takeLock(run, why);
  return { state: 'done', detail: 'held' };
}

async function preflightCell(run: RolloutRun, spec: RolloutSpec): Promise<CellOutcome> {
  const { context, server } = run;
  context.phase('check');
  const found = await server.preflight();
  requireDocker(found, server.serverName);
  const { shortfalls, unknowns } = judgePreflight(found, spec.stack);
  if (shortfalls.length > 0) throw new AppError('stack.requirement-unmet', { server: server.serverName, shortfalls: shortfalls.slice(0, 20) });
  const same = await alreadyRuns(run, spec);
  if (same !== null) {
    context.memory.set('unchanged', same);
    return { state: 'satisfied', detail: `${same} is this already and healthy` };
  }
  const unknown = unknowns.length === 0 ? '' : `; unknown: ${unknowns.join(', ')}`;
  return { state: 'done', detail: `Docker ${found.dockerVersion}, Compose ${found.composeVersion}${unknown}` };
}

/** Name of the current release where it has exactly this content and is healthy. */
async function alreadyRuns(run: RolloutRun, spec: RolloutSpec): Promise<string | null> {
  const { server, ports } = run;
  const { current } = await server.state();
  if (current === null || current.state !== 'current') return null;
  const secrets = await resolveSecrets(spec.stack, {
    ...secretOptions(run, spec),
    onServer: await server.secretsOf(current.id),
    store: ports.secrets,
    generate: false,
  });
  if (secrets === null || contentHash(spec.stack, writeEnvFile(secrets)) !== current.contentHash) return null;
  const verdict = judgeContainers(
    current.services.map(({ name }) => name),
    await server.containers(),
  );
  return verdict.state === 'passed' ? current.id : null;
}

async function uploadCell(run: RolloutRun, spec: RolloutSpec): Promise<CellOutcome> {
  const { context, server, ports } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  context.phase('apply');
  const head = await context.effect('choose', 'read', async () => {
    const state = await server.state();
    return { id: `r${state.nextNumber}`, previous: state.current?.id ?? null, createdAtMs: Date.now() };
  });
  context.memory.set('release', head.id);
  context.memory.set('previous', head.previous);
  const onServer = head.previous === null ? await secretsOfNewest(run) : await server.secretsOf(head.previous);
  const secrets = (await resolveSecrets(spec.stack, { ...secretOptions(run, spec), onServer, store: ports.secrets, generate: true })) ?? {};
  await context.effect('upload', 'idempotent', async () => {
    await uploadRelease(run, spec.stack, { id: head.id, createdAtMs: head.createdAtMs, note: spec.note }, secrets);
    return head.id;
  });
  return { state: 'done', detail: `${notes.release(context)} in ${server.directory}` };
}

/** After a \`down\` nothing is current, and the volumes still know the secrets of the last release. */
async function secretsOfNewest(run: RolloutRun): Promise<Record<string, string>> {
  const newest = (await run.server.state()).releases.find((release) => release.state === 'superseded');
  return newest === undefined ? {} : run.server.secretsOf(newest.id);
}

function secretOptions(run: RolloutRun, spec: RolloutSpec): { serverName: string; given: readonly string[] } {
  return { serverName: run.context.serverName, given: spec.givenSecrets };
}

/** Kinds of steps that other stack operations share with a rollout, by id. */
export function sharedStep(id: string): (typeof steps)[number] {
  const found = steps.find((step) => step.id === id);
  if (found === undefined) throw new Error(`a rollout has no step ${id}`);
  return found;
}
