import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import type { RemoteState } from './remote.ts';
import { stateAfter } from './remoteErrors.ts';

/** What a link's state is made of. */
export interface LinkParts {
  /** The server's name, for errors. */
  server: string;
  lanes: readonly (readonly [name: string, lane: { connecting: boolean; connections: readonly Pick<Connection, 'quality' | 'roundTripMs'>[] }])[];
  /** What keeps lanes from having a connection, the latest last. */
  laneErrors: readonly AppError[];
  /** Why there is no connection at all. */
  lastError: AppError | null;
  /** A connection was lost and none has been made since. */
  wasLost: boolean;
  /** Somebody goes on trying. */
  wanted: boolean;
  before: RemoteState;
}

/** The one state that a server's connections add up to. */
export function linkState(parts: LinkParts): RemoteState {
  const { lanes, lastError, wasLost, wanted } = parts;
  const connecting = lanes.some(([, lane]) => lane.connecting);
  if (lanes.some(([, lane]) => lane.connections.length > 0)) {
    const trouble = parts.laneErrors.at(-1) ?? lineTrouble(parts);
    return trouble === null ? { state: 'connected', error: null } : { state: 'degraded', error: trouble };
  }
  if (wasLost && (connecting || wanted)) return { state: 'reconnecting', error: lastError };
  if (connecting) return { state: 'connecting', error: null };
  return lastError === null ? { state: 'idle', error: null } : { state: stateAfter(lastError), error: lastError };
}

/** Lanes whose own work may fill the line and so make it slow by itself. */
const filling: ReadonlySet<string> = new Set(['bulk', 'jump-bulk', 'forward']);

/** What is wrong with the line itself, by the worst of the connections. */
function lineTrouble({ server, lanes, before }: LinkParts): AppError | null {
  const all = lanes.flatMap(([name, lane]) => lane.connections.map((connection) => ({ name, connection })));
  // The error that stands already is kept where it says the same: a state is told when it changes, not with every measurement.
  const same = (error: AppError) => (before.error?.code === error.code ? before.error : error);
  if (all.some(({ connection }) => connection.quality === 'silent')) return same(new AppError('ssh.link-silent', { server }));
  const slow = all.find(({ name, connection }) => !filling.has(name) && connection.quality === 'slow');
  if (slow === undefined) return null;
  return same(new AppError('ssh.link-slow', { server, roundTripMs: Math.round(slow.connection.roundTripMs ?? 0) }));
}
