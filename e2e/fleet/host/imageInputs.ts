import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from './docker.ts';
import type { ImageRecipe } from './imageCatalogue.ts';
import { fleetSourceDir } from './paths.ts';

/** Label that holds the hash of an image's inputs: an image whose label matches is not built again. */
export const inputLabel = 'pilothouse.fleet.inputs';

/** Folder of a recipe's sources. */
export function recipeDir(recipe: ImageRecipe): string {
  return join(fleetSourceDir, 'images', recipe.folder);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort();
}

/** Hash over a recipe's files, arguments, extras and the inputs of the images it stands on. */
export async function recipeInputs(recipe: ImageRecipe, parentInputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([recipe.tag, recipe.buildArgs ?? {}, parentInputs]));
  const files = [...(await filesBelow(recipeDir(recipe))), ...Object.values(recipe.extras ?? {})];
  for (const file of files) hash.update(file.replace(fleetSourceDir, '')).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** Input labels of the images that exist in the fleet's daemon, by tag. */
export async function builtInputs(): Promise<Map<string, string>> {
  const listing = await docker(['image', 'ls', '-q', '--filter', `label=${inputLabel}`]);
  const ids = [...new Set(listing.stdout.split('\n').filter(Boolean))];
  if (ids.length === 0) return new Map();
  const format = `{{index .Config.Labels "${inputLabel}"}} {{join .RepoTags " "}}`;
  const result = await docker(['image', 'inspect', '--format', format, ...ids]);
  const found = new Map<string, string>();
  for (const line of result.stdout.split('\n').filter(Boolean)) {
    const [inputs = '', ...tags] = line.split(' ');
    for (const tag of tags) found.set(tag.replace(/:latest$/, ''), inputs);
  }
  return found;
}
