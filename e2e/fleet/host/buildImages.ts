import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { baseInputs, buildBase } from './baseImage.ts';
import { mustRun } from './command.ts';
import { fleetLabel, mustDocker } from './docker.ts';
import { baseTag, type ImageRecipe, recipes } from './imageCatalogue.ts';
import { builtInputs, inputLabel, recipeDir, recipeInputs } from './imageInputs.ts';
import { networkName } from './network.ts';
import { statePath } from './paths.ts';

/** Called with each image's tag and the time it took, in the order in which they become ready. */
type ImageReport = (tag: string, tookMs: number) => void;

// More than the two cores' worth: a good part of each build waits for the package mirror.
const parallelBuilds = 3;

async function makeContext(recipe: ImageRecipe): Promise<string> {
  const context = statePath('contexts', recipe.tag.replace(/[/:]/g, '_'));
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await cp(recipeDir(recipe), context, { recursive: true });
  for (const [name, path] of Object.entries(recipe.extras ?? {})) await copyFile(path, join(context, name));
  if (recipe.compile) {
    const program = join(context, recipe.compile.replace(/\.c$/, ''));
    const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-static', '-pthread', '-s'];
    await mustRun('gcc', [...flags, '-o', program, join(context, recipe.compile)]);
  }
  return context;
}

async function build(recipe: ImageRecipe, inputs: string): Promise<void> {
  const context = await makeContext(recipe);
  const buildArgs = Object.entries(recipe.buildArgs ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const labels = ['--label', fleetLabel, '--label', `${inputLabel}=${inputs}`];
  await mustDocker(['build', '-q', '--network', networkName, ...labels, ...buildArgs, '-t', recipe.tag, context]);
  await rm(context, { recursive: true });
}

// Hashes of all recipes' inputs by tag, the base layer's included.
async function wantedInputs(): Promise<Map<string, string>> {
  const wanted = new Map([[baseTag, baseInputs()]]);
  for (const recipe of recipes) {
    const parents = [baseTag, ...(recipe.parents ?? [])].map((tag) => wanted.get(tag) ?? '');
    wanted.set(recipe.tag, await recipeInputs(recipe, parents));
  }
  return wanted;
}

/** Makes the base layer when it is missing or its recipe changed. */
export async function ensureBase(): Promise<void> {
  if ((await builtInputs()).get(baseTag) !== baseInputs()) await buildBase();
}

/** Builds every image whose inputs changed, a few at a time, parents first. */
export async function ensureImages(report: ImageReport): Promise<void> {
  const [built, wanted] = await Promise.all([builtInputs(), wantedInputs()]);
  let waiting = recipes.filter((recipe) => built.get(recipe.tag) !== wanted.get(recipe.tag));
  const unbuilt = waiting.length;
  const unready = new Set(waiting.map((recipe) => recipe.tag));
  const running = new Set<Promise<void>>();
  const start = (recipe: ImageRecipe) => {
    const startedMs = Date.now();
    const work = build(recipe, wanted.get(recipe.tag) ?? '').then(() => {
      unready.delete(recipe.tag);
      running.delete(work);
      report(recipe.tag, Date.now() - startedMs);
    });
    running.add(work);
  };
  while (waiting.length > 0 || running.size > 0) {
    const ready = waiting.filter((recipe) => !(recipe.parents ?? []).some((parent) => unready.has(parent)));
    const next = ready.slice(0, parallelBuilds - running.size);
    waiting = waiting.filter((recipe) => !next.includes(recipe));
    next.forEach(start);
    await Promise.race(running);
  }
  // What was replaced, and the stage that only made packages: a gigabyte after a few changes.
  if (unbuilt > 0) await mustDocker(['image', 'prune', '-f']);
}
