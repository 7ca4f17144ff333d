import type { LoginEvent, HostKeyNews as News } from '../../../shared/contract/access.ts';
import { AppError, type SerializedError, serializeError } from '../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { ConnectionDetails, ConnectionState, HostKey, Server } from '../../../shared/model/server.ts';
import type { Remote } from '../../remote/remote.ts';
import { HostKeyNews } from './hostKeyNews.ts';
import { LoginSessions } from './loginSessions.ts';

/** What access needs from the rest of the core. */
export interface AccessPorts {
  /** Throws `server.not-found`. */
  byName(name: string): Server;
  remote: Pick<Remote, 'server' | 'state'>;
  /** Writes changed pins into the record. */
  rotate(request: { requestId: RequestId; name: string; add: readonly HostKey[]; remove: readonly string[]; confirm?: string | undefined }): Server;
  nowMs(): number;
}

/** How servers are logged in to, and which of their keys are trusted. */
export interface AccessService {
  connection(name: string): { state: ConnectionState; error: SerializedError | null; connections: ConnectionDetails[] };
  login(name: string, signal: AbortSignal | undefined): AsyncGenerator<LoginEvent, void, void>;
  answer(questionId: string, answers: readonly string[] | null): void;
  hostKeys(name: string): News;
  rotate(request: { requestId: RequestId; name: string; add: readonly string[]; remove: readonly string[]; confirm?: string | undefined }): Server;
  /** A server told and proved its host keys. */
  told(id: ServerId, keys: readonly HostKey[]): void;
}

/** Makes the service. */
export function createAccessService(ports: AccessPorts): AccessService {
  const sessions = new LoginSessions();
  const news = new HostKeyNews();
  return {
    connection(name) {
      const { id } = ports.byName(name);
      const { state, error } = ports.remote.state(id);
      return { state, error: error === null ? null : serializeError(error), connections: ports.remote.server(id).connections() };
    },
    login(name, signal) {
      const { id } = ports.byName(name);
      return sessions.run((ask, ends) => ports.remote.server(id).login(ask, ends), signal);
    },
    answer: (questionId, answers) => sessions.answer(questionId, answers),
    hostKeys: (name) => news.of(ports.byName(name)),
    rotate({ add, ...request }) {
      const server = ports.byName(request.name);
      const proved = news.of(server).told?.keys ?? [];
      const keys = add.map((fingerprint) => proved.find((key) => key.fingerprint === fingerprint) ?? unproved(server, fingerprint));
      return ports.rotate({ ...request, add: keys });
    },
    told: (id, keys) => news.told(id, keys, ports.nowMs()),
  };
}

function unproved({ name, host, port }: Server, fingerprint: string): never {
  throw new AppError('ssh.host-key-unknown', { server: name, host, port, keyType: 'key', fingerprint });
}
