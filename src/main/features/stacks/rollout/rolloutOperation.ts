import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { contentHash, renderedStackSchema } from '../definition/renderStack.ts';
import { planMarkSchema, refuseStalePlan } from '../plan/planMark.ts';
import { judgePreflight, requireDocker } from '../plan/preflightRules.ts';
import { writeEnvFile } from '../release/envFileRules.ts';
import { resolveSecrets, stillKnown } from '../release/secretSource.ts';
import { uploadRelease } from '../release/uploadRelease.ts';
import { judgeContainers } from './gateRules.ts';
import { restoreCell } from './restoreCell.ts';
import { notes, openRun, type RolloutPorts, type RolloutRun, unchangedOutcome } from './rolloutRun.ts';
import { runSharedStep, sharedSteps } from './rolloutSteps.ts';

/** What is frozen into the journal for a deploy: everything but the secrets. */
export const rolloutSpecSchema = z.object({
  stack: renderedStackSchema,
  /** By name of the server, where the stack is not the same on all: by environment, or by role. */
  perServer: z.record(z.string(), renderedStackSchema).optional(),
  /** Names of the secrets whose values were given with this deploy and wait in the laptop's store. */
  givenSecrets: z.array(z.string()),
  who: z.string(),
  note: z.string().nullable(),
  /** By name of the server: what the plan was made for that alone is to be carried out. */
  marks: z.record(z.string(), planMarkSchema).optional(),
  /** Seconds that the release is watched; absent: the setting. */
  soakS: z.int().min(0).optional(),
});
export type RolloutSpec = z.infer<typeof rolloutSpecSchema>;

const { preflight, lock, restore, ...rest } = sharedSteps;
const steps = [preflight, lock, { id: 'upload', title: 'Upload the release', runs: 'always' as const }, ...Object.values(rest), restore];

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
      if (context.stepId === 'preflight') return preflightCell(run, spec);
      const why = `deploys ${spec.stack.title}`;
      const outcome = await runSharedStep(run, { why, pull: 'always', soakS: spec.soakS });
      const mark = context.stepId === 'lock' ? spec.marks?.[context.serverName] : undefined;
      if (mark !== undefined && unchangedOutcome(context) === null) await refuseStalePlan(run.server, mark);
      return outcome ?? uploadCell(run, spec);
    },
  };
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
    onServer: stillKnown(spec.stack, await server.secretsOf(current.id), current.createdAtMs),
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
  const onServer = await secretsOnServer(run, spec, head.previous);
  const secrets = (await resolveSecrets(spec.stack, { ...secretOptions(run, spec), onServer, store: ports.secrets, generate: true })) ?? {};
  await context.effect('upload', 'idempotent', async () => {
    await uploadRelease(run, spec.stack, { id: head.id, createdAtMs: head.createdAtMs, note: spec.note }, secrets);
    return head.id;
  });
  return { state: 'done', detail: `${notes.release(context)} in ${server.directory}` };
}

/** Secrets of what runs. After a `down` nothing is current, and the volumes still know the secrets of the last release. */
async function secretsOnServer({ server }: RolloutRun, spec: RolloutSpec, previous: string | null): Promise<Record<string, string>> {
  const { releases } = await server.state();
  const from = releases.find((release) => (previous === null ? release.state === 'superseded' : release.id === previous));
  return from === undefined ? {} : stillKnown(spec.stack, await server.secretsOf(from.id), from.createdAtMs);
}

function secretOptions(run: RolloutRun, spec: RolloutSpec): { serverName: string; given: readonly string[] } {
  return { serverName: run.context.serverName, given: spec.givenSecrets };
}
