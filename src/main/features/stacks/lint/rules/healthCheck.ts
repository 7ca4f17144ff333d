import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { runsOnce } from '../serviceKind.ts';

/** A service that nobody can tell to be well. */
export const healthCheck: LintRule = {
  id: 'health-check',
  title: 'A service has no health check',
  why: 'Without a check a container counts as well as soon as its process lives: a start in order cannot wait for it, a deploy cannot tell a broken release, a proxy sends requests to it. Check what it is there for, with a program that its image has.',
  traps: ['X-100'],
  *check({ project, definition }) {
    for (const service of project.services) {
      if (service.health !== null && service.health !== 'disabled') continue;
      if (runsOnce(service, project.all)) continue;
      const facts = imageFacts(service.image?.text);
      const waited = project.services.find(({ dependsOn }) => dependsOn.some((each) => each.service === service.name && each.condition === 'service_healthy'));
      const stateful = definition?.services.find(({ name }) => name === service.name)?.stateful ?? (facts?.data !== undefined && facts.role !== 'model-server');
      const at = inService(service.at, service.name);
      const fix =
        facts?.check === undefined ? 'Add a health check that asks for what it is there for.' : `Add \`healthcheck\` with the test \`${facts.check}\`.`;
      // Images that check themselves are not known here, so that only a written "off" is certain.
      if (waited !== undefined && service.health === 'disabled')
        yield found('error', 'X-100', at, `${waited.name} waits until ${service.name} is healthy, and its health check is off.`, fix);
      else if (stateful || service.gpus !== null || facts?.role === 'gateway')
        yield found('warning', 'X-100', at, `${service.name} has no health check${stateful ? ', and other services need its data' : ''}.`, fix);
      else yield found('note', 'X-100', at, `${service.name} has no health check, unless its image brings one along.`, fix);
    }
  },
};
