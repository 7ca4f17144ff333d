import type { StackLock, StackTestReport } from '../../../../shared/contract/stackTests.ts';
import { AppError, serializeError } from '../../../../shared/errors.ts';
import { confirmProduction } from '../../../../shared/model/confirmation.ts';
import type { OperationId, ServerId } from '../../../../shared/model/ids.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';
import { lookAtLease, seizeLease } from './deployLease.ts';
import { describeHolder, type HeldLease } from './leaseRules.ts';
import { runSmokeTests } from './smokeTests.ts';

/** What tests and locks of stacks need from the rest of the core. */
export interface StackTestsPorts {
  /** Throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  who(): string;
}

/** Asks deployed stacks whether they work, and who deploys them at this moment. */
export interface StackTestsService {
  run(request: { id: string; selector: string }, signal?: AbortSignal): Promise<StackTestReport[]>;
  locks(request: { id: string; selector: string }, signal?: AbortSignal): Promise<StackLock[]>;
  /** Throws `guard.confirmation-needed`, `guard.deploy-locked`. */
  takeOver(request: { id: string; server: string; operationId: OperationId | null; confirm?: string | undefined }): Promise<StackLock>;
}

/** Makes the service. */
export function createStackTestsService(ports: StackTestsPorts): StackTestsService {
  const open = (server: Server, stackId: string, signal?: AbortSignal) =>
    openStackServer(ports.remote(server.id), { serverName: server.name, stackId, signal });
  const each = async <T>(selector: string, body: (server: Server) => Promise<T>): Promise<T[]> => Promise.all((await ports.selectServers(selector)).map(body));

  return {
    run: ({ id, selector }, signal = new AbortController().signal) =>
      each(selector, async (server): Promise<StackTestReport> => {
        const head = { serverId: server.id, serverName: server.name };
        try {
          const stack = await open(server, id, signal);
          const { current } = await stack.state();
          if (current === null) throw new AppError('stack.not-deployed', { server: server.name, stack: id });
          const results = await runSmokeTests(stack, current, { remote: ports.remote(server.id), signal });
          return { ...head, release: current.id, results, error: null };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return { ...head, release: null, results: [], error: serializeError(error) };
        }
      }),
    locks: ({ id, selector }, signal) =>
      each(selector, async (server): Promise<StackLock> => {
        try {
          return lockOf(server, await lookAtLease(await open(server, id, signal)));
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return { ...lockOf(server, null), error: serializeError(error) };
        }
      }),
    async takeOver({ id, server: name, operationId, confirm }) {
      const [server] = await ports.selectServers(name);
      if (server === undefined) throw new AppError('server.not-found', { name });
      confirmProduction({ selector: name, effect: `take the deploy lock of ${id} away`, confirm }, [server]);
      const stack = await open(server, id);
      const held = await lookAtLease(stack);
      if (held === null) return lockOf(server, null);
      if (held.owner !== null && held.owner.operationId !== operationId) throw lockedBy(stack, held);
      const answer = await seizeLease(stack, held, { who: ports.who(), why: 'took the lock over by hand' });
      if (answer.kind === 'held') throw lockedBy(stack, answer.held);
      return lockOf(server, null);
    },
  };
}

function lockedBy(stack: StackServer, held: HeldLease): AppError {
  return new AppError('guard.deploy-locked', { server: stack.serverName, ...describeHolder(held, Date.now()) });
}

function lockOf(server: Server, held: HeldLease | null): StackLock {
  const head = { serverId: server.id, serverName: server.name, error: null };
  if (held === null) return { ...head, holder: null };
  const { operationId, leaseS, limitS } = held.owner ?? { operationId: null, leaseS: 60, limitS: 60 };
  const holder = { ...describeHolder(held, Date.now()), operationId: operationId as OperationId | null, silenceS: held.silenceS, leaseS, limitS };
  return { ...head, holder };
}
