import { parseSelector, plainNames, selectorTest } from '../../../../shared/model/selector.ts';
import type { Server } from '../../../../shared/model/server.ts';

/** Which servers a silence is about. `named`: whom it called by name when it was made, the name by the server's id. */
export interface SilencedServers {
  selector: string | null;
  named: Readonly<Record<string, string>>;
}

/** The servers that a selector calls by name now. Throws `selector.invalid`. */
export function namedServers(selector: string, servers: readonly Server[]): Record<string, string> {
  const names = new Set(plainNames(parseSelector(selector)));
  return Object.fromEntries(servers.filter(({ name }) => names.has(name)).map(({ id, name }) => [id, name]));
}

/**
 * The servers that are silent now; null: it says nothing about servers. Who was called by name stays meant under another name, and whoever has that
 * name since is not. Throws `selector.invalid`.
 */
export function silentServers({ selector, named }: SilencedServers, servers: readonly Server[]): Server[] | null {
  if (selector === null) return null;
  const picks = selectorTest(parseSelector(selector));
  const given = new Set(Object.values(named));
  const nameThen = ({ id, name }: Server) => named[id] ?? (given.has(name) ? '' : name);
  return servers.filter((server) => picks({ ...server, name: nameThen(server) }));
}
