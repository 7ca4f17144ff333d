import type { LintService } from './composeService.ts';
import { isIP } from './isIp.ts';
import type { LintSubject } from './lintSubject.ts';

/** How a name is judged that a service wants to reach. */
export type NameVerdict = { known: true } | { known: false; why: string };

/** Names that a service of a project can find: those of services on a network of its own, with their aliases, and hosts that it is told of. */
export function judgeName(name: string, from: LintService | null, { project, definition }: Pick<LintSubject, 'project' | 'definition'>): NameVerdict {
  const host = name.toLowerCase();
  if (host === '' || host === 'localhost' || host.includes('$') || isIP(host) || host === '_') return { known: true };
  if (from?.extraHosts.some((extra) => extra.toLowerCase() === host) || from?.networkMode === 'host') return { known: true };
  if (from?.hostname?.toLowerCase() === host) return { known: true };
  const named = project.all.filter((service) => namesOf(service).includes(host));
  if (named.length > 0) {
    if (from === null || from.networkMode !== null) return { known: true };
    const shared = named.some(
      (service) =>
        service === from || service.networkMode !== null || service.networks.some((network) => from.networks.some((own) => own.name === network.name)),
    );
    return shared ? { known: true } : { known: false, why: `${named[0]?.name} is on no network of ${from.name}` };
  }
  // A service of the stack that lies on another server is reached by an address that was put into extra_hosts.
  if (definition?.services.some((service) => service.name === name) === true && project.all.every((service) => service.name !== name)) {
    return { known: false, why: `${name} is a service of the stack, but not in the compose files` };
  }
  if (host === 'host.docker.internal') return { known: false, why: 'Docker on Linux knows it only with extra_hosts: host.docker.internal:host-gateway' };
  const privateName = !host.includes('.') || /\.(internal|local|lan|localdomain|svc|intranet|corp|docker)$/.test(host);
  return privateName ? { known: false, why: 'no service of the project has that name' } : { known: true };
}

/** Names by which others find a service. */
function namesOf(service: LintService): string[] {
  const names = [service.name, service.containerName?.text, service.hostname, ...service.networks.flatMap(({ aliases }) => aliases)];
  return names.flatMap((name) => (name == null || name === '' ? [] : [name.toLowerCase()]));
}
