import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { composeDocument } from './composeDocument.ts';
import type { ComposeService } from './composeService.ts';
import type { PublishedPort } from './container.ts';
import { interpolate } from './interpolate.ts';

/** A compose file that Compose would refuse; `message` is what it says. */
export class ComposeError extends Error {}

/** A compose project as its files and variables give it. */
export interface ComposeProject {
  name: string;
  services: ComposeService[];
  networks: string[];
  volumes: string[];
  /** The whole of it as `docker compose config` shows it. */
  document: Record<string, unknown>;
  unsetVariables: string[];
}

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const serviceKeys = new Set(
  (
    'annotations attach build blkio_config cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent cpu_shares cpus cpuset credential_spec ' +
    'depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus ' +
    'group_add healthcheck hostname image init ipc isolation labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode ' +
    'networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles pull_policy read_only restart runtime scale secrets ' +
    'security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits user userns_mode uts volumes volumes_from working_dir'
  ).split(' '),
);

function fillIn(value: unknown, environment: Readonly<Record<string, string>>, unset: (name: string) => void): unknown {
  if (typeof value === 'string') return interpolate(value, environment, unset);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, environment, unset));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, environment, unset)]));
  return value;
}

/** Later files go over earlier ones: mappings by key, lists one after the other, all else replaced. */
function merge(under: unknown, over: unknown): unknown {
  if (isRecord(under) && isRecord(over)) {
    const merged: Json = { ...under };
    for (const [key, value] of Object.entries(over)) merged[key] = key in under && key !== 'command' && key !== 'entrypoint' ? merge(under[key], value) : value;
    return merged;
  }
  if (Array.isArray(under) && Array.isArray(over)) return [...under, ...over];
  return over ?? under;
}

const keyed = (value: unknown): Record<string, string> => {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map((item) => [String(item).split('=', 1)[0] ?? '', String(item).includes('=') ? String(item).slice(String(item).indexOf('=') + 1) : '']),
    );
  }
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === null ? '' : String(item)])) : {};
};

const listed = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : [];

function readPort(service: string, entry: unknown): PublishedPort[] {
  if (isRecord(entry)) {
    return entry['published'] === undefined
      ? []
      : [
          {
            hostIp: String(entry['host_ip'] ?? '0.0.0.0'),
            published: Number(entry['published']),
            target: Number(entry['target']),
            protocol: entry['protocol'] === 'udp' ? 'udp' : 'tcp',
          },
        ];
  }
  const match = /^(?:(?:\[?([0-9a-fA-F.:]*?)\]?:)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/.exec(String(entry));
  if (!match) throw new ComposeError(`services.${service}.ports: invalid containerPort: ${String(entry)}`);
  const [, hostIp, published, target, protocol] = match;
  for (const port of [published, target]) if (port && (Number(port) < 1 || Number(port) > 65_535)) throw new ComposeError(`invalid port number: ${port}`);
  return published ? [{ hostIp: hostIp || '0.0.0.0', published: Number(published), target: Number(target), protocol: protocol === 'udp' ? 'udp' : 'tcp' }] : [];
}

function readMount(project: string, directory: string, entry: unknown): { type: string; source: string; target: string }[] {
  if (isRecord(entry)) return [{ type: String(entry['type'] ?? 'volume'), source: String(entry['source'] ?? ''), target: String(entry['target'] ?? '') }];
  const [source = '', target] = String(entry).split(':');
  if (target === undefined) return [{ type: 'volume', source: '', target: source }];
  if (/^[./~]/.test(source)) return [{ type: 'bind', source: source.startsWith('/') ? source : `${directory}/${source.replace(/^\.\//, '')}`, target }];
  return [{ type: 'volume', source: `${project}_${source}`, target }];
}

function readService(project: string, directory: string, name: string, value: Json): ComposeService {
  for (const key of Object.keys(value)) {
    if (!serviceKeys.has(key) && !key.startsWith('x-'))
      throw new ComposeError(`validating compose file: services.${name} additional properties '${key}' not allowed`);
  }
  const image = value['image'] === undefined ? null : String(value['image']);
  if (!image) throw new ComposeError(`service "${name}" has neither an image nor a build context specified: invalid compose project`);
  if (/\s|[A-Z].*\/|:$|^:/.test(image)) throw new ComposeError(`invalid reference format: ${image}`);
  const depends = value['depends_on'];
  const healthcheck = value['healthcheck'];
  return {
    name,
    image,
    command: listed(value['command']),
    environment: keyed(value['environment']),
    ports: (Array.isArray(value['ports']) ? value['ports'] : []).flatMap((entry) => readPort(name, entry)),
    mounts: (Array.isArray(value['volumes']) ? value['volumes'] : []).flatMap((entry) => readMount(project, directory, entry)),
    networks:
      value['networks'] === undefined
        ? ['default']
        : Array.isArray(value['networks'])
          ? value['networks'].map(String)
          : Object.keys(isRecord(value['networks']) ? value['networks'] : {}),
    restart: String(value['restart'] ?? 'no'),
    hasHealthcheck: isRecord(healthcheck) && healthcheck['disable'] !== true,
    usesGpu: /"gpu"/.test(JSON.stringify(value['deploy'] ?? null)) || value['gpus'] !== undefined,
    replicas: Number((isRecord(value['deploy']) ? value['deploy']['replicas'] : undefined) ?? value['scale'] ?? 1),
    labels: keyed(value['labels']),
    dependsOn: Array.isArray(depends)
      ? depends.map((service) => ({ service: String(service), condition: 'service_started' }))
      : Object.entries(isRecord(depends) ? depends : {}).map(([service, how]) => ({
          service,
          condition: isRecord(how) ? String(how['condition']) : 'service_started',
        })),
    containerName: value['container_name'] === undefined ? null : String(value['container_name']),
    profiles: listed(value['profiles']),
    hash: createHash('sha256').update(JSON.stringify(value)).digest('hex'),
  };
}

/** Services with what they depend on first. Throws {@link ComposeError} for unknown names and circles. */
function inOrder(services: readonly ComposeService[]): ComposeService[] {
  const done = new Map<string, ComposeService>();
  const visit = (service: ComposeService, path: readonly string[]): void => {
    if (done.has(service.name)) return;
    if (path.includes(service.name)) throw new ComposeError(`dependency cycle detected: ${[...path, service.name].join(' -> ')}`);
    for (const { service: name } of service.dependsOn) {
      const next = services.find((one) => one.name === name);
      if (!next) throw new ComposeError(`service "${service.name}" depends on undefined service "${name}": invalid compose project`);
      visit(next, [...path, service.name]);
    }
    done.set(service.name, service);
  };
  for (const service of services) visit(service, []);
  return [...done.values()];
}

/**
 * Reads a compose project. `files` in the order in which they are given; `environment` fills in variables; `directory` is where
 * relative paths begin. Throws {@link ComposeError} for what Compose refuses too. Source: https://docs.docker.com/reference/compose-file/.
 */
export function readProject(options: {
  name: string;
  files: readonly { path: string; text: string }[];
  environment: Readonly<Record<string, string>>;
  directory: string;
  profiles: readonly string[];
}): ComposeProject {
  const unset = new Set<string>();
  let document: unknown = {};
  for (const { path, text } of options.files) {
    let parsed: unknown;
    try {
      parsed = parse(text);
    } catch (error) {
      throw new ComposeError(`yaml: ${path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
    if (!isRecord(parsed)) throw new ComposeError(`Top-level object must be a mapping`);
    for (const key of Object.keys(parsed)) {
      if (!['services', 'networks', 'volumes', 'configs', 'secrets', 'name', 'version', 'include', 'models'].includes(key) && !key.startsWith('x-')) {
        throw new ComposeError(`validating ${path}: additional properties '${key}' not allowed`);
      }
    }
    document = merge(
      document,
      fillIn(parsed, options.environment, (name) => unset.add(name)),
    );
  }
  const root = isRecord(document) ? document : {};
  const definitions = root['services'];
  if (!isRecord(definitions) || Object.keys(definitions).length === 0) throw new ComposeError('no service selected');
  const networks = Object.keys(isRecord(root['networks']) ? root['networks'] : {});
  const volumes = Object.keys(isRecord(root['volumes']) ? root['volumes'] : {});
  const all = Object.entries(definitions).map(([name, value]) => {
    if (!isRecord(value)) throw new ComposeError(`validating compose file: services.${name} must be a mapping`);
    return readService(options.name, options.directory, name, value);
  });
  for (const service of all) {
    for (const network of service.networks) {
      if (network !== 'default' && !networks.includes(network))
        throw new ComposeError(`service "${service.name}" refers to undefined network ${network}: invalid compose project`);
    }
    for (const mount of service.mounts) {
      const volume = mount.source.slice(options.name.length + 1);
      if (mount.type === 'volume' && mount.source !== '' && !volumes.includes(volume)) {
        throw new ComposeError(`service "${service.name}" refers to undefined volume ${volume}: invalid compose project`);
      }
    }
  }
  const services = inOrder(all.filter((service) => service.profiles.length === 0 || service.profiles.some((profile) => options.profiles.includes(profile))));
  const used = new Set(services.flatMap((service) => service.networks));
  return {
    name: options.name,
    services,
    networks: [...used].map((network) => `${options.name}_${network}`),
    volumes: volumes.map((volume) => `${options.name}_${volume}`),
    document: composeDocument({ name: options.name, directory: options.directory, root, services }),
    unsetVariables: [...unset],
  };
}
