import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { renderedStackSchema } from '../definition/renderStack.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import { composeHead } from '../release/scriptHead.ts';
import { resolveSecrets } from '../release/secretSource.ts';
import { uploadRelease } from '../release/uploadRelease.ts';
import { recordCell } from '../rollout/recordCell.ts';
import { giveLockBack, notes, openRun, type RolloutPorts, type RolloutRun, releaseOf, takeLock } from '../rollout/rolloutRun.ts';
import { findProjects } from './discover.ts';

/** What is frozen into the journal for an adoption. */
export const adoptSpecSchema = z.object({ stack: renderedStackSchema, project: z.string(), who: z.string() });
export type AdoptSpec = z.infer<typeof adoptSpecSchema>;

/** Prints `SERVICE HASH` of what the files of a release say. Compose's own hash decides whether it would make a container anew. */
export const hashesScript = `${composeHead}
compose config --hash '*'
`;

/** Makes a release current without starting anything. `PH_STACK`, `PH_ID`. */
export const linkScript = `set -eu
ln -sfn "releases/$PH_ID" "$PH_STACK/.current.$PH_ID"
mv -fT "$PH_STACK/.current.$PH_ID" "$PH_STACK/current" 2>/dev/null || {
  rm -f "$PH_STACK/.current.$PH_ID"
  ln -sfn "releases/$PH_ID" "$PH_STACK/current"
}
`;

/** Removes what an adoption that failed has left. Containers are not touched. `PH_STACK`, `PH_ID` (may be empty). */
export const forgetScript = `set -eu
if [ -L "$PH_STACK/current" ]; then exit 0; fi
rm -f "$PH_STACK/project"
if [ -n "$PH_ID" ]; then rm -rf "$PH_STACK/releases/$PH_ID"; fi
`;

const steps = [
  { id: 'look', title: 'Look at what runs', runs: 'always' as const },
  { id: 'lock', title: 'Take the deploy lock', runs: 'always' as const },
  { id: 'upload', title: 'Write its files down as a release', runs: 'always' as const },
  { id: 'compare', title: 'Compare with what runs', runs: 'always' as const },
  { id: 'record', title: 'Record the release', runs: 'always' as const },
  { id: 'forget', title: 'Forget the release', runs: 'on-failure' as const },
];

/** Makes a release of what a compose project on a server runs. No container is touched, whatever comes of it. */
export function adoptOperation(ports: RolloutPorts): OperationType<AdoptSpec> {
  return {
    kind: 'stack-adopt',
    spec: adoptSpecSchema,
    steps: () => steps,
    async runCell(spec, context) {
      const run = await openRun(ports, context, { stackId: spec.stack.stackId, who: spec.who });
      switch (context.stepId) {
        case 'look':
          return lookCell(run, spec);
        case 'lock':
          await takeLock(run, `adopts ${spec.project}`);
          return { state: 'done', detail: 'held' };
        case 'upload':
          return uploadCell(run, spec);
        case 'compare':
          return compareCell(run, spec);
        case 'record':
          await run.server.run('make the release current', linkScript, { PH_ID: notes.release(context) ?? '' });
          return recordCell(run);
        case 'forget':
          await run.server.run('forget the release', forgetScript, { PH_ID: notes.release(context) ?? '' });
          if (notes.locked(context)) await giveLockBack(run);
          return { state: 'done', detail: 'what runs was not touched' };
        default:
          throw new Error(`an adoption has no step ${context.stepId}`);
      }
    },
  };
}

async function lookCell(run: RolloutRun, spec: AdoptSpec): Promise<CellOutcome> {
  const { context, server } = run;
  requireDocker(await server.preflight(), server.serverName);
  const found = await running(run, spec);
  if ((await server.state()).current !== null) {
    throw new AppError('stack.differs', { server: server.serverName, project: spec.project, differences: [`${server.stackId} has a release there already`] });
  }
  context.memory.set('previous', null);
  return { state: 'done', detail: `${found.containers} containers of ${found.services.length} services` };
}

async function uploadCell(run: RolloutRun, spec: AdoptSpec): Promise<CellOutcome> {
  const { context, server, ports } = run;
  const head = await context.effect('choose', 'read', async () => ({ id: `r${(await server.state()).nextNumber}`, createdAtMs: Date.now() }));
  context.memory.set('release', head.id);
  const options = { serverName: server.serverName, given: [], onServer: {}, store: ports.secrets, generate: false };
  const secrets = (await resolveSecrets(spec.stack, options)) ?? {};
  await context.effect('upload', 'idempotent', async () => {
    await uploadRelease(run, spec.stack, { ...head, note: `adopted from ${spec.stack.project?.directory ?? spec.project}` }, secrets);
    return head.id;
  });
  return { state: 'done', detail: `${head.id} in ${server.directory}` };
}

/** Adopted is only what the files say: else the release would be another than what runs. */
async function compareCell(run: RolloutRun, spec: AdoptSpec): Promise<CellOutcome> {
  const { server } = run;
  const release = releaseOf(await server.state(), run);
  const output = await server.run('work out what the files say', hashesScript, server.place(release.id, release).env);
  const said = new Map(output.split('\n').flatMap((line) => (line.includes(' ') ? [line.trim().split(/\s+/) as [string, string]] : [])));
  const { hashes } = await running(run, spec);
  const differences = [
    ...hashes.flatMap(({ service, hash }) => {
      if (!said.has(service)) return [`${service} runs and is not in the files`];
      return said.get(service) === hash ? [] : [`${service} was started from another definition`];
    }),
    ...[...said.keys()].filter((name) => !hashes.some(({ service }) => service === name)).map((name) => `${name} is in the files and does not run`),
  ];
  if (differences.length > 0) {
    throw new AppError('stack.differs', { server: server.serverName, project: spec.project, differences: [...new Set(differences)].slice(0, 20) });
  }
  return { state: 'done', detail: `${hashes.length} of ${hashes.length} containers are what the files say` };
}

async function running(run: RolloutRun, spec: AdoptSpec) {
  const { context, server } = run;
  const found = (await findProjects(context.remote, server.serverName, context.signal)).find(({ project }) => project === spec.project);
  if (found === undefined) throw new AppError('stack.project-not-found', { server: server.serverName, project: spec.project });
  return found;
}
