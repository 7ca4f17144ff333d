import { AppError, serializeError } from '../../../../shared/errors.ts';
import { confirmProduction } from '../../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { RecorderStatus } from '../../../../shared/model/recorder.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { Operations } from '../../../operations/operations.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { placeOf, type RecorderPrograms, recorderInstall, recorderRemove } from './recorderOperations.ts';
import { readScript, statusScript } from './recorderScripts.ts';
import { parseRecorderStatus } from './recorderStatus.ts';
import { type RecordedMoment, Recording } from './recording.ts';

/** What recorders need from the rest of the core. */
export interface RecorderPorts {
  operations: Operations;
  programs: RecorderPrograms;
  remote(id: ServerId): Pick<RemoteServer, 'exec' | 'stateDirectory'>;
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): readonly Server[];
  /** Keeps moments that are not there; resolves with how many were new. */
  backfill(id: ServerId, moments: readonly RecordedMoment[], apartMs: number): Promise<number>;
  who(): string;
  nowMs(): number;
}

interface Change {
  requestId: RequestId;
  selector: string;
  confirm?: string | undefined;
}

/** What keeps figures on servers while nobody reads them. */
export interface RecorderService {
  status(selector: string): Promise<RecorderStatus[]>;
  install(change: Change & { intervalS: number; maxMib: number }): Promise<Operation>;
  remove(change: Change): Promise<Operation>;
  /**
   * Reads back what was recorded between two moments of our clock and keeps what is missing: how many moments that were, and all that the recorder had,
   * oldest first. Null: the server has no recorder.
   */
  fill(id: ServerId, fromMs: number, toMs: number, signal: AbortSignal): Promise<{ added: number; moments: readonly RecordedMoment[] } | null>;
}

/** Moments that are nearer to one that is kept count as that one. */
const apartMs = 2_500;
const batch = 500;
const readMs = 600_000;

/** Makes the service and registers its kinds of operation. */
export function createRecorderService(ports: RecorderPorts): RecorderService {
  const { operations, programs, remote, select, backfill, who, nowMs } = ports;
  operations.register(recorderInstall(programs, nowMs));
  operations.register(recorderRemove(nowMs));
  const start = (kind: 'recorder-install' | 'recorder-remove', title: string, { requestId, selector, confirm }: Change, spec: object) => {
    const servers = select(selector);
    confirmProduction({ selector, effect: title, confirm }, servers);
    return operations.start({
      ...{ requestId, kind, title, subject: null, who: who(), mutates: true, spec },
      targets: servers.map(({ id, name }) => ({ serverId: id, name })),
      strategy: { kind: 'all', concurrency: 16 },
    });
  };
  const statusOf = async ({ id, name }: Server): Promise<RecorderStatus> => {
    const head = { serverId: id, serverName: name };
    try {
      const { directory, sudo } = await placeOf(remote(id));
      const { stdout } = await remote(id).exec({ script: statusScript, env: { PH_RECORDER: directory }, sudo, timeoutMs: 60_000 });
      const { mark: _mark, ...found } = parseRecorderStatus(stdout, nowMs());
      return { ...head, ...found, directory: found.state === 'absent' ? null : directory, error: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...head, state: 'unknown', directory: null, bytes: 0, firstAtMs: null, lastAtMs: null, error: serializeError(error) };
    }
  };
  return {
    status: (selector) => Promise.all(select(selector).map(statusOf)),
    install: ({ intervalS, maxMib, ...change }) =>
      start('recorder-install', 'Keep figures on the server while nobody reads them', change, { intervalS, maxMib }),
    remove: (change) => start('recorder-remove', 'Take the recorder off', change, {}),
    async fill(id, fromMs, toMs, signal) {
      const { directory, sudo } = await placeOf(remote(id), signal);
      const recording = new Recording();
      // Rates need a look before the first.
      const env = { PH_RECORDER: directory, PH_AGO_S: String(Math.ceil((nowMs() - fromMs) / 1000) + 120) };
      const onOutput = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => (stream === 'stdout' ? recording.push(bytes, nowMs()) : undefined);
      const { exitCode } = await remote(id).exec({ script: readScript, env, sudo, lane: 'bulk', timeoutMs: readMs, signal, onOutput });
      if (exitCode === 3) return null;
      const moments = recording.moments(fromMs, toMs);
      let added = 0;
      for (let at = 0; at < moments.length; at += batch) added += await backfill(id, moments.slice(at, at + batch), apartMs);
      return { added, moments };
    },
  };
}
