import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type InstanceType, instanceTypeSchema } from '../../../shared/model/instanceType.ts';
import { readYaml } from '../../commands/readYaml.ts';

const fileSchema = z.strictObject({ version: z.literal(1), about: z.string(), types: z.array(instanceTypeSchema.strict()) });

/** The kinds of machine of a catalogue file, read once. Throws `catalogue.unusable`. */
export function openInstanceCatalogue(file: string): () => Promise<{ types: InstanceType[]; about: string }> {
  let reading: Promise<{ types: InstanceType[]; about: string }> | null = null;
  return () => {
    reading ??= readCatalogue(file).catch((error: unknown) => {
      // A file that is put right is read at the next call.
      reading = null;
      throw error;
    });
    return reading;
  };
}

async function readCatalogue(file: string): Promise<{ types: InstanceType[]; about: string }> {
  const unusable = (issues: string[]) => new AppError('catalogue.unusable', { file, issues: issues.slice(0, 50) });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable([error instanceof Error ? error.message : String(error)]);
  });
  return parseCatalogue(text, unusable);
}

/** Reads the text of a catalogue; what `unusable` makes of its problems is thrown. */
export function parseCatalogue(text: string, unusable: (issues: string[]) => Error): { types: InstanceType[]; about: string } {
  const yaml = readYaml(text);
  if (!yaml.ok) throw unusable(yaml.problems.map(({ line, problem }) => (line === null ? problem : `line ${line}: ${problem}`)));
  const parsed = fileSchema.safeParse(yaml.value);
  if (!parsed.success) throw unusable(parsed.error.issues.map(({ path, message }) => `line ${yaml.lineOf(path) ?? '?'}: ${path.join('.')}: ${message}`));
  const { types, about } = parsed.data;
  const seen = new Set<string>();
  const twice = types.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => `${id} is there twice`);
  if (twice.length > 0) throw unusable(twice);
  return { types, about };
}
