import { AppError } from '../../../shared/errors.ts';
import type { BackupRecipe } from '../../../shared/model/stackDefinition.ts';
import type { CellContext } from '../../operations/operations.ts';
import type { BackupStack } from './backupPorts.ts';
import { planScratch } from './scratchRules.ts';
import { countScript, countVolumeScript } from './scripts/restoreScripts.ts';
import { countReleaseScript } from './scripts/setScripts.ts';

const containerScript = (head: string) => `${head}
compose ps -q "$PH_SERVICE"
`;

/** The container of a service that runs. Throws `backup.failed`. */
export async function liveContainer(context: CellContext, stack: BackupStack, service: string): Promise<string> {
  const request = { script: containerScript(stack.head), env: { ...stack.env, PH_SERVICE: service }, sudo: stack.sudo, timeoutMs: 60_000 };
  const result = await context.remote.exec({ ...request, signal: context.signal });
  const [container = ''] = result.stdout.trim().split('\n');
  if (result.exitCode === 0 && /^[0-9a-f]{12,64}$/.test(container)) return container;
  const reason = result.stderr.trim().split('\n').at(-1) ?? '';
  throw new AppError('backup.failed', { server: context.serverName, stack: stack.stackId, service, reason: reason === '' ? 'it does not run' : reason });
}

/** What the recipe's check prints of what runs; without a check nothing. */
export async function countService(context: CellContext, stack: BackupStack, recipe: BackupRecipe | null): Promise<string> {
  if (recipe === null) return run(context, stack, countReleaseScript, stack.env, 'the release');
  if (recipe.form !== 'volume' && recipe.verify === undefined) return '';
  const container = await liveContainer(context, stack, recipe.service);
  return countIn(context, stack, recipe, container);
}

/** The same of one container, whichever it is. Throws `backup.failed`. */
export async function countIn(context: CellContext, stack: Pick<BackupStack, 'stackId' | 'sudo'>, recipe: BackupRecipe, container: string): Promise<string> {
  const env = { PH_CONTAINER: container, PH_COMMAND: recipe.verify ?? 'true', PH_PATH: recipe.path ?? '' };
  return run(context, stack, recipe.form === 'volume' ? countVolumeScript : countScript, env, recipe.service);
}

async function run(
  context: CellContext,
  stack: Pick<BackupStack, 'stackId' | 'sudo'>,
  script: string,
  env: Readonly<Record<string, string>>,
  service: string,
): Promise<string> {
  const result = await context.remote.exec({ script, env, sudo: stack.sudo, timeoutMs: 600_000, signal: context.signal });
  if (result.exitCode === 0) return result.stdout;
  const reason = `it cannot be counted: ${result.stderr.trim().split('\n').at(-1) ?? ''}`.slice(0, 1000);
  throw new AppError('backup.failed', { server: context.serverName, stack: stack.stackId, service, reason });
}

/** The image that a service of the release has. */
export function imageOf(stack: BackupStack, service: string): string | null {
  return stack.services.find(({ name }) => name === service)?.image ?? null;
}

const anyContainerScript = (head: string) => `${head}
compose ps -aq "$PH_SERVICE"
`;

/** The container of a service, whether or not it runs; null: there is none. */
export async function anyContainer(context: CellContext, stack: BackupStack, service: string): Promise<string | null> {
  const request = { script: anyContainerScript(stack.head), env: { ...stack.env, PH_SERVICE: service }, sudo: stack.sudo, timeoutMs: 60_000 };
  const result = await context.remote.exec({ ...request, signal: context.signal });
  const [container = ''] = result.stdout.trim().split('\n');
  return result.exitCode === 0 && /^[0-9a-f]{12,64}$/.test(container) ? container : null;
}

/** Where volumes are mounted in a container, in order, and all that Docker says of it. */
export async function mountsOf(context: CellContext, stack: BackupStack, container: string): Promise<{ volumes: string[]; inspected: string }> {
  const script = 'exec docker inspect "$PH_CONTAINER"';
  const result = await context.remote.exec({ script, env: { PH_CONTAINER: container }, sudo: stack.sudo, timeoutMs: 60_000, signal: context.signal });
  const plan = planScratch(result.stdout, { online: false });
  return { volumes: typeof plan === 'string' ? [] : plan.volumes, inspected: result.stdout };
}
