// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables that a server fills in are what is written here
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
 * What a release needs beyond a project's own files, which stay as they are: mounted files come from where releases with equal files share
 * them, so that a container is made anew only when they change; directories that containers write to from where they outlive releases;
 * what is built has a name that follows from its sources, so that a rollback finds the image of its release. Null: nothing is needed.
 */
export function pinsOf(project: ComposeProject, source: PinSource): Record<string, unknown> | null {
  const services = Object.fromEntries(
    project.services.flatMap((service) => {
      const mounts = service.mounts.filter((mount) => mount.path !== null);
      const configs = service.configs.flatMap((name) => project.configFiles.get(name) ?? []);
      const secrets = service.secrets.some(({ name }) => project.secretFiles.has(name));
      const labels = {
        ...(configs.length === 0 ? {} : { 'pilothouse.configs': hashBelow(source.files, configs) }),
        ...(secrets ? { 'pilothouse.secrets': '${PH_SECRETS}' } : {}),
      };
      const pinned = {
        ...(service.build === null || service.build.remote ? {} : { image: builtImage(service, source) }),
        ...(mounts.length === 0 ? {} : { volumes: mounts.map((mount) => pinnedMount(mount, source)) }),
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
      };
      return Object.keys(pinned).length === 0 ? [] : [[service.name, pinned]];
    }),
  );
  const top = (files: Map<string, string>, place: string) =>
    Object.fromEntries([...files].filter(([, path]) => !posix.isAbsolute(path)).map(([name, path]) => [name, { file: `${place}/${dollars(path)}` }]));
  const [configs, secrets] = [top(project.configFiles, '${PH_FILES}'), top(project.secretFiles, '${PH_SECRETS}')];
  const whole = {
    ...(Object.keys(services).length === 0 ? {} : { services }),
    ...(Object.keys(configs).length === 0 ? {} : { configs }),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  };
  return Object.keys(whole).length === 0 ? null : whole;
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

function pinnedMount(mount: ProjectMount, source: PinSource): unknown {
  const path = mount.path ?? '';
  const place = source.kept.has(path) ? (source.keptIn === undefined ? '${PH_STACK}/data' : dollars(source.keptIn)) : '${PH_FILES}';
  const pinned = posix.join(place, dollars(path));
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
