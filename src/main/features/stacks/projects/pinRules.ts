import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { canonical, type RenderedFile } from '../definition/composeRules.ts';
import type { ComposeProject, ProjectMount, ProjectService } from './composeProjectRules.ts';

/** Name of the file that Pilothouse puts over a project's own. */
export const pinFile = 'pilothouse.yaml';

/** What the file is made of. */
export interface PinSource {
  id: string;
  files: readonly RenderedFile[];
  kept: ReadonlySet<string>;
  keptIn: string | undefined;
  directory: string;
}

/**
 * What a release needs beyond a project's own files, which stay as they are: what is built has a name that follows from its sources, so that a
 * rollback finds the image of its release; directories that containers of an adopted project write to stay where they are. Null: nothing.
 */
export function pinsOf(project: ComposeProject, source: PinSource): Record<string, unknown> | null {
  const services = Object.fromEntries(
    project.services.flatMap((service) => {
      const mounts = source.keptIn === undefined ? [] : service.mounts.filter(({ path }) => path !== null && source.kept.has(path));
      const pinned = {
        ...(isBuilt(service) ? { image: builtImage(service, source) } : {}),
        ...(mounts.length === 0 ? {} : { volumes: mounts.map((mount) => pinnedMount(mount, source.keptIn ?? '')) }),
      };
      return Object.keys(pinned).length === 0 ? [] : [[service.name, pinned]];
    }),
  );
  return Object.keys(services).length === 0 ? null : { services };
}

/** Whether a service's image is built from files of the project. */
export function isBuilt(service: ProjectService): boolean {
  return service.build !== null && !service.build.remote;
}

/** Name of the image that a service is built into: of the sources below its context, and of how it is built. */
export function builtImage(service: ProjectService, source: PinSource): string {
  const context = posix.join(source.directory, service.build?.context ?? '.');
  const how = service.parts.map((part) => part['build'] ?? null);
  const hash = createHash('sha256')
    .update(canonical({ how, files: hashBelow(source.files, [context]) }))
    .digest('hex');
  return `pilothouse/${source.id}-${service.name.toLowerCase()}:${hash.slice(0, 16)}`;
}

function pinnedMount(mount: ProjectMount, keptIn: string): unknown {
  const pinned = dollars(posix.join(keptIn, mount.path ?? ''));
  if (typeof mount.entry === 'string') return [pinned, ...mount.entry.split(':').slice(1).map(dollars)].join(':');
  return { ...(doubled(mount.entry) as Record<string, unknown>), source: pinned };
}

/** SHA-256 of the files at or below these paths, hex. */
function hashBelow(files: readonly RenderedFile[], paths: readonly string[]): string {
  const below = files.filter(({ path }) => paths.some((each) => each === '.' || path === each || path.startsWith(`${each}/`)));
  return createHash('sha256').update(canonical(below)).digest('hex');
}

function dollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function doubled(value: unknown): unknown {
  if (typeof value === 'string') return dollars(value);
  if (Array.isArray(value)) return value.map(doubled);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, doubled(item)]));
  return value;
}
