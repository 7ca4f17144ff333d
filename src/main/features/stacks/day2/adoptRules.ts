import { Document, parseDocument } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';
import type { DriftItem } from '../../../../shared/model/stackDrift.ts';
import { readCompose } from '../definition/composeRules.ts';
import type { RenderedStack } from '../definition/renderStack.ts';
import type { LiveContainer } from '../plan/liveRules.ts';
import type { AppliedRelease } from '../plan/lookAt.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';

/** Compose file of what was adopted from a server; it goes over the stack's own. */
export const adoptedName = 'compose.adopted.yaml';

/** What a release is made of that has some differences of the server in it. */
export interface AdoptSource {
  serverName: string;
  release: ReleaseRecord;
  applied: AppliedRelease;
  containers: readonly LiveContainer[];
  items: readonly DriftItem[];
  secrets: RenderedStack['secrets'];
}

/** The release that runs, as a stack with the named differences in it. Throws `stack.drift-fixed` where one cannot be adopted. */
export function adoptedStack({ serverName, release, applied, containers, items, secrets }: AdoptSource): RenderedStack {
  const refuse = (item: string, reason: string) => new AppError('stack.drift-fixed', { server: serverName, item, way: 'adopt', reason });
  const fixed = items.find(({ adopt }) => !adopt.possible);
  if (fixed !== undefined) throw refuse(fixed.id, fixed.adopt.how);
  if (release.project !== undefined)
    throw refuse(items[0]?.id ?? '', "the files of a person's own project are changed where they are kept, and taken from there");
  const taken = new Set(items.filter(({ kind }) => kind === 'file').map(({ id }) => id.slice('file:'.length)));
  const files = [...applied.files].flatMap(([path, file]) => {
    if (release.fileHashes?.[path] === undefined && !taken.has(path)) return [];
    if (file.text === null) throw refuse(path, 'it is no text, or too long to be read back');
    if (file.sha256 !== release.fileHashes?.[path] && !taken.has(path))
      throw refuse(items[0]?.id ?? '', `the file ${path} was changed too: adopt or revert it first`);
    return [{ path, text: file.text }];
  });
  const own = files.find(({ path }) => path === adoptedName);
  const over = overrideWith(own?.text ?? null, items, containers);
  const rest = files.filter(({ path }) => path !== adoptedName);
  const composeFiles = [...release.composeFiles.filter((name) => name !== adoptedName), ...(over === null ? [] : [adoptedName])];
  const all = [...rest, ...(over === null ? [] : [{ path: adoptedName, text: over }])];
  const compose = composeFiles.map((name) => ({ path: name, text: all.find(({ path }) => path === name)?.text ?? '' }));
  return {
    stackId: release.stackId,
    ...(release.stackVersion === undefined ? {} : { version: release.stackVersion }),
    title: release.title,
    parameters: release.parameters,
    profiles: release.profiles,
    secrets: release.secretNames.map(
      (name) => secrets.find((secret) => secret.name === name) ?? { name, title: name, urlSafe: false, given: false, usedBy: [] },
    ),
    composeFiles,
    files: all,
    services: readCompose(compose, release.profiles),
    requirements: {},
    start: release.start,
    live: release.live,
    backups: release.backups,
    warmUps: release.warmUps,
    gates: release.gates,
    smokeTests: release.smokeTests,
  };
}

/** Writes the differences of containers into the override; null: there is nothing in it. */
function overrideWith(before: string | null, items: readonly DriftItem[], containers: readonly LiveContainer[]): string | null {
  const document = before === null ? new Document({}) : parseDocument(before);
  for (const item of items) {
    const { service, kind, live } = item;
    if (service === null || kind === 'file') continue;
    const at = (...path: string[]) => ['services', service, ...path];
    const key = item.id.split('.').slice(2).join('.');
    const one = containers.find((container) => container.service === service && !container.oneOff)?.inspected;
    if (one === undefined) continue;
    if (kind === 'image' && live !== null) document.setIn(at('image'), live.startsWith('sha256:') ? `${withoutTag(one.Config.Image)}@${live}` : live);
    if (kind === 'environment') document.setIn(at('environment', key), doubled(live ?? ''));
    if (kind === 'label') document.setIn(at('labels', key), doubled(live ?? ''));
    if (kind === 'restart') document.setIn(at('restart'), live ?? 'no');
    if (kind === 'limit' && key === 'memory') document.setIn(at('deploy', 'resources', 'limits', 'memory'), String(one.HostConfig.Memory ?? 0));
    if (kind === 'limit' && key === 'cpus') document.setIn(at('deploy', 'resources', 'limits', 'cpus'), String((one.HostConfig.NanoCpus ?? 0) / 1e9));
    if (kind === 'removed' || kind === 'extra') document.setIn(at('deploy', 'replicas'), Number(live ?? 1));
    if (kind !== 'port') continue;
    const ports = document.createNode(publishedBy(one.HostConfig.PortBindings ?? {}));
    // What is published is the sum of all files unless it is said that this is all.
    ports.tag = '!override';
    document.setIn(at('ports'), ports);
  }
  const text = document.toString({ lineWidth: 0 });
  return text.trim() === '{}' || text.trim() === '' ? null : text;
}

function publishedBy(bindings: Readonly<Record<string, { HostIp?: string | undefined; HostPort?: string | undefined }[] | null>>): string[] {
  return Object.entries(bindings).flatMap(([target, hosts]) =>
    (hosts ?? []).map(({ HostIp = '', HostPort = '' }) => `${HostIp === '' ? '' : `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:`}${HostPort}:${target}`),
  );
}

function withoutTag(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}

function doubled(text: string): string {
  return text.replaceAll('$', '$$$$');
}
