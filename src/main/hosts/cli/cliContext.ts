import { randomUUID } from 'node:crypto';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { CoreClient, CoreConnection } from '../../transport/coreClient.ts';
import type { Output } from './terminalText.ts';

/** What every verb is given. */
export interface CliContext {
  readonly output: Output;
  readonly directory: string;
  readonly stdin: NodeJS.ReadStream;
  readonly environment: NodeJS.ProcessEnv;
  /** The core of the directory, found or started; connected once per command. */
  connect(): Promise<CoreConnection>;
  /** Short for the client of `connect`. */
  client(): Promise<CoreClient>;
}

/** A fresh id for a mutation: an interrupted call that is made again by hand is a new request. */
export function newRequestId(): RequestId {
  return randomUUID() as RequestId;
}
