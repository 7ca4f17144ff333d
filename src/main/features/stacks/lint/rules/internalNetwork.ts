import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule, type LintSubject } from '../lintSubject.ts';
import { definedModels, loadedModels } from '../modelFacts.ts';

/** A service that is on internal networks alone, and publishes a port or has to download. */
export const internalNetwork: LintRule = {
  id: 'internal-network',
  title: 'A network without a way out, under a service that needs one',
  why: '`internal: true` takes the way to the outside from a network in both directions: ports that its services publish do not answer, and a model or an image of a model cannot be pulled. Keep the stores on an internal network, and give the gateway and whatever downloads a second, ordinary one.',
  traps: ['X-006'],
  *check(subject) {
    const { project } = subject;
    for (const service of project.services) {
      const inner = service.networks.filter(({ name }) => project.networks.get(name)?.internal === true);
      if (inner.length === 0 || inner.length < service.networks.length) continue;
      const names = inner.map(({ name }) => name).join(', ');
      const [port] = service.ports;
      if (port !== undefined) {
        yield found(
          'error',
          'X-006',
          inService(port.at, service.name),
          `${service.name} publishes port ${port.published ?? port.target} and is only on ${names}, which is internal: the port does not answer.`,
          'Put it on a second network that is not internal.',
        );
      }
      const download = downloads(service, subject);
      if (download !== null) {
        yield found(
          'error',
          'X-006',
          inService(inner[0]?.at ?? service.at, service.name),
          `${service.name} has to download ${download} and is only on ${names}, which is internal: nothing outside can be reached.`,
          'Put it on a second network that is not internal, or bring the model along in a mount.',
        );
      }
    }
  },
};

/** What a service fetches from outside when it starts or warms up; null: nothing that is known of. */
function downloads(service: LintService, { definition }: LintSubject): string | null {
  const defined = definedModels(definition, service.name)[0]?.name;
  if (defined !== undefined) return defined;
  const pull = definition?.warmUps.find((warmUp) => warmUp.service === service.name && warmUp.command.includes('pull'))?.command.at(-1);
  if (pull !== undefined) return pull;
  const facts = imageFacts(service.image?.text);
  if (facts?.title === 'Ollama') return 'its models';
  const offline = service.environment.get('HF_HUB_OFFLINE')?.value;
  if (facts?.role !== 'model-server' || offline === '1' || offline === 'true') return null;
  return loadedModels(service).find(({ id }) => /^[\w.-]+\/[\w.-]+$/.test(id))?.id ?? null;
}
