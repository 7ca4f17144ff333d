import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { renderedStackSchema } from '../definition/renderStack.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { composeHead } from '../release/scriptHead.ts';
import { secretName } from '../release/secretSource.ts';
import { commandFailed } from '../release/stackServer.ts';
import { uploadRelease } from '../release/uploadRelease.ts';
import { failRelease } from '../rollout/bringBack.ts';
import { causeInOutput } from '../rollout/failureCauseRules.ts';
import { type GateFailure, runGates } from '../rollout/gateRunner.ts';
import { recordCell } from '../rollout/recordCell.ts';
import { repeatedJob } from '../rollout/repeatedJob.ts';
import { restoreCell } from '../rollout/restoreCell.ts';
import { notes, openRun, type RolloutPorts, type RolloutRun, releaseOf } from '../rollout/rolloutRun.ts';
import { upScript } from '../rollout/rolloutScripts.ts';
import { proveLock, runSharedStep, sharedSteps } from '../rollout/rolloutSteps.ts';

/** What is frozen into the journal for a rotation. The new value waits in the laptop's store under `nextName`. */
export const rotateSpecSchema = z.object({ stacks: z.record(z.string(), renderedStackSchema), name: z.string(), title: z.string(), who: z.string() });
export type RotateSpec = z.infer<typeof rotateSpecSchema>;

/** What rotations need beside the rest. */
export interface RotatePorts extends Omit<RolloutPorts, 'secrets'> {
  secrets: RolloutPorts['secrets'] & { unset(name: string): Promise<void> };
}

/** Where a new value waits until it counts. */
export function nextName(stackId: string, serverName: string, name: string): string {
  return `${secretName(stackId, serverName, name)}/next`;
}

/** Makes a new value, from stdin, count inside a service: the command has it as `PH_NEW_VALUE` and on stdin. `PH_SERVICE`, `PH_ROTATE` (the command). */
export const rotateScript = `${composeHead}
compose exec -T "$PH_SERVICE" sh -c 'IFS= read -r PH_NEW_VALUE; export PH_NEW_VALUE; printf "%s\\n" "$PH_NEW_VALUE" | sh -c "$1"' sh "$PH_ROTATE"
`;

const stepLimitMs = 900_000;
const settleS = 300;
const { preflight, lock, record, restore } = sharedSteps;
const steps = [
  preflight,
  lock,
  { id: 'upload', title: 'Write a release with the new value', runs: 'always' as const },
  { id: 'change', title: 'Make the new value count', runs: 'always' as const },
  { id: 'recreate', title: 'Give it to the services in order', runs: 'always' as const },
  { id: 'verify', title: 'Health gate', runs: 'always' as const },
  record,
  restore,
];

/** A new value for a secret of a stack: a release of its own, in the order of its services, taken back as a whole if it is not well. */
export function rotateOperation(ports: RotatePorts): OperationType<RotateSpec> {
  return {
    kind: 'secret-rotate',
    spec: rotateSpecSchema,
    steps: () => steps,
    async runCell(spec, context) {
      const stack = spec.stacks[context.serverName];
      if (stack === undefined) throw new Error('a rotation without its stack');
      const open = () => openRun(ports, context, { stackId: stack.stackId, who: spec.who });
      const rotation = async (): Promise<Rotation> => ({ run: await open(), stack, secret: secretOf(stack, spec.name), ports });
      if (context.stepId === 'restore') {
        if (notes.locked(context)) await changeBack(await rotation());
        return restoreCell(context, open);
      }
      const found = await rotation();
      const why = `rotates ${spec.name} of ${spec.title}`;
      if (context.stepId === 'lock') return (await runSharedStep(found.run, { why, pull: 'missing' })) ?? { state: 'done', detail: null };
      if (context.stepId === 'preflight') return lookCell(found);
      await proveLock(found.run, why);
      switch (context.stepId) {
        case 'upload':
          return uploadCell(found, spec);
        case 'change':
          return changeCell(found);
        case 'recreate':
          return recreateCell(found);
        case 'verify':
          return verifyCell(found);
        case 'record':
          return recordNew(found);
        default:
          throw new Error(`a rotation has no step ${context.stepId}`);
      }
    },
  };
}

interface Rotation {
  run: RolloutRun;
  stack: RotateSpec['stacks'][string];
  secret: RotateSpec['stacks'][string]['secrets'][number];
  ports: RotatePorts;
}

function secretOf(stack: Rotation['stack'], name: string): Rotation['secret'] {
  const secret = stack.secrets.find((each) => each.name === name);
  if (secret === undefined) throw new Error('a rotation without its secret');
  return secret;
}

async function lookCell({ run }: Rotation): Promise<CellOutcome> {
  const { context, server } = run;
  requireDocker(await server.preflight(), server.serverName);
  const { current } = await server.state();
  if (current === null) throw new AppError('stack.not-deployed', { server: server.serverName, stack: server.stackId });
  context.memory.set('previous', current.id);
  return { state: 'done', detail: `${current.id} runs` };
}

async function uploadCell({ run, stack, secret, ports }: Rotation, spec: RotateSpec): Promise<CellOutcome> {
  const { context, server } = run;
  const head = await context.effect('choose', 'read', async () => ({ id: `r${(await server.state()).nextNumber}`, createdAtMs: Date.now() }));
  context.memory.set('release', head.id);
  const value = await newValue(run, secret.name, ports);
  const before = await server.secretsOf(notes.previous(context) ?? '');
  const known = Object.fromEntries(stack.secrets.map(({ name }) => [name, before[name] ?? '']));
  await context.effect('upload', 'idempotent', async () => {
    await uploadRelease(run, stack, { ...head, note: `${spec.name} rotated` }, { ...known, [secret.name]: value });
    return head.id;
  });
  return { state: 'done', detail: `${head.id} in ${server.directory}` };
}

async function newValue({ server }: RolloutRun, name: string, ports: RotatePorts): Promise<string> {
  const key = nextName(server.stackId, server.serverName, name);
  const value = await ports.secrets.get(key);
  if (value === null) throw new AppError('secret.not-found', { name: key });
  return value;
}

/** Tells the program that keeps the secret, as the database that keeps its users' passwords. */
async function changeCell({ run, secret, ports }: Rotation): Promise<CellOutcome> {
  const service = secret.usedBy[0];
  if (secret.rotate === undefined || service === undefined) return { state: 'satisfied', detail: 'nobody has to be told' };
  const { context, server } = run;
  const value = await newValue(run, secret.name, ports);
  context.phase('apply', `telling ${service}`);
  const release = previousOf(await server.state(), run);
  context.memory.set('changed', true);
  const told = await context.effect('change', 'idempotent', async () => tell(run, release, { service, command: secret.rotate ?? '', value }));
  if (told !== '') throw commandFailed(server.serverName, `make the new value of ${secret.name} count in ${service}`, { exitCode: null, tail: told });
  return { state: 'done', detail: `${service} knows it` };
}

/** Runs the rotation's command; empty: it went well, else what went wrong. */
async function tell({ server }: RolloutRun, release: ReleaseRecord, order: { service: string; command: string; value: string }): Promise<string> {
  const env = { ...server.place(release.id, release).env, PH_SERVICE: order.service, PH_ROTATE: order.command };
  const result = await server.exec(rotateScript, env, 120_000, new TextEncoder().encode(`${order.value}\n`));
  return result.exitCode === 0 ? '' : `exit code ${result.exitCode}: ${causeInOutput(`${result.stdout}${result.stderr}`).slice(-500)}`;
}

async function recreateCell(rotation: Rotation): Promise<CellOutcome> {
  const { run, secret } = rotation;
  const { context, server } = run;
  const release = releaseOf(await server.state(), run);
  const services = secret.usedBy.filter((name) => release.services.some((service) => service.name === name));
  context.memory.set('restored', null);
  context.memory.set('switched', true);
  for (const name of [...services, '']) {
    context.phase('apply', name === '' ? 'the rest' : name);
    const env = { ...server.place(release.id, release).env, PH_SERVICES: name };
    const started = await repeatedJob(run, name === '' ? 'up' : `up-${name}`, { script: upScript, env, sudo: server.sudo, timeoutMs: stepLimitMs });
    if (started.exitCode !== 0) return failBack(rotation, { gate: `start of ${name}`, reason: causeInOutput(started.tail) || `exit code ${started.exitCode}` });
    const limit = release.gates.find((gate) => gate.kind === 'containers')?.timeoutS ?? settleS;
    const only = release.services.filter((service) => service.name === name);
    const failure =
      name === '' ? null : await runGates(server, { services: only, gates: [{ kind: 'containers', timeoutS: limit }] }, context, run.ports.pollMs);
    if (failure !== null) return failBack(rotation, failure);
  }
  return { state: 'done', detail: services.join(', ') || 'no service holds it', exitCode: 0 };
}

async function verifyCell(rotation: Rotation): Promise<CellOutcome> {
  const { run } = rotation;
  const release = releaseOf(await run.server.state(), run);
  run.context.phase('gate');
  const failure = await runGates(run.server, release, run.context, run.ports.pollMs, { outage: run.outage });
  if (failure !== null) return failBack(rotation, failure);
  return { state: 'done', detail: `${release.gates.length} of ${release.gates.length} gates passed` };
}

/** What kept the secret is told the old value first: the release that comes back knows no other. */
async function failBack(rotation: Rotation, failure: GateFailure): Promise<never> {
  await changeBack(rotation);
  return failRelease(rotation.run, failure);
}

async function changeBack({ run, secret }: Rotation): Promise<void> {
  const { context, server } = run;
  const service = secret.usedBy[0];
  if (context.memory.get('changed') !== true || secret.rotate === undefined || service === undefined) return;
  context.phase('rollback', `telling ${service} the old value`);
  const previous = previousOf(await server.state(), run);
  const value = (await server.secretsOf(previous.id))[secret.name] ?? '';
  const order = { service, command: secret.rotate, value };
  let failure = await tell(run, previous, order);
  if (failure !== '') {
    // It may have ended with what does not work: as it was, it can be told.
    const env = { ...server.place(previous.id, previous).env, PH_SERVICES: service };
    await repeatedJob(run, 'up-before', { script: upScript, env, sudo: server.sudo, timeoutMs: stepLimitMs });
    const { services } = previous;
    await runGates(
      server,
      { services: services.filter(({ name }) => name === service), gates: [{ kind: 'containers', timeoutS: settleS }] },
      context,
      run.ports.pollMs,
    );
    failure = await tell(run, previous, order);
  }
  if (failure !== '') throw commandFailed(server.serverName, `tell ${service} the old value`, { exitCode: null, tail: failure });
  context.memory.set('changed', false);
}

async function recordNew({ run, secret, ports }: Rotation): Promise<CellOutcome> {
  const { server } = run;
  const outcome = await recordCell(run);
  const next = nextName(server.stackId, server.serverName, secret.name);
  const value = await ports.secrets.get(next);
  if (value !== null) {
    await ports.secrets.set(secretName(server.stackId, server.serverName, secret.name), value);
    await ports.secrets.unset(next);
  }
  return outcome;
}

function previousOf(state: Awaited<ReturnType<RolloutRun['server']['state']>>, run: RolloutRun): ReleaseRecord {
  const id = notes.previous(run.context) ?? '';
  const found = state.releases.find((release) => release.id === id);
  if (found === undefined) throw new AppError('stack.release-not-found', { server: run.server.serverName, stack: run.server.stackId, release: id });
  return found;
}
