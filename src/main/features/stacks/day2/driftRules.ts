import type { DriftItem, DriftKind } from '../../../../shared/model/stackDrift.ts';
import { isUp, type LiveContainer, type LiveProject } from '../plan/liveRules.ts';
import type { AppliedRelease } from '../plan/lookAt.ts';
import { placesOf } from '../release/mountRules.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { type ResolvedService, scaleOf, tiedTo, undoubled } from '../release/resolvedProject.ts';
import { cpusOf, memoryOf } from './limitRules.ts';

/** What is compared. */
export interface DriftInput {
  release: Pick<ReleaseRecord, 'id' | 'fileHashes' | 'images' | 'mounts'>;
  /** The release as Compose reads it on the server; null: it cannot be read. */
  applied: AppliedRelease | null;
  live: LiveProject;
  /** Values that may not be shown. */
  secrets: readonly string[];
}

const yes = (how: string) => ({ possible: true, how });
const no = (how: string) => ({ possible: false, how });
const bySettings = yes('a release is made that says it so');
const anew = yes('the container is made anew from the release');
const secretName = /pass|secret|token|key|credential/i;

/** What differs on a server from the release that shall run there, in the order of services; the same difference has the same id at every look. */
export function driftOf({ release, applied, live, secrets }: DriftInput): { items: DriftItem[]; unknowns: string[] } {
  if (applied === null) return { items: [], unknowns: [`what differs from ${release.id}, since Compose cannot read it on the server any more`] };
  const items: DriftItem[] = [];
  const services = applied.project.services;
  for (const [name, service] of Object.entries(services)) {
    const own = live.containers.filter((container) => container.service === name && !container.oneOff);
    items.push(...countDrift(name, service, own));
    for (const container of own.slice(0, scaleOf(service))) items.push(...containerDrift({ name, service, container, applied, live, release, secrets }));
  }
  for (const container of live.containers.filter(({ service, oneOff }) => !oneOff && !(service in services)))
    items.push({
      ...base('extra', container.service, container.name, `the container ${container.name} is of no service of ${release.id}`),
      live: container.inspected.Config.Image,
      adopt: no('the release has no service that it could belong to'),
      revert: yes('the container is removed'),
    });
  for (const [key, volume] of Object.entries(applied.project.volumes ?? {})) {
    const name = volume?.name ?? key;
    if (!live.allVolumes.has(name))
      items.push({
        ...base('volume', null, name, `the volume ${name} is not there any more, and what it held is gone`),
        adopt: no('a release needs its volumes'),
        revert: yes('it is made anew, empty; a backup can be restored into it'),
      });
  }
  return {
    items: [...items, ...fileDrift(release, applied)],
    unknowns: release.fileHashes === undefined ? ['whether files were changed: the release is from before that was recorded'] : [],
  };
}

function countDrift(name: string, service: ResolvedService, own: readonly LiveContainer[]): DriftItem[] {
  const wanted = scaleOf(service);
  if (own.length < wanted)
    return [
      {
        ...base('removed', name, null, own.length === 0 ? 'its container was removed' : `${wanted - own.length} of its ${wanted} containers were removed`),
        desired: String(wanted),
        live: String(own.length),
        adopt: own.length === 0 ? no('taking a service out is a change of the stack itself') : bySettings,
        revert: yes('what is missing is made anew'),
      },
    ];
  if (own.length === wanted) return [];
  return [
    {
      ...base('extra', name, 'scale', `${own.length} containers are there, the release has ${wanted}`),
      desired: String(wanted),
      live: String(own.length),
      adopt: bySettings,
      revert: yes('those that are too many are removed'),
    },
  ];
}

interface ContainerLook {
  name: string;
  service: ResolvedService;
  container: LiveContainer;
  applied: AppliedRelease;
  live: LiveProject;
  release: DriftInput['release'];
  secrets: readonly string[];
}

function containerDrift(look: ContainerLook): DriftItem[] {
  const { name, service, container, applied } = look;
  const { inspected } = container;
  const items: DriftItem[] = [];
  const add = (
    kind: DriftKind,
    key: string | null,
    said: string,
    desired: string | null,
    live: string | null,
    ways?: Partial<Pick<DriftItem, 'adopt' | 'revert'>>,
  ) => items.push({ ...base(kind, name, key, said), desired, live, adopt: bySettings, revert: anew, ...ways });

  const oneShot = (service.restart ?? 'no') === 'no' && container.state === 'exited' && inspected.State.ExitCode === 0;
  if (!isUp(container) && !oneShot)
    add(
      'stopped',
      null,
      container.state === 'exited' ? `it has ended with exit code ${inspected.State.ExitCode ?? '?'}` : `it is ${container.state}`,
      'running',
      container.state,
      {
        adopt: no('a release cannot say that a service is to stand still'),
        revert: yes('it is started'),
      },
    );
  items.push(...imageDrift(look));
  const wanted = applied.hashes.get(name) ?? null;
  const detail = [...valueDrift(look), ...settingDrift(look)];
  items.push(...detail);
  const known = items.some(({ kind }) => kind === 'image' || kind === 'environment' || kind === 'label' || kind === 'port');
  if (tiedTo(service).length === 0 && container.hash !== wanted && !known)
    add('definition', null, 'its container was made from another definition than that of the release', null, null, {
      adopt: no('what it was made from is not recorded'),
    });
  return items;
}

function imageDrift({ name, service, container, live, release }: ContainerLook): DriftItem[] {
  const { Config, Image } = container.inspected;
  if (service.image !== undefined && Config.Image !== service.image && !Config.Image.startsWith('sha256:'))
    return [
      {
        ...base('image', name, null, `it runs ${Config.Image} and not ${service.image}`),
        desired: service.image,
        live: Config.Image,
        adopt: bySettings,
        revert: anew,
      },
    ];
  const recorded = release.images.find((image) => image.service === name)?.digest ?? null;
  const image = live.images.get(Image) ?? null;
  const digests = (image?.RepoDigests ?? []).map((digest) => digest.split('@')[1] ?? '');
  if (recorded === null || digests.length === 0 || digests.includes(recorded)) return [];
  const said = `it runs another image of ${service.image ?? 'its name'} than the release was recorded with`;
  return [
    { ...base('image', name, null, said), desired: recorded, live: digests[0] ?? null, adopt: yes('a release is made with the image that runs'), revert: anew },
  ];
}

function valueDrift({ name, service, container, live, secrets }: ContainerLook): DriftItem[] {
  const { Config, Image } = container.inspected;
  const fromImage = live.images.get(Image)?.Config ?? null;
  const items: DriftItem[] = [];
  const compare = (
    kind: 'environment' | 'label',
    desired: ReadonlyMap<string, string>,
    actual: ReadonlyMap<string, string>,
    own: ReadonlyMap<string, string> | null,
  ) => {
    for (const key of [...new Set([...desired.keys(), ...actual.keys()])].sort()) {
      const [want, is] = [desired.get(key) ?? null, actual.get(key) ?? null];
      if (want === is || (want === null && (own === null || own.get(key) === is))) continue;
      const hidden =
        kind === 'environment' &&
        (secretName.test(key) || [want, is].some((value) => value !== null && secrets.some((secret) => secret.length >= 4 && value.includes(secret))));
      const word = kind === 'environment' ? 'the variable' : 'the label';
      const said = `${word} ${key} ${want === null ? 'is there, and the release has none of it' : is === null ? 'is missing' : 'has another value'}`;
      items.push({
        ...base(kind, name, key, said),
        desired: hidden ? null : want,
        live: hidden ? null : is,
        adopt: hidden
          ? no('a secret is changed by giving it with a deploy')
          : is === null
            ? no('a release cannot take a variable away that the stack gives')
            : bySettings,
        revert: anew,
      });
    }
  };
  const env = new Map((Config.Env ?? []).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  const imageEnv = new Map((fromImage?.Env ?? []).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  // A variable without a value is one that Compose takes from its own environment.
  compare('environment', written(service.environment), env, fromImage === null ? null : imageEnv);
  const labels = new Map(Object.entries(Config.Labels ?? {}).filter(([key]) => !key.startsWith('com.docker.compose.')));
  compare('label', written(service.labels), labels, fromImage === null ? null : new Map(Object.entries(fromImage.Labels ?? {})));
  return items;
}

function settingDrift({ name, service, container, applied }: ContainerLook): DriftItem[] {
  const { HostConfig, NetworkSettings } = container.inspected;
  const items: DriftItem[] = [];
  const compare = (kind: DriftKind, key: string | null, title: string, desired: string, live: string, adopt = bySettings) => {
    if (desired !== live) items.push({ ...base(kind, name, key, `${title} is ${live}, and ${desired} in the release`), desired, live, adopt, revert: anew });
  };
  const policy = HostConfig.RestartPolicy?.Name || 'no';
  compare('restart', null, 'its restart policy', service.restart?.split(':')[0] ?? 'no', policy);
  const published = (service.ports ?? []).filter((port) => port.published !== undefined && !port.published.includes('-'));
  const desiredPorts = published.map((port) => `${port.host_ip ?? ''}:${port.published}->${port.target}/${port.protocol ?? 'tcp'}`);
  const bound = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([target, hosts]) =>
    (hosts ?? []).map((host) => `${host.HostIp ?? ''}:${host.HostPort ?? ''}->${target}`),
  );
  if ((service.ports ?? []).length === published.length)
    compare('port', null, 'what it publishes', desiredPorts.sort().join(' ') || 'nothing', bound.sort().join(' ') || 'nothing');
  compare('limit', 'memory', 'its memory limit', size(memoryOf(service)), size(HostConfig.Memory ?? 0));
  compare('limit', 'cpus', 'its processor limit', cores(cpusOf(service)), cores((HostConfig.NanoCpus ?? 0) / 1e9));
  if (service.network_mode === undefined) {
    const nameOf = (key: string) => applied.project.networks?.[key]?.name ?? key;
    const desired = Object.keys(service.networks ?? { default: null }).map(nameOf);
    const live = Object.keys(NetworkSettings.Networks ?? {});
    if (isUp(container))
      compare(
        'network',
        null,
        'its networks',
        desired.sort().join(' '),
        live.sort().join(' '),
        no('a network that containers were put into by hand belongs to nobody; add it to the stack'),
      );
  }
  return items;
}

function fileDrift(release: DriftInput['release'], applied: AppliedRelease): DriftItem[] {
  const recorded = release.fileHashes ?? {};
  if (release.fileHashes === undefined) return [];
  return [...new Set([...Object.keys(recorded), ...applied.files.keys()])].sort().flatMap((path): DriftItem[] => {
    const was = recorded[path];
    const inProject = applied.files.get(path)?.sha256;
    // What containers see is the copy that they mount.
    const [, ...copies] = placesOf(release, path);
    const other = was === undefined ? undefined : copies.find((place) => applied.mounted.get(place) !== was);
    if (was === inProject && other === undefined) return [];
    const isCopy = was === inProject && other !== undefined;
    const is = isCopy ? applied.mounted.get(other) : inProject;
    const what = was === undefined ? 'put there' : is === undefined ? 'removed' : 'changed';
    const said = `the file ${path} of ${release.id} was ${what} on the server${isCopy ? ', where containers mount it' : ''}`;
    const text = isCopy ? null : (applied.files.get(path)?.text ?? null);
    return [
      {
        ...base('file', null, path, said),
        desired: was === undefined ? null : `sha256 ${was.slice(0, 12)}`,
        live: is === undefined ? null : `sha256 ${is.slice(0, 12)}`,
        adopt:
          text === null
            ? no(isCopy ? 'only the copy that containers mount was changed: deploy the change, or revert it' : 'its text cannot be read')
            : yes('a release is made with the file as it is on the server'),
        revert: was === undefined ? yes('it is removed') : yes('it is put back as it was recorded, where its text is still known'),
      },
    ];
  });
}

function base(
  kind: DriftKind,
  service: string | null,
  key: string | null,
  said: string,
): Pick<DriftItem, 'id' | 'kind' | 'service' | 'said' | 'desired' | 'live'> {
  const id = service === null ? `${kind}:${key ?? ''}` : [service, kind, ...(key === null ? [] : [key])].join('.');
  return { id, kind, service, said: service === null ? said : `${service}: ${said}`, desired: null, live: null };
}

function written(values: ResolvedService['environment']): Map<string, string> {
  return new Map(Object.entries(values ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, undoubled(String(value))]])));
}

function size(bytes: number): string {
  return bytes === 0 ? 'none' : `${Math.round(bytes / 1024 ** 2)} MiB`;
}

function cores(count: number): string {
  return count === 0 ? 'none' : String(Math.round(count * 1000) / 1000);
}
