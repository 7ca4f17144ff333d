import type { ServerId, StackId } from '../../../../shared/model/ids.ts';
import type { ReachWay } from '../../../../shared/model/reachWay.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { Database } from '../../../database/database.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import type { CheckPorts } from './runCheck.ts';

/** A server as probes know it. */
export interface ProbedServer {
  id: ServerId;
  name: string;
}

/** What probes need from the rest of the core. */
export interface ProbesPorts extends Pick<CheckPorts, 'secret' | 'nowMs' | 'clock'> {
  database: Database;
  servers(): readonly ProbedServer[];
  remote(id: ServerId): CheckPorts['remote'];
  /** Whether a connection to the server is open. */
  connected(id: ServerId): boolean;
  /** How what a server reaches is reached; null: nothing was yet. */
  way?(id: ServerId): ReachWay | null;
  containers(id: ServerId): ReturnType<CheckPorts['containers']>;
  stackSecrets(id: ServerId, stack: StackId): ReturnType<CheckPorts['stackSecrets']>;
  /** Stacks that were last seen on a server, with the release that runs. */
  deployed(id: ServerId): readonly { stackId: string; release: string | null }[];
  /** Gates and smoke tests of the release that runs there. */
  tests(server: ProbedServer, stack: StackId): Promise<readonly HealthGate[]>;
  /** Told of every outcome, with the latest readings of all probes of that server. */
  told(look: HealthLook, all: readonly Reading[]): void;
  log(event: string, fields: Record<string, unknown>): void;
  random?: () => number;
}
