import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { canonical } from '../definition/composeRules.ts';
import { type ResolvedProject, type ResolvedService, undoubled } from './resolvedProject.ts';

/** A file of a release, as far as its place depends on it. */
export interface HashedFile {
  path: string;
  mode: number;
  /** SHA-256 of its bytes, hex. */
  sha256: string;
}

/** A file or a directory that lies on the server under the hash of what is in it. `path` is that in the project, empty for the whole. */
export interface MountedTree {
  hash: string;
  name: string;
  path: string;
  /** The files in it, by their paths in the project. */
  files: string[];
}

/** Where what a project mounts lies on a server. */
export interface MountPlan {
  trees: MountedTree[];
  /** Directories that the project does not bring: data of its containers, the same for all releases. */
  data: string[];
  /** Files of the project by the service that sees them. */
  services: Record<string, string[]>;
  /** Relative paths out of the project, which stay as they are. */
  outside: string[];
  /** The compose file that goes over all others, as data; null: there is nothing to say. */
  override: Record<string, unknown> | null;
}

/** Label of the containers whose `configs` and `secrets` are files of the project: Compose would not make a new one when only those change. */
export const filesLabel = 'io.pilothouse.files';

const placeholders = new Set(['.gitkeep', '.keep', '.gitignore', '.empty', '.placeholder']);

/**
 * Gives every mount of the project's own files a place that is named by their content, so that a change of a file makes new containers
 * of exactly the services that mount it, and of no others. `root` is the directory of the project where `project` was resolved, and
 * `stack` the stack's directory on the server.
 */
export function planMounts(project: ResolvedProject, files: readonly HashedFile[], place: { root: string; stack: string }): MountPlan {
  const trees = new Map<string, MountedTree>();
  const data = new Set<string>();
  const outside = new Set<string>();
  const seen: Record<string, string[]> = {};
  const services: Record<string, Record<string, unknown>> = {};
  const relative = (source: string) => {
    const path = posix.relative(place.root, undoubled(source));
    return path.startsWith('..') || posix.isAbsolute(path) ? null : path;
  };
  const treeAt = (path: string, writable: boolean): MountedTree | null => {
    const inside = files.filter((file) => path === '' || file.path === path || file.path.startsWith(`${path}/`));
    const kept = writable && inside.every((file) => file.path !== path && placeholders.has(posix.basename(file.path)));
    if (inside.length === 0 || kept) return null;
    const known = trees.get(path);
    if (known !== undefined) return known;
    const name = path === '' ? 'project' : posix.basename(path);
    const hash = createHash('sha256')
      .update(canonical([name, ...inside.map((file) => [posix.relative(path, file.path), file.mode, file.sha256])]))
      .digest('hex')
      .slice(0, 16);
    const tree = { hash, name, path, files: inside.map((file) => file.path) };
    trees.set(path, tree);
    return tree;
  };
  const placeOf = (tree: MountedTree) => posix.join(place.stack, 'files', tree.hash, tree.name).replaceAll('$', '$$$$');

  const entries: Record<'configs' | 'secrets', Record<string, { file: string }>> = { configs: {}, secrets: {} };
  const entryTrees = new Map<string, MountedTree>();
  for (const kind of ['configs', 'secrets'] as const) {
    for (const [name, entry] of Object.entries(project[kind] ?? {})) {
      const path = typeof entry?.file === 'string' ? relative(entry.file) : null;
      const tree = path === null ? null : treeAt(path, false);
      if (tree === null) continue;
      entries[kind][name] = { file: placeOf(tree) };
      entryTrees.set(`${kind}/${name}`, tree);
    }
  }

  for (const [name, service] of Object.entries(project.services)) {
    const volumes: Record<string, unknown>[] = [];
    for (const mount of service.volumes ?? []) {
      if (mount.type !== 'bind' || mount.source === undefined) continue;
      const path = relative(mount.source);
      if (path === null) {
        if (undoubled(mount.source).startsWith(posix.dirname(place.root))) outside.add(mount.source);
        continue;
      }
      const tree = treeAt(path, mount.read_only !== true);
      if (tree === null) data.add(path);
      else seen[name] = [...(seen[name] ?? []), ...tree.files];
      volumes.push({ ...mount, source: tree === null ? posix.join(place.stack, 'data', path).replaceAll('$', '$$$$') : placeOf(tree) });
    }
    const named = referencesOf(service).flatMap((key) => entryTrees.get(key) ?? []);
    for (const tree of named) seen[name] = [...(seen[name] ?? []), ...tree.files];
    const label = named.length === 0 ? null : [...new Set(named.map((tree) => tree.hash))].sort().join(',');
    if (volumes.length === 0 && label === null) continue;
    services[name] = { ...(volumes.length === 0 ? {} : { volumes }), ...(label === null ? {} : { labels: { [filesLabel]: label } }) };
  }

  const parts = { services, ...entries };
  const filled = Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));
  return {
    trees: [...trees.values()],
    data: [...data].sort(),
    services: Object.fromEntries(Object.entries(seen).map(([name, paths]) => [name, [...new Set(paths)].sort()])),
    outside: [...outside].sort(),
    override: Object.keys(filled).length === 0 ? null : filled,
  };
}

/** The project as it is once the override has gone over it. */
export function withMounts(project: ResolvedProject, plan: Pick<MountPlan, 'override'>): ResolvedProject {
  const over = (plan.override ?? {}) as { services?: Record<string, { volumes?: ResolvedService['volumes']; labels?: Record<string, string> }> } & Partial<
    Record<'configs' | 'secrets', Record<string, { file: string }>>
  >;
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const own = over.services?.[name];
      const replaced = new Map((own?.volumes ?? []).map((mount) => [mount.target, mount]));
      const volumes = service.volumes?.map((mount) => replaced.get(mount.target) ?? mount);
      const labels = own?.labels === undefined ? service.labels : { ...service.labels, ...own.labels };
      return [name, { ...service, ...(volumes === undefined ? {} : { volumes }), ...(labels === undefined ? {} : { labels }) }];
    }),
  );
  const merged = (kind: 'configs' | 'secrets') =>
    project[kind] == null
      ? {}
      : { [kind]: Object.fromEntries(Object.entries(project[kind]).map(([name, entry]) => [name, { ...entry, ...over[kind]?.[name] }])) };
  return { ...project, services, ...merged('configs'), ...merged('secrets') };
}

function referencesOf(service: ResolvedService): string[] {
  return (['configs', 'secrets'] as const).flatMap((kind) => (service[kind] ?? []).map((reference) => `${kind}/${reference.source}`));
}

/** Where copies of a release's file lie, below the stack's directory: its project, and what containers mount. */
export function placesOf(release: { id: string; mounts?: { trees: readonly MountedTree[] } | undefined }, path: string): string[] {
  const mounted = (release.mounts?.trees ?? []).filter((tree) => tree.files.includes(path));
  const inTree = (tree: MountedTree) => posix.join('files', tree.hash, tree.name, tree.path === path ? '' : posix.relative(tree.path, path)).replace(/\/$/, '');
  return [posix.join('releases', release.id, 'project', path), ...mounted.map(inTree)];
}
