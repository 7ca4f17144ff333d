import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { BackupRecipe } from '../../../../shared/model/stackDefinition.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { composeHead } from '../release/scriptHead.ts';
import { readFacts } from './containerFacts.ts';
import { causeInOutput } from './failureCauseRules.ts';
import type { GateFailure } from './gateRunner.ts';
import { notes, type RolloutRun } from './rolloutRun.ts';

/** Writes the data of a service into a file, whole or not at all. `PH_SERVICE`, `PH_COMMAND`, `PH_FORM`, `PH_PATH`, `PH_FILE`. */
export const dumpScript = `${composeHead}
umask 077
mkdir -p "$(dirname "$PH_FILE")"
rm -f "$PH_FILE.new"
if [ "$PH_FORM" = stream ]; then
  compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" </dev/null >"$PH_FILE.new"
else
  compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" </dev/null
  compose cp "$PH_SERVICE:$PH_PATH" "$PH_FILE.new"
fi
mv "$PH_FILE.new" "$PH_FILE"
printf '%s bytes\\n' "$(wc -c <"$PH_FILE")"
`;

/** Brings the data of a service back from a file of `dumpScript`. */
export const undumpScript = `${composeHead}
if [ "$PH_FORM" = stream ]; then
  compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" <"$PH_FILE"
else
  compose cp "$PH_FILE" "$PH_SERVICE:$PH_PATH"
  compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" </dev/null
fi
`;

const limitMs = 3_600_000;

/** Dumps the services that a migration may change, before it begins. On a first deploy what has no data yet is left out. */
export async function dumpFor(run: RolloutRun, release: ReleaseRecord, phase: { title: string; dump: readonly string[] }): Promise<GateFailure | null> {
  const { context, server } = run;
  const running = new Set((await readFacts(server)).filter(({ state }) => state === 'running').map(({ service }) => service));
  for (const service of phase.dump) {
    const recipe = release.backups.find((candidate) => candidate.service === service);
    if (recipe === undefined) return { gate: phase.title, reason: `the stack says nothing of how data of ${service} is kept` };
    if (!running.has(service)) {
      if (notes.previous(context) === null) continue;
      return { gate: phase.title, reason: `${service} does not run, so that its data cannot be kept before` };
    }
    context.phase('apply', `keeping the data of ${service}`);
    const ended = await context.job(`dump-${service}`, {
      script: dumpScript,
      env: dumpEnv(run, release, recipe, recipe.save),
      sudo: server.sudo,
      timeoutMs: limitMs,
    });
    if (ended.exitCode !== 0) {
      const reason = causeInOutput(ended.tail) || `exit code ${ended.exitCode}`;
      if (notes.previous(context) !== null) return { gate: `data of ${service} kept`, reason };
      await context.output('note', `Nothing ran before, and no data of ${service} could be kept: ${reason}\n`);
      continue;
    }
    await context.output('note', `Data of ${service} kept: ${dumpFile(run, service)}, ${ended.tail.trim().split('\n').at(-1) ?? ''}.\n`);
  }
  return null;
}

/** Brings back the data of every service that was dumped before a migration that has begun. The services have to run. */
export async function undump(run: RolloutRun, failed: ReleaseRecord, previous: ReleaseRecord): Promise<void> {
  const { context, server } = run;
  for (const service of notes.migrating(context)) {
    const recipe = failed.backups.find((candidate) => candidate.service === service);
    if (recipe === undefined) continue;
    context.phase('rollback', `bringing the data of ${service} back`);
    const env = { ...server.place(previous.id, previous).env, ...recipeEnv(recipe, recipe.restore), PH_FILE: dumpFile(run, service) };
    const ended = await context.job(`undump-${service}`, { script: undumpScript, env, sudo: server.sudo, timeoutMs: limitMs });
    if (ended.exitCode !== 0) {
      const output = `${causeInOutput(ended.tail)}\nThe data as it was before lies in ${dumpFile(run, service)}.`;
      throw new AppError('remote.command-failed', {
        ...{ server: server.serverName, what: `bring the data of ${service} back`, exitCode: ended.exitCode, signal: null },
        output: output.slice(-2000),
      });
    }
    await context.output('note', `Data of ${service} is back as it was before the migration.\n`);
  }
}

function dumpEnv(run: RolloutRun, release: ReleaseRecord, recipe: BackupRecipe, command: string): Record<string, string> {
  return { ...run.server.place(release.id, release).env, ...recipeEnv(recipe, command), PH_FILE: dumpFile(run, recipe.service) };
}

function recipeEnv(recipe: BackupRecipe, command: string): Record<string, string> {
  return { PH_SERVICE: recipe.service, PH_COMMAND: command, PH_FORM: recipe.form, PH_PATH: recipe.path ?? '' };
}

function dumpFile(run: RolloutRun, service: string): string {
  return posix.join(run.server.directory, 'releases', notes.release(run.context) ?? '', 'dumps', `${service}.dump`);
}
