import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { AppError, errorDefinitions, serializeError } from '../../../shared/errors.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { clientOverPort } from '../../transport/coreClient.ts';
import { type CoreAccessPorts, createCoreAccess, type OwnCore } from './coreAccess.ts';
import { type FromCore, type Notice, toCoreSchema } from './coreMessages.ts';
import { alertsSource, followAlerts } from './followAlerts.ts';
import { followOperations, operationsSource } from './followOperations.ts';
import { followSchedules, schedulesSource } from './followSchedules.ts';
import { createKeychainKeystore, type KeychainKeystore } from './keychainKeystore.ts';
import type { WindowPort } from './portRelay.ts';

/** The line to Electron's main process, as a utility process has it. */
export interface ParentLine {
  on(event: 'message', listener: (event: { data: unknown; ports: WindowPort[] }) => void): unknown;
  postMessage(message: FromCore): void;
}

/** What the core process works with. */
export interface CoreHostPorts extends Pick<CoreAccessPorts, 'openSocket' | 'patienceMs'> {
  parent: ParentLine;
  startCore(keystore: KeychainKeystore): Promise<OwnCore>;
  exit(code: number): void;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Delay before the operations are followed again after the connection to their core was lost, in ms. */
const followAgainMs = 1000;

function describe(error: unknown): { reason: string; permanent: boolean } {
  if (error instanceof AppError) {
    const known: AppError = error;
    const { sentence, next } = errorWording(serializeError(known), 'window');
    return { reason: `${sentence} ${next}`.slice(0, 2000), permanent: errorDefinitions[known.code].retry !== 'later' };
  }
  return { reason: 'The core could not start. Its log file says why.', permanent: false };
}

/**
 * Runs the core for the windows of this application: says when it is ready or why it is not, takes the windows' ports, tells of
 * operations that end, and stops when asked.
 */
export function runCoreHost(ports: CoreHostPorts): void {
  const { parent, log } = ports;
  const stopping = new AbortController();
  const keystore = createKeychainKeystore((message) => parent.postMessage(message));
  const access = createCoreAccess({ startCore: () => ports.startCore(keystore), openSocket: ports.openSocket, patienceMs: ports.patienceMs });

  const connect = async (port: WindowPort) => {
    try {
      await access.connect(port);
    } catch (error) {
      log('desktop.connect-failed', { reason: error instanceof Error ? error.message : String(error) });
      port.close();
    }
  };

  const follow = async () => {
    while (!stopping.signal.aborted) {
      const { port1, port2 } = new MessageChannel();
      const lost = new Promise<void>((resolve) => port2.once('close', () => resolve()));
      try {
        await connect(port1);
        const client = clientOverPort(port2);
        // The core may be that of another process, which one command started.
        client.system.beginWatching({}).catch((error: unknown) => log('desktop.not-watching', { reason: String(error) }));
        const tell = (notice: Notice) => parent.postMessage({ kind: 'notice', notice });
        await Promise.race([
          followOperations(operationsSource(client), tell, stopping.signal),
          followSchedules(schedulesSource(client), tell, stopping.signal),
          followAlerts(alertsSource(client), tell, stopping.signal),
          lost,
        ]);
      } catch (error) {
        log('desktop.follow-ended', { reason: error instanceof Error ? error.message : String(error) });
      }
      port2.close();
      await delay(followAgainMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  const stop = async () => {
    stopping.abort();
    await access.close().catch((error: unknown) => log('desktop.close-failed', { reason: String(error) }));
    ports.exit(0);
  };

  parent.on('message', ({ data, ports: [port] }) => {
    const parsed = toCoreSchema.safeParse(data);
    if (!parsed.success) return log('desktop.message-malformed', { issues: parsed.error.issues.map((issue) => issue.path.join('.')) });
    if (keystore.take(parsed.data)) return;
    if (parsed.data.kind === 'connect' && port !== undefined) void connect(port);
    if (parsed.data.kind === 'stop') void stop();
  });

  access.ready().then(
    () => {
      parent.postMessage({ kind: 'ready' });
      void follow();
    },
    (error: unknown) => {
      log('desktop.start-failed', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      parent.postMessage({ kind: 'failed', ...describe(error) });
      ports.exit(1);
    },
  );
}
