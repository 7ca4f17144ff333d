import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** A service of the stack that listens, of which the port policy says nothing. */
export const portPolicy: LintRule = {
  id: 'port-policy',
  title: 'A service listens, and the port policy does not name it',
  why: 'A firewall, a proxy and a port scan are set up by the list of ports. A service that is missing there is either not reachable when it should be, or open without anybody having meant it. Name every port with who may reach it, internal ones too.',
  traps: ['X-009'],
  *check({ project, definition }) {
    if (definition === null) return;
    for (const service of project.services) {
      if (definition.ports.some((entry) => entry.service === service.name)) continue;
      const facts = imageFacts(service.image?.text);
      const asked =
        service.health === null || service.health === 'disabled'
          ? undefined
          : /(?:localhost|127\.0\.0\.1|\[::1\]):([0-9]{2,5})/.exec(service.health.words.join(' '))?.[1];
      const port = service.exposed[0] ?? (asked === undefined ? facts?.port : Number(asked));
      if (port === undefined) continue;
      yield found(
        'warning',
        'X-009',
        inService(service.image?.at ?? service.at, service.name),
        `${service.name}${facts === undefined ? '' : ` (${facts.title})`} listens on ${port}, and \`ports\` of the definition has no entry for it.`,
        `Add { service: ${service.name}, port: '${port}', exposure: internal } or who else may reach it.`,
      );
    }
  },
};
