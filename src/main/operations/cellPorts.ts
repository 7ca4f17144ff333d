import type { Cell, Phase } from '../../shared/model/operation.ts';
import type { PersonAnswer, PersonQuestion } from '../../shared/model/question.ts';
import type { RemoteServer } from '../remote/remote.ts';
import type { AttemptRepo } from './attemptRepo.ts';
import type { Journal } from './journal.ts';
import type { SecretMask } from './masking/secretMask.ts';
import type { AttemptKey } from './operationIds.ts';
import type { OutputWriter } from './outputWriter.ts';

/** What runs inside one attempt of one cell works with. */
export interface CellPorts {
  key: AttemptKey;
  serverName: string;
  remote: RemoteServer;
  journal: Journal;
  attempts: AttemptRepo;
  writer: OutputWriter;
  nowMs: () => number;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** A person cancelled the operation: the cell ends its work on the server. */
  cancel: AbortSignal;
  /** This life of the core ends or may no longer write: the cell stops where it is and touches nothing. */
  halt: AbortSignal;
  /** The cell as it is now. */
  cell: () => Cell;
  phase: (phase: Phase, detail: string | null) => void;
  /** Waits for a person; as `CellContext.ask`. */
  ask: (question: PersonQuestion) => Promise<PersonAnswer>;
  /** Tells whether the server of a followed job is in reach; shown, not journaled. */
  connection: (isThere: boolean) => void;
  /** Stops the run: a write that nobody waits for was refused. */
  fail: (error: unknown) => void;
  /** Lets work go on beside the operation; it ends with the engine. */
  background: (work: (signal: AbortSignal) => Promise<void>) => void;
  jobEnding: JobEnding;
  /** Takes secrets out of what is written down. */
  mask: SecretMask;
}

/** How long ending a job may take. */
export interface JobEnding {
  /** From TERM to KILL. */
  graceMs: number;
  /** Until it is given up and a person has to look: the server cannot be reached. */
  limitMs: number;
}
