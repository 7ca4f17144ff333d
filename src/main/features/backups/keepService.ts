import { AppError } from '../../../shared/errors.ts';
import { type BackupPart, type BackupPlace, backupPartSchema } from '../../../shared/model/backup.ts';
import type { BackupRecipe } from '../../../shared/model/stackDefinition.ts';
import type { CellContext } from '../../operations/operations.ts';
import { type BackupPorts, type BackupStack, releasePart, setsDirectory } from './backupPorts.ts';
import { failureIn, manifestIn, passphraseFor } from './cells.ts';
import { joinCounts, parseCounts, suspicion } from './countRules.ts';
import { countService, imageOf, liveContainer } from './liveService.ts';
import { volumeDump } from './scripts/restoreScripts.ts';
import { keepReleaseScript, keepScript, keepServiceScript } from './scripts/setScripts.ts';

const limitMs = 12 * 3_600_000;

/** One part to be made. */
export interface KeepRequest {
  stack: BackupStack;
  /** Null: the release itself. */
  recipe: BackupRecipe | null;
  place: BackupPlace;
  sealedBy: string | null;
  set: string;
  acceptSmaller: boolean;
}

/**
 * Keeps the data of one service as a file of the set in the making, counted before and after. The work is a job: it goes on without us, and a
 * later life of the core finds it. Throws `backup.failed` where any stage of the pipe failed, or what came cannot be a backup.
 */
export async function keepService(ports: BackupPorts, context: CellContext, request: KeepRequest): Promise<BackupPart> {
  const { stack, recipe, sealedBy } = request;
  const service = recipe?.service ?? releasePart;
  const failed = (reason: string) => new AppError('backup.failed', { server: context.serverName, stack: stack.stackId, service, reason });
  const passphrase = await passphraseFor(ports, sealedBy);
  const file = `${service}.${extension(recipe)}.gz${sealedBy === null ? '' : '.enc'}`;
  context.phase('check', 'counting');
  const count = async (): Promise<[string, number][]> => [...parseCounts(await countService(context, stack, recipe))];
  const startedAtMs = await context.effect('started', 'read', async () => ports.nowMs());
  const before = await context.effect('count-before', 'read', count);
  context.phase('apply');
  const container = recipe?.form === 'volume' ? await liveContainer(context, stack, recipe.service) : '';
  const ended = await context.job('keep', {
    script: scriptFor(stack, recipe),
    env: {
      ...stack.env,
      ...{ PH_SETS: setsDirectory(request.place, context.serverName, stack.stackId), PH_SET: request.set, PH_FILE: file },
      ...{ PH_SERVICE: service, PH_COMMAND: recipe?.save ?? '', PH_FORM: recipe?.form ?? '', PH_PATH: recipe?.path ?? '' },
      ...{ PH_MAGIC: recipe?.magic ?? '', PH_SEAL: sealedBy === null ? '' : '1', PH_CONTAINER: container },
    },
    ...(passphrase === null ? {} : { secrets: { passphrase } }),
    sudo: stack.sudo,
    timeoutMs: limitMs,
  });
  const [, bytes, rawBytes, sha256, rawSha256] = /^ph-part (\d+) (\d+) ([0-9a-f]{64}) ([0-9a-f]{64})$/m.exec(ended.tail) ?? [];
  if (ended.exitCode !== 0 || rawSha256 === undefined) throw failed(failureIn(ended.tail) || `exit code ${ended.exitCode}`);
  context.phase('verify', 'counting');
  const after = await context.effect('count-after', 'read', count);
  const part = backupPartSchema.parse({
    ...{ service, title: recipe?.title ?? 'The release with its secrets', image: recipe === null ? null : imageOf(stack, service), file },
    ...{ bytes: Number(bytes), rawBytes: Number(rawBytes), sha256, rawSha256, counts: joinCounts(new Map(before), new Map(after)) },
    ...{ startedAtMs, durationMs: Math.max(0, ports.nowMs() - startedAtMs) },
  });
  const odd = suspicion(part, manifestIn(context).previous.find((each) => each.service === service) ?? null, request.acceptSmaller);
  if (odd !== null) throw failed(odd);
  return part;
}

function scriptFor(stack: BackupStack, recipe: BackupRecipe | null): string {
  if (recipe === null) return keepReleaseScript;
  return recipe.form === 'volume' ? keepScript(volumeDump) : keepServiceScript(stack.head);
}

function extension(recipe: BackupRecipe | null): string {
  return recipe === null || recipe.form === 'volume' ? 'tar' : 'dump';
}
