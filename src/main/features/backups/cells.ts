import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type BackupPart, backupPartSchema } from '../../../shared/model/backup.ts';
import type { CellContext } from '../../operations/operations.ts';
import type { BackupPorts, BackupStack } from './backupPorts.ts';

/** The stack as it runs on the cell's server. Throws `stack.not-deployed`. */
export async function stackOf(ports: Pick<BackupPorts, 'openStack'>, spec: { stackId: string }, context: CellContext): Promise<BackupStack> {
  const at = { serverName: context.serverName, stackId: spec.stackId, signal: context.signal };
  const stack = await context.remote.persist(() => ports.openStack(context.remote, at), { signal: context.signal });
  if (stack === null) throw new AppError('stack.not-deployed', { server: context.serverName, stack: spec.stackId });
  return stack;
}

/** The passphrase of a seal; null: not sealed. Throws `secret.not-found`. */
export async function passphraseFor(ports: Pick<BackupPorts, 'secret'>, sealedBy: string | null): Promise<string | null> {
  if (sealedBy === null) return null;
  const passphrase = await ports.secret(sealedBy);
  if (passphrase === null || passphrase === '' || /[\r\n]/.test(passphrase)) throw new AppError('secret.not-found', { name: sealedBy });
  return passphrase;
}

/** The id of a set that an operation begins now. */
export function setIdOf(atMs: number, operationId: string): string {
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${operationId.replace(/[^a-z0-9]/g, '').slice(-8)}`;
}

/** What an earlier cell left of the set in the making. */
export function manifestIn(context: CellContext): { set: string; startedAtMs: number; previous: BackupPart[] } {
  return {
    set: z.string().parse(context.memory.get('set')),
    startedAtMs: z.number().parse(context.memory.get('startedAtMs')),
    previous: z.array(backupPartSchema).catch([]).parse(context.memory.get('previous')),
  };
}

/** The parts that earlier cells kept. */
export function takenParts(context: CellContext, services: readonly string[]): BackupPart[] {
  return services.flatMap((service) => backupPartSchema.safeParse(context.memory.get(`part.${service}`)).data ?? []);
}

/** The last line of what a script said, in which it tells what failed. */
export function failureIn(tail: string): string {
  const lines = tail.trim().split('\n');
  const said = lines.findLast((line) => line.startsWith('ph-failed '))?.slice('ph-failed '.length);
  const cause = lines.findLast((line) => !line.startsWith('ph-failed ') && line.trim() !== '');
  return [said, cause]
    .filter((each) => each !== undefined && each !== '')
    .join(': ')
    .slice(0, 1000);
}

/** A size as people read it. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`;
}
