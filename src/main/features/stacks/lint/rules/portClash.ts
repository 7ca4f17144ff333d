import { sameSocket } from '../addresses.ts';
import type { LintService } from '../composeService.ts';
import { found, inService, type LintNews, type LintRule, type LintServer } from '../lintSubject.ts';
import type { LintPort } from '../shortForms.ts';

/** Two that want one port of the server. */
export const portClash: LintRule = {
  id: 'port-clash',
  title: 'A port of the server is wanted twice',
  why: 'Only one program can listen on a port of an address. Stacks come with the same defaults (8000, 3000, 9090, 6379, 80), so that the second one on a server does not start. Give one of them another port on the server; the port inside the container may stay.',
  traps: ['X-010', 'X-107'],
  *check({ project, server }) {
    const wanted = project.services.flatMap((service) =>
      service.ports.flatMap((port) => (port.published === null ? [] : [{ service, port, number: port.published }])),
    );
    for (const [index, { service, port, number }] of wanted.entries()) {
      const other = wanted
        .slice(0, index)
        .find((one) => one.number === number && one.port.protocol === port.protocol && sameSocket(one.port.address, port.address));
      if (other !== undefined) {
        yield found(
          'error',
          'X-107',
          inService(port.at, service.name),
          `${service.name} and ${other.service.name} both want port ${number} of the server.`,
          'Give one of them another port on the server.',
        );
      }
      if (port.protocol === 'tcp' && server !== null) yield* onServer(server, service, port, number);
    }
    yield* replicas(project.services);
    if (server !== null && server.listening === null && wanted.length > 0)
      yield { unknown: `which ports are taken on ${server.name}: its facts were never read` };
  },
};

function* onServer(server: LintServer, service: LintService, port: LintPort, number: number): Iterable<LintNews> {
  const at = inService(port.at, service.name);
  const other = server.others.find((one) => one.port === number && sameSocket(one.address, port.address));
  const fix = 'Give it another port on the server, or place it on another server.';
  if (other !== undefined) {
    yield found('error', 'X-010', at, `${service.name} wants port ${number} of ${server.name}, which ${other.service} of the stack ${other.stack} has.`, fix);
    return;
  }
  if (server.own?.some((one) => one.port === number && sameSocket(one.address, port.address))) return;
  const taken = server.listening?.find((one) => one.port === number && sameSocket(one.address, port.address));
  if (taken === undefined) return;
  const byContainer = taken.process === null || taken.process.startsWith('docker');
  // Before its own release is known, the stack that is there already looks like any other container.
  if (byContainer && server.own === null)
    yield { unknown: `whether port ${number} of ${server.name} is held by this stack itself or by another one: the preflight of a plan looks` };
  else
    yield found(
      'error',
      'X-010',
      at,
      `${service.name} wants port ${number} of ${server.name}, where ${taken.process ?? 'something'} listens on ${taken.address}.`,
      fix,
    );
}

function* replicas(services: readonly LintService[]): Iterable<LintNews> {
  for (const service of services) {
    const fixed = service.ports.find(({ published }) => published !== null);
    if (service.replicas.count < 2 || fixed === undefined) continue;
    yield found(
      'error',
      'X-010',
      inService(fixed.at, service.name),
      `${service.name} runs ${service.replicas.count} times and publishes port ${fixed.published}: only the first can have it.`,
      'Leave the port out and put a proxy in front of the replicas, or run it once.',
    );
  }
}
