import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type Tier, tierSchema } from '../../../shared/model/fit.ts';
import { readYaml } from '../../commands/readYaml.ts';

const fileSchema = z.strictObject({ tiers: z.array(tierSchema).min(1) });

/** The tiers of the catalogue, smallest first. Throws `local.file-unreadable` when the file is not there or is no list of tiers. */
export async function readTiers(path: string): Promise<Tier[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('local.file-unreadable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  });
  const yaml = readYaml(text);
  const parsed = fileSchema.safeParse(yaml.ok ? yaml.value : null);
  if (!parsed.success) throw new AppError('local.file-unreadable', { path, reason: z.prettifyError(parsed.error) });
  return parsed.data.tiers;
}
