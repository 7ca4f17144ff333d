import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** A store of secrets that forgets them. */
export const vaultDev: LintRule = {
  id: 'vault-dev',
  title: 'Vault in development mode',
  why: 'Started with `server -dev` Vault keeps everything in memory, is unsealed for everybody who has the root token, and speaks without TLS: all secrets are gone with a restart, and a volume for it holds nothing. Use a configuration with storage (raft) and unseal it. Source: https://developer.hashicorp.com/vault/docs/concepts/dev-server',
  traps: ['X-110'],
  *check({ project }) {
    for (const service of project.services) {
      if (imageFacts(service.image?.text)?.role !== 'secrets') continue;
      const dev = service.command.some((word) => /^-{1,2}dev(?:-|$|=)/.test(word));
      const variable = [...service.environment].find(([name]) => /^(VAULT|BAO)_DEV_/.test(name));
      // The image itself starts the development mode where it is given neither a command nor a configuration.
      const byDefault =
        service.command.length === 0 &&
        !service.environment.has('VAULT_LOCAL_CONFIG') &&
        !service.environment.has('BAO_LOCAL_CONFIG') &&
        !service.mounts.some(({ target }) => /\/config(\/|$)/.test(target));
      if (!dev && variable === undefined && !byDefault) continue;
      const volume = service.mounts.find(({ target }) => /file|data|raft/.test(target));
      yield found(
        'error',
        'X-110',
        inService(dev ? service.commandAt : (variable?.[1].at ?? service.at), service.name),
        `${service.name} runs in development mode: secrets lie in memory and are gone with a restart${volume === undefined ? '' : `, and ${volume.target} holds nothing`}.`,
        'Start it with `server` and a configuration with storage.',
      );
    }
  },
};
