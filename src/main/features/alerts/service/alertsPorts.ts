import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Incident, IncidentLevel, IncidentSource } from '../../../../shared/model/incident.ts';
import type { NetworkVerdict } from '../../../../shared/model/network.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { ConnectionState, Server } from '../../../../shared/model/server.ts';
import type { Database } from '../../../database/database.ts';
import type { AlertCatalogue } from '../alertCatalogue.ts';
import type { RetrySchedule } from '../delivery/retryRules.ts';
import type { MaintenanceSpan, SubjectInfo } from '../evaluator/evaluatorTypes.ts';
import type { ChannelsPorts } from './channelsService.ts';
import type { KeepReadings } from './connectionKeeper.ts';
import type { PastPorts } from './pastService.ts';

/** What the rest of the core knows of one server, beside its record. */
export interface ServerSituation {
  connection: ConnectionState;
  stacks: readonly string[];
  engines: readonly string[];
  /** Null: its facts are not known. */
  hardware: 'gpu' | 'cpu' | null;
  zone: string | null;
  subjects: Readonly<Record<string, SubjectInfo>>;
}

/** What alerts need from the rest of the core. */
export interface AlertsPorts {
  database: Database;
  catalogue: AlertCatalogue;
  servers(): readonly Server[];
  situation(server: Server): ServerSituation;
  /** Maintenance windows that were or are open between two moments. */
  maintenance(fromMs: number, untilMs: number): MaintenanceSpan[];
  network(): NetworkVerdict;
  /** Tells of all that is measured, until the returned function is called. */
  subscribe(listener: (look: { serverId: ServerId; atMs: number; readings: readonly Reading[] }) => void): () => void;
  runbooks(): Promise<readonly string[]>;
  secrets: ChannelsPorts['secrets'];
  past: PastPorts['query'];
  /** Keeps what is known of a server's connection beside what is measured of it. */
  keep: KeepReadings;
  openIncident(request: {
    requestId: string;
    title: string;
    level: IncidentLevel;
    selector?: string;
    stacks: string[];
    source: IncidentSource;
    note: string;
    collect: boolean;
  }): Promise<{ incident: Incident; evidence: string | null }>;
  mask(text: string): string;
  who(): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Other times than the usual, for tests. */
  times?: { tickMs?: number; digestAfterMs?: number; sendTimeoutMs?: number; retries?: RetrySchedule };
}
