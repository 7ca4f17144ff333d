import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { ConnectionDetails } from '../../shared/model/server.ts';
import type { AskPerson } from './loginQuestions.ts';
import type { RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';

/** Logs in to a server, and before it to those on the way that turn out to need a person, each once, nearest to this computer first. */
export async function loginByPerson(
  target: RemoteTarget,
  linkOf: (id: ServerId) => ServerLink,
  ask: AskPerson,
  signal: AbortSignal | undefined,
): Promise<ConnectionDetails> {
  const asked = new Set<ServerId>();
  for (;;) {
    try {
      return await linkOf(target.serverId).login(target, ask, signal);
    } catch (error) {
      const hop = hopThatAsks(target, error);
      if (hop === null || asked.has(hop.serverId)) throw error;
      asked.add(hop.serverId);
      await loginByPerson(hop, linkOf, ask, signal);
    }
  }
}

function hopThatAsks(target: RemoteTarget, error: unknown): RemoteTarget | null {
  if (!AppError.is(error, 'ssh.login-needs-person')) return null;
  for (let hop = target.jump; hop !== null; hop = hop.jump) if (hop.name === error.data.server) return hop;
  return null;
}
