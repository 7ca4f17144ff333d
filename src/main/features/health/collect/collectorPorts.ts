import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Backoff } from '../../../remote/backoff.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import type { CollectorLook } from '../collector/collectorReader.ts';
import type { HealthFeed } from '../feed/healthFeed.ts';
import type { SharedTurn } from './sharedTurn.ts';

/** What a collector needs. */
export interface CollectorPorts {
  remote(id: ServerId): Pick<RemoteServer, 'exec'>;
  /** Text of `resources/health/collector.sh`. */
  script(): Promise<string>;
  /** GPUs of the server by its facts; none: not known, or it has none. Places on the bus as `0000:3b:00`. */
  gpus(id: ServerId): readonly { uuid: string; bus: string | null }[];
  /** When what servers say is read that nobody looks at closely; absent: as it comes. */
  turn?: Pick<SharedTurn, 'ask'>;
  /** Who else wants to know of what is measured. */
  feed?: HealthFeed;
  /** Told of how closely a server is watched, in seconds between two looks; null: it is not any more. */
  watched?(id: ServerId, intervalS: number | null): void;
  /** Told when other containers run on a server than before. */
  containersChanged?(id: ServerId): void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Waiting times after a loss; tests make them short. */
  backoff?: () => Backoff;
}

/** What a collector tells. */
export interface CollectorEvents {
  looks(looks: readonly CollectorLook[]): void;
  /** Its state or its error changed. */
  changed(): void;
}
