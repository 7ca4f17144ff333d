import { connectionMetrics } from '../../../../shared/model/connectionMetrics.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { ConnectionState } from '../../../../shared/model/server.ts';
import type { ServerMemory } from './evaluatorState.ts';
import type { EvaluatorInput, EvaluatorSettings, ServerInput } from './evaluatorTypes.ts';

/** Metrics that are measured of no server: what this computer knows of its connections. */
export const ownMetrics = [...connectionMetrics, 'computerOffline'] as const;

const up: readonly ConnectionState[] = ['connected', 'degraded'];
const lost: readonly ConnectionState[] = ['unreachable', 'reconnecting'];
/** It answers, and does not let us in. */
const refused: readonly ConnectionState[] = ['auth-failed', 'key-changed'];

export const isUp = ({ connection }: Pick<ServerInput, 'connection'>): boolean => up.includes(connection);

/** Whether nothing can be read from a server, which says nothing about what runs on it. */
export const isOut = ({ connection }: Pick<ServerInput, 'connection'>): boolean => lost.includes(connection) || refused.includes(connection);

/** Whether the way to a server leads through one that is lost. */
export function isBehindLost({ via }: Pick<ServerInput, 'via'>, servers: ReadonlyMap<string, ServerInput>): boolean {
  const jump = via === null ? undefined : servers.get(via);
  return jump !== undefined && isOut(jump);
}

/**
 * Whether the fault is on our side: this computer says that it has no network, or no server answers any more and at least two were lost at
 * once. One that refuses us has answered. Servers that nobody asked for count for nothing.
 */
export function isComputerOut({ servers, online }: EvaluatorInput, memory: Readonly<Record<string, ServerMemory>>, { togetherS }: EvaluatorSettings): boolean {
  const asked = servers.filter(({ connection }) => connection !== 'idle' && connection !== 'untrusted');
  const someAnswer = asked.some((server) => isUp(server) || refused.includes(server.connection));
  if (someAnswer || asked.length === 0) return false;
  if (online !== null) return !online;
  if (!asked.some(({ connection }) => lost.includes(connection))) return false;
  const upAt = asked.map(({ id }) => memory[id]?.upAtMs ?? 0);
  const last = Math.max(...upAt);
  return upAt.filter((atMs) => atMs >= last - togetherS * 1000).length >= 2;
}

/**
 * What the connection to a server says. Where it is doubtful, only good news count. `sampleAgeS` is there
 * while the server is connected, and counts from then at the earliest.
 */
export function connectionReadings(server: ServerInput, memory: ServerMemory, nowMs: number, doubtful: boolean): Reading[] {
  const { connection } = server;
  const of = (metric: (typeof ownMetrics)[number], value: number): Reading => ({ subject: '', metric, value });
  if (isUp(server)) {
    const newestMs = Math.max(memory.sampleAtMs ?? 0, memory.upSinceMs ?? nowMs);
    const age = doubtful ? [] : [of('sampleAgeS', Math.max(0, (nowMs - newestMs) / 1000))];
    return [of('serverReachable', 1), of('serverLogin', 1), ...age];
  }
  if (refused.includes(connection)) return [of('serverReachable', 1), of('serverLogin', 0)];
  return lost.includes(connection) && !doubtful ? [of('serverReachable', 0)] : [];
}
