import { exceeds, exposureWords, type Reach, reachOf } from '../addresses.ts';
import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import type { LintPort } from '../shortForms.ts';

/** A port that lets in more than its policy, or than anybody would want. */
export const publishedPorts: LintRule = {
  id: 'published-ports',
  title: 'A port is published for more than those who need it',
  why: 'Docker passes published ports through chains of its own, before ufw sees the packet: a "deny" of ufw has no effect on them. What counts is the address that the port is bound to. Bind it to 127.0.0.1 or a private address, leave `ports` out where only containers use it, or filter in the chain DOCKER-USER.',
  traps: ['X-002', 'X-008'],
  *check(subject) {
    const { project, definition } = subject;
    for (const service of project.services) {
      for (const port of service.ports) {
        const reach = reachOf(port.address);
        const policy = definition?.ports.find(
          (entry) => entry.service === service.name && (entry.port === String(port.target) || entry.port === String(port.published)),
        );
        if (definition !== null) {
          if (policy === undefined) yield outsidePolicy(service, port, reach);
          else if (exceeds(reach, policy.across && policy.exposure === 'internal' ? 'private' : policy.exposure)) {
            yield found(
              'error',
              'X-002',
              inService(port.at, service.name),
              `Port ${port.published ?? port.target} of ${service.name} is bound to ${port.address} and so open to ${reachWords(reach)}, but is meant ${exposureWords[policy.exposure]}${ufwWords(subject)}.`,
              policy.exposure === 'internal'
                ? 'Leave the port out of `ports`: containers reach each other without it.'
                : 'Bind it to 127.0.0.1 or to a private address of the server.',
            );
          }
        } else if (reach === 'everywhere') yield* byImage(subject, service, port);
      }
    }
  },
};

function reachWords(reach: Reach): string {
  return { loopback: 'the server itself', private: 'a private network', everywhere: 'everybody who reaches the server' }[reach];
}

function ufwWords({ server }: LintSubject): string {
  return server?.ufwActive === true ? `; ufw is on there and does not filter what Docker publishes` : '; ufw does not filter what Docker publishes';
}

function outsidePolicy(service: LintService, port: LintPort, reach: Reach): LintNews {
  const known = imageFacts(service.image?.text);
  return found(
    reach === 'loopback' ? 'warning' : 'error',
    'X-008',
    inService(port.at, service.name),
    `Port ${port.published ?? port.target} of ${service.name}${known === undefined ? '' : ` (${known.title})`} is published for ${reachWords(reach)}, and the port policy has no entry for it.`,
    'Add the port to `ports` of the definition with who may reach it, or do not publish it.',
  );
}

function* byImage(subject: LintSubject, service: LintService, port: LintPort): Iterable<LintNews> {
  const facts = imageFacts(service.image?.text);
  const isWeb = port.published === 80 || port.published === 443;
  if (facts?.role === 'proxy' || (isWeb && facts === undefined)) return;
  const secluded = facts !== undefined && facts.role !== 'other' && facts.role !== 'dashboards' && facts.role !== 'gateway';
  const what = facts === undefined ? service.name : `${service.name} (${facts.title})`;
  yield found(
    secluded ? 'error' : facts === undefined ? 'note' : 'warning',
    'X-002',
    inService(port.at, service.name),
    `Port ${port.published ?? port.target} of ${what} is open to everybody who reaches the server${ufwWords(subject)}.`,
    secluded
      ? 'Leave it out of `ports`: containers reach each other without it; for a look from outside use a tunnel.'
      : `Bind it to one address, as \`127.0.0.1:${port.published ?? port.target}:${port.target}\`, and let a proxy stand in front of it.`,
  );
}
