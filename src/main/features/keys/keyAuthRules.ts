import type { Server } from '../../../shared/model/server.ts';

type Auth = Server['auth'];

/** As many key files as a record holds beside the first. */
const mostOthers = 8;

/** The login with this key file first. Those that were used before stay behind it, in their order, but for files of a key that was taken off. */
export function withKeyFirst(auth: Auth, path: string, gone: readonly string[] = []): Extract<Auth, { kind: 'key' }> {
  const before = auth.kind === 'key' ? [auth.path, ...(auth.others ?? [])] : [];
  const others = before.filter((other) => other !== path && !gone.includes(other)).slice(0, mostOthers);
  return { kind: 'key', path, ...(others.length === 0 ? {} : { others }) };
}
