import { AppError } from '../../../../shared/errors.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import type { StackServer } from '../release/stackServer.ts';
import { withTag } from './modelRules.ts';
import { openOllama } from './ollama.ts';

/** Models that warm-ups of a release pull, with the digests that they have now. A service that does not say is left out: it is no reason to fail. */
export async function modelsOf(server: StackServer, release: Pick<ReleaseRecord, 'warmUps'>): Promise<NonNullable<ReleaseRecord['models']>> {
  const pulled = release.warmUps.flatMap(({ service, command }) => {
    const at = command.indexOf('pull');
    const name = command[at + 1];
    return /(^|\/)ollama$/.test(command[0] ?? '') && at > 0 && name !== undefined ? [{ service, name: withTag(name) }] : [];
  });
  const found: NonNullable<ReleaseRecord['models']> = [];
  for (const { service, name } of pulled) {
    try {
      const models = (await (await openOllama(server, service))?.list()) ?? [];
      const digest = models.find((model) => model.name === name)?.digest;
      if (digest !== undefined) found.push({ service, name, digest });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return found;
}
