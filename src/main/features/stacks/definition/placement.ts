import { type Document, isMap, isSeq } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';

/** What of a stack one server runs, and where the rest is. */
export interface Placement {
  /** Services of the roles that the server has. */
  services: ReadonlySet<string>;
  /** How containers of this server reach each service, one host for each server that runs it; its own is the service's name. */
  hosts: ReadonlyMap<string, readonly string[]>;
  /** Where this server publishes what the others use; null: it is alone. */
  address: string | null;
}

/** What placing needs of a server. */
export type PlacedServer = Pick<Server, 'name' | 'host' | 'record'>;

/**
 * Works out what each server runs. `roles` names the servers of each role; null gives every server the whole stack. Returns the
 * placements in the order in which servers are to be deployed: as the definition orders the roles. Throws `stack.parameter-invalid`
 * for a role that is unknown, has no server, or has too many.
 */
export function placeStack(
  definition: StackDefinition,
  servers: readonly PlacedServer[],
  roles: Readonly<Record<string, readonly string[]>> | null,
): Map<string, Placement> {
  if (roles === null) return new Map(servers.map(({ name }) => [name, wholeStack(definition)]));
  const known = definition.roles.map(({ id }) => id);
  for (const id of Object.keys(roles)) {
    if (!known.includes(id)) throw badRole(id, known.length === 0 ? 'the stack has no roles' : `there is no such role; there are: ${known.join(', ')}`);
  }
  for (const { id, maxServers } of definition.roles) {
    const names = roles[id] ?? [];
    if (names.length === 0) throw badRole(id, 'it has no server');
    if (maxServers !== undefined && names.length > maxServers) throw badRole(id, `it can have ${maxServers} at most, not ${names.length}`);
  }
  const byName = new Map(servers.map((server) => [server.name, server]));
  const namesOf = (service: StackDefinition['services'][number]) => roles[service.role ?? known[0] ?? ''] ?? [];
  const order = [...new Set(known.flatMap((id) => roles[id] ?? []))];
  return new Map(
    order.map((name) => {
      const own = definition.services.filter((service) => namesOf(service).includes(name)).map((service) => service.name);
      const hosts = new Map(
        definition.services.map((service) => [
          service.name,
          namesOf(service).map((each) => (each === name ? service.name : addressOf(byName.get(each), each))),
        ]),
      );
      return [name, { services: new Set(own), hosts, address: order.length === 1 ? null : addressOf(byName.get(name), name) }];
    }),
  );
}

/** The placement of a stack that one server runs alone. */
export function wholeStack(definition: StackDefinition): Placement {
  const names = definition.services.map(({ name }) => name);
  return { services: new Set(names), hosts: new Map(names.map((name) => [name, [name]])), address: null };
}

/** Takes out of a compose file the services that run elsewhere, and what waits for them. */
export function dropServices(document: Document, elsewhere: ReadonlySet<string>): void {
  const services = document.get('services');
  if (!isMap(services) || elsewhere.size === 0) return;
  for (const name of elsewhere) services.delete(name);
  for (const { value: service } of services.items) {
    if (!isMap(service)) continue;
    const waits = service.get('depends_on');
    if (isMap(waits)) for (const name of elsewhere) waits.delete(name);
    if (isSeq(waits)) waits.items = waits.items.filter((item) => !elsewhere.has(String((item as { value?: unknown }).value)));
    if ((isMap(waits) || isSeq(waits)) && waits.items.length === 0) service.delete('depends_on');
  }
}

/**
 * The compose file that ties a server to the others: names of the services that run there, and the ports that those use here. Null:
 * it is alone.
 */
export function acrossFile(definition: StackDefinition, placement: Placement, fill: (text: string) => string): Record<string, unknown> | null {
  if (placement.address === null) return null;
  const remote = [...placement.hosts].filter(([name]) => !placement.services.has(name));
  const extraHosts = remote.flatMap(([name, hosts]) => hosts.slice(0, 1).map((host) => `${name}:${host}`));
  const services = [...placement.services].map((name) => {
    const ports = definition.ports.filter((port) => port.service === name && port.across).map((port) => fill(port.port));
    return [
      name,
      {
        ...(extraHosts.length === 0 ? {} : { extra_hosts: extraHosts }),
        ...(ports.length === 0 ? {} : { ports: ports.map((port) => `${placement.address}:${port}:${port}`) }),
      },
    ] as const;
  });
  const tied = services.filter(([, service]) => Object.keys(service).length > 0);
  return tied.length === 0 ? null : { services: Object.fromEntries(tied) };
}

/** Writes a line that names `${each.SERVICE}` once for each host of the service. */
export function repeatLines(text: string, hosts: Placement['hosts']): string {
  if (!text.includes('${each.')) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      const name = /\$\{each\.([a-zA-Z0-9_.-]+)\}/.exec(line)?.[1];
      const found = name === undefined ? undefined : hosts.get(name);
      return found === undefined ? [line] : found.map((host) => line.replaceAll(`\${each.${name}}`, host));
    })
    .join('\n');
}

const ipAddress = z.union([z.ipv4(), z.ipv6()]);

/** Containers reach other servers by number: a name would be looked up where they run, by whatever answers there. */
function addressOf(server: PlacedServer | undefined, name: string): string {
  const address = server?.record?.privateAddress ?? server?.host ?? '';
  if (ipAddress.safeParse(address).success) return address;
  throw badRole(name, 'other servers of the stack reach it by its private address, an IP address, which its record does not have');
}

function badRole(name: string, problem: string): AppError {
  return new AppError('stack.parameter-invalid', { name, problem });
}
