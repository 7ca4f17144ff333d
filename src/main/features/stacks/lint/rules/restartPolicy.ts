import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { runsOnce } from '../serviceKind.ts';

/** A service that stays down. */
export const restartPolicy: LintRule = {
  id: 'restart-policy',
  title: 'A service stays down after a crash or a reboot',
  why: 'Without `restart` Docker leaves a container as it ended: after a crash, and after a reboot of the server. `unless-stopped` brings it back and still lets a person stop it.',
  traps: ['X-100'],
  *check({ project }) {
    for (const service of project.services) {
      if (service.restart !== null && service.restart.policy !== 'no') continue;
      const kept = imageFacts(service.image?.text);
      const said = service.restart !== null;
      if (said ? kept?.data === undefined && service.ports.length === 0 : runsOnce(service, project.all)) continue;
      const at = inService(service.restart?.at ?? service.at, service.name);
      yield found(
        'warning',
        'X-100',
        at,
        `${service.name} ${said ? 'has restart: no' : 'has no restart policy'} and stays down after a crash or a reboot.`,
        'Set restart: unless-stopped.',
      );
    }
  },
};
