import type { ServerId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';
import type { RemoteServer } from '../remote/remote.ts';
import type { JobEnding } from './cellPorts.ts';
import type { JournalHook } from './journal.ts';
import type { SecretMask } from './masking/secretMask.ts';
import type { OutputLimits } from './outputWriter.ts';

/** What the engine needs of the core. */
export interface OperationsPorts {
  database: Database;
  /** Data directory; output goes to `output/<operation>/` in it. */
  directory: string;
  /** May throw `server.not-found`, which fails the cell. */
  remoteServer: (id: ServerId) => RemoteServer;
  log: (event: string, fields: Record<string, unknown>) => void;
  nowMs?: () => number;
  journalHook?: JournalHook;
  outputLimits?: Partial<OutputLimits>;
  jobEnding?: JobEnding;
  leaseMs?: number;
  /** Takes secrets out of output, details and errors; absent: nothing is known to be secret. */
  mask?: SecretMask;
}

/** The same with every choice made. */
export type EnginePorts = Required<Omit<OperationsPorts, 'journalHook' | 'leaseMs' | 'outputLimits'>> &
  Pick<OperationsPorts, 'journalHook' | 'leaseMs'> & { outputLimits: OutputLimits };
