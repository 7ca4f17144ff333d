import type { LogEntry, LogSource, LogsFrame, LogWant } from '../../../shared/model/log.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';

/** What logs need of the rest of the core. */
export interface LogsPorts {
  selectServers(selector: string): readonly Server[] | Promise<readonly Server[]>;
  remote(server: Server): RemoteServer;
  /** Text of the program that follows logs on a server. */
  follower(): Promise<string>;
  /** Takes secrets out of a line. */
  mask(text: string): string;
  nowMs(): number;
}

/** Which lines, from where, and for how long. */
export interface LogRequest {
  want: LogWant;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  tail: number;
  follow: boolean;
  /** Positions of an earlier stream. */
  resume?: Readonly<Record<string, string>> | undefined;
}

/** What a stream of logs gives out, before it has a cost. */
export type LogsNews =
  | { type: 'sources'; sources: LogSource[] }
  | { type: 'entries'; entries: LogEntry[]; positions: Record<string, string> }
  | Omit<Extract<LogsFrame, { type: 'server' }>, 'cost'>;
