import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { OperationType } from '../../../operations/operations.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { execScript } from '../release/stackScripts.ts';
import { runGates } from '../rollout/gateRunner.ts';
import type { RolloutPorts, RolloutRun } from '../rollout/rolloutRun.ts';
import { downSpecSchema } from './lifecycleOperations.ts';
import { lockedOperation } from './lockedOperation.ts';
import { isKept, keptName, withTag } from './modelRules.ts';
import { type Ollama, openOllama } from './ollama.ts';
import { currentOf } from './serviceOperations.ts';

const modelUpdateSpecSchema = downSpecSchema.extend({ model: z.string(), service: z.string().nullable() });
/** What is frozen into the journal for an update of a model. `service` null: the one that holds it. */
export type ModelUpdateSpec = z.infer<typeof modelUpdateSpecSchema>;

const pullLimitMs = 4 * 3_600_000;

/**
 * Pulls a model anew in its Ollama service. The old one keeps a name of its own, is taken out of memory once the new one is there, and comes
 * back where a chat gate of the stack does not pass with the new one: then `stack.gate-failed` is thrown.
 */
export function modelUpdateOperation(ports: RolloutPorts): OperationType<ModelUpdateSpec> {
  return lockedOperation(ports, {
    kind: 'model-update',
    spec: modelUpdateSpecSchema,
    step: { id: 'update', title: 'Update the model' },
    why: (spec) => `updates ${spec.model} of ${spec.title}`,
    async work(run, spec) {
      const { context } = run;
      const release = await currentOf(run, spec.service === null ? [] : [spec.service]);
      const { service, ollama } = await holder(run, release, spec);
      const name = withTag(spec.model);
      const kept = keptName(name);
      const digest = async () => (await ollama.list()).find((model) => model.name === name)?.digest ?? null;
      const before = await context.effect('before', 'read', digest);
      // In a later life the pull may have put the new one under the name already.
      if (before !== null && !context.started('pull')) await ollama.copy(name, kept);
      context.phase('apply', `pulling ${name}`);
      await context.output('note', `${name} is ${before ?? 'not there yet'}.\n`);
      const env = { ...run.server.place(release.id, release).env, PH_SERVICE: service, PH_COMMAND: ['ollama', 'pull', name].join('\n') };
      const pulled = await context.job('pull', { script: execScript, env, sudo: run.server.sudo, timeoutMs: pullLimitMs });
      if (pulled.exitCode !== 0)
        throw new AppError('stack.pull-failed', {
          server: run.server.serverName,
          image: name,
          reason: pulled.tail.trim().split('\n').at(-1)?.slice(0, 500) ?? '',
        });
      const after = await digest();
      if (after === before) return { state: 'satisfied', detail: `${name} is ${short(after)} already` };
      await ollama.unload(name);
      await context.output('note', `${name} was ${before ?? 'not there'} and is ${after ?? 'not there'} now.\n`);
      context.phase('gate');
      const failure = await runGates(run.server, { ...release, gates: release.gates.filter(({ kind }) => kind === 'chat') }, context, ports.pollMs);
      if (failure !== null) {
        context.phase('rollback', `bringing ${short(before)} back`);
        if (before !== null) {
          await ollama.copy(kept, name);
          await ollama.unload(name);
        }
        throw new AppError('stack.gate-failed', {
          ...{ server: run.server.serverName, stack: run.server.stackId, gate: failure.gate, reason: failure.reason.slice(-1500) },
          restored: before === null ? null : `${name} ${short(await digest())}`,
        });
      }
      await run.server.writeManifest({
        ...release,
        models: [...(release.models ?? []).filter((model) => model.name !== name), { service, name, digest: after ?? '' }],
      });
      return { state: 'done', detail: `${name}: ${short(before)} → ${short(after)}`, exitCode: 0 };
    },
  });
}

async function holder(run: RolloutRun, release: ReleaseRecord, spec: ModelUpdateSpec): Promise<{ service: string; ollama: Ollama }> {
  const names = spec.service === null ? release.services.map(({ name }) => name) : [spec.service];
  const candidates =
    spec.service === null ? names.filter((name) => /ollama/i.test(`${name} ${release.services.find((each) => each.name === name)?.image ?? ''}`)) : names;
  let first: { service: string; ollama: Ollama } | null = null;
  for (const service of candidates) {
    const ollama = await openOllama(run.server, service);
    if (ollama === null) continue;
    first ??= { service, ollama };
    if ((await ollama.list()).some(({ name }) => name === withTag(spec.model) && !isKept(name))) return { service, ollama };
  }
  if (first !== null) return first;
  throw new AppError('stack.parameter-invalid', { name: 'service', problem: `${candidates.join(', ') || 'the stack'} is no Ollama that answers` });
}

function short(digest: string | null): string {
  return digest === null ? 'nothing' : digest.replace('sha256:', '').slice(0, 12);
}
