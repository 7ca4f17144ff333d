import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders that ship with the program, wherever it runs from: sources, a build, or a package. */
export interface InstalledFiles {
  /** Catalogue of stacks, workflows and runbooks; the demo fleet's stand-ins. */
  resources: string;
  /** The built renderer; null where it was not built. */
  renderer: string | null;
}

/**
 * Finds them by walking up from `start` (a module's folder): `resources/workflows` beside or above it, `out/renderer` or `renderer`
 * likewise. Throws when the resources are not there, since nothing works without them.
 */
export function findInstalledFiles(start: string): InstalledFiles {
  const above = ancestors(start);
  const resources = above.map((folder) => join(folder, 'resources')).find((folder) => existsSync(join(folder, 'workflows')));
  if (resources === undefined) throw new Error(`no resources folder above ${start}: the installation is incomplete`);
  const renderers = above.flatMap((folder) => [join(folder, 'out', 'renderer'), join(folder, 'renderer')]);
  // The sources' own index.html refers to TypeScript; a built one to its assets.
  const renderer = renderers.find((folder) => existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')));
  return { resources, renderer: renderer ?? null };
}

function ancestors(start: string): string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(folder);
    if (dirname(folder) === folder) return folders;
  }
}
