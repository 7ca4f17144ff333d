import { isAbsolute, resolve } from 'node:path';
import type { ComposeService } from './composeService.ts';

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const named = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : Object.keys(isRecord(value) ? value : {}));

/** A mount in its full form; named volumes by their name in the file. */
function fullMount(directory: string, entry: unknown): Json {
  if (isRecord(entry)) {
    const source = entry['source'];
    return entry['type'] === 'bind' && typeof source === 'string' && !isAbsolute(source) ? { ...entry, source: resolve(directory, source) } : entry;
  }
  const [first = '', target, mode] = String(entry).split(':');
  if (target === undefined) return { type: 'volume', target: first, volume: {} };
  const how = mode?.split(',').includes('ro') ? { read_only: true } : {};
  if (/^[./~]/.test(first)) return { type: 'bind', source: resolve(directory, first), target, ...how, bind: { create_host_path: true } };
  return { type: 'volume', source: first, target, ...how, volume: {} };
}

const fullFiles = (value: unknown): unknown[] | undefined =>
  Array.isArray(value) ? value.map((entry) => (isRecord(entry) ? entry : { source: String(entry) })) : undefined;

function fullService(directory: string, service: ComposeService, value: Json): Json {
  const { configs, secrets, volumes, networks } = value;
  const full: Json = {
    ...value,
    image: service.image,
    ...(service.command.length > 0 && { command: service.command }),
    ...(Object.keys(service.environment).length > 0 && { environment: service.environment }),
    ...(Object.keys(service.labels).length > 0 && { labels: service.labels }),
    ...(service.ports.length > 0 && {
      ports: service.ports.map(({ hostIp, published, target, protocol }) => ({
        ...{ mode: 'ingress', target, published: String(published), protocol },
        ...(hostIp !== '0.0.0.0' && { host_ip: hostIp }),
      })),
    }),
    ...(Array.isArray(volumes) && { volumes: volumes.map((entry) => fullMount(directory, entry)) }),
    ...(service.dependsOn.length > 0 && {
      depends_on: Object.fromEntries(service.dependsOn.map(({ service: name, condition }) => [name, { condition, required: true }])),
    }),
    ...(configs !== undefined && { configs: fullFiles(configs) }),
    ...(secrets !== undefined && { secrets: fullFiles(secrets) }),
  };
  if (value['network_mode'] === undefined) {
    full['networks'] = isRecord(networks) ? networks : Object.fromEntries(service.networks.map((name) => [name, null]));
  }
  return full;
}

/** Definitions beside the services, with the name that each has on the host, and files by their whole path. */
function fullDefinitions(project: string, directory: string, value: unknown, names = named(value)): Json {
  return Object.fromEntries(
    names.map((name) => {
      const given = isRecord(value) && isRecord(value[name]) ? value[name] : {};
      const file = given['file'];
      return [name, { name: `${project}_${name}`, ...given, ...(typeof file === 'string' && { file: resolve(directory, file) }) }];
    }),
  );
}

/** A project as `docker compose config` prints it: everything merged and in its long form, only services that are in use. */
export function composeDocument(options: { name: string; directory: string; root: Json; services: readonly ComposeService[] }): Json {
  const { name, directory, root, services } = options;
  const definitions = isRecord(root['services']) ? root['services'] : {};
  const networks = [...new Set(services.flatMap((service) => service.networks))];
  const parts = { volumes: root['volumes'], configs: root['configs'], secrets: root['secrets'] };
  return {
    name,
    services: Object.fromEntries(
      services.map((service) => {
        const value = definitions[service.name];
        return [service.name, fullService(directory, service, isRecord(value) ? value : {})];
      }),
    ),
    networks: fullDefinitions(name, directory, root['networks'], networks),
    ...Object.fromEntries(Object.entries(parts).flatMap(([key, value]) => (value === undefined ? [] : [[key, fullDefinitions(name, directory, value)]]))),
  };
}
