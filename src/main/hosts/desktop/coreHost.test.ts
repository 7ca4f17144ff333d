import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { AlertNotice } from '../../../shared/model/alert.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { OperationState, OperationSummary } from '../../../shared/model/operation.ts';
import type { Schedule } from '../../../shared/model/schedule.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import { clientOverPort } from '../../transport/coreClient.ts';
import { type CoreRouter, createRpcServer } from '../../transport/rpcServer.ts';
import { type CoreHostPorts, runCoreHost } from './coreHost.ts';
import type { FromCore, ToCore } from './coreMessages.ts';
import type { WindowPort } from './portRelay.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

const operation = (state: OperationState): OperationSummary => ({
  id: 'op_1' as OperationId,
  kind: 'exec',
  title: 'uptime',
  subject: null,
  state,
  targets: [],
  cellsTotal: 1,
  cellsFinished: 0,
  currentStep: null,
  who: 'Ada',
  createdAtMs: 0,
  startedAtMs: null,
  finishedAtMs: null,
  error: null,
});

/** A core that serves what the host itself asks for. */
function smallCore(operations: KeyedState<OperationSummary>, begun = () => {}) {
  const router = {
    system: {
      hello: os.system.hello.handler(() => ({
        version: '0',
        pid: 1,
        dataDirectory: '/',
        startedAtMs: 0,
        nowMs: 0,
        who: 'Ada',
        homeDirectory: '/',
        sshAgent: false,
      })),
      beginWatching: os.system.beginWatching.handler(() => {
        begun();
        return {};
      }),
      ack: os.system.ack.handler(({ input, context }) => {
        context.client.ack(input.streamId, input.cost);
        return {};
      }),
    },
    schedules: { watch: os.schedules.watch.handler(({ context, signal }) => stateStream(context.client, new KeyedState<Schedule>(), signal)) },
    alerts: { notices: os.alerts.notices.handler(({ context, signal }) => stateStream(context.client, new KeyedState<AlertNotice>(), signal)) },
    operations: { watch: os.operations.watch.handler(({ context, signal }) => stateStream(context.client, operations, signal)) },
    settings: {
      get: os.settings.get.handler(() => ({
        displayName: 'Ada',
        theme: 'system' as const,
        density: 'compact' as const,
        vitalsIntervalS: 5,
        terminalFontSizePx: 13,
        terminalScrollback: 5000,
        notifyWhenFinished: true,
      })),
    },
  };
  const server = createRpcServer(router as unknown as CoreRouter, () => {});
  return { connect: (port: WindowPort) => server.acceptPort(port), close: vi.fn(async () => {}) };
}

function host(changes: Partial<CoreHostPorts> = {}) {
  const line = new EventEmitter();
  const said = new EventEmitter();
  const messages: FromCore[] = [];
  const operations = new KeyedState<OperationSummary>();
  const begun = vi.fn(() => void said.emit('begun'));
  const core = smallCore(operations, begun);
  const log = vi.fn();
  const exit = vi.fn((code: number) => said.emit('exit', code));
  runCoreHost({
    parent: {
      on: (event, listener) => line.on(event, listener),
      postMessage: (message) => {
        messages.push(message);
        said.emit(message.kind, message);
      },
    },
    startCore: async () => core,
    openSocket: () => Promise.reject(new AppError('core.unavailable', { reason: 'ENOENT' })),
    patienceMs: 100,
    exit,
    log,
    ...changes,
  });
  const send = (data: ToCore, ports: WindowPort[] = []) => line.emit('message', { data, ports });
  cleanUp.push(() => send({ kind: 'stop' }));
  return { said, send, messages, operations, core, log, exit, line, begun };
}

test('tells the core, whoever runs it, that somebody is there to watch', async () => {
  const { said, begun } = host();
  await once(said, 'begun');
  expect(begun).toHaveBeenCalledTimes(1);
});

test('says when it is ready, and serves the ports of windows', async () => {
  const { said, send } = host();
  await once(said, 'ready');
  const { port1, port2 } = new MessageChannel();
  cleanUp.push(() => port2.close());
  send({ kind: 'connect' }, [port1]);
  expect((await clientOverPort(port2).system.hello({})).who).toBe('Ada');
});

test('tells of an operation that ends', async () => {
  const { said, operations } = host();
  operations.set('op_1', operation('running'));
  const subscribed = vi.spyOn(operations, 'subscribe');
  await once(said, 'ready');
  await vi.waitUntil(() => subscribed.mock.calls.length > 0);
  operations.set('op_1', operation('failed'));
  const [{ notice }] = (await once(said, 'notice')) as [{ notice: unknown }];
  expect(notice).toEqual({ title: 'uptime failed', body: '0 servers', to: '/operations/op_1' });
});

test('a core that cannot start for good says so in words for people, and ends', async () => {
  const { messages, said } = host({ startCore: () => Promise.reject(new AppError('database.from-future', { file: 'state.db', found: 9, supported: 3 })) });
  expect(await once(said, 'exit')).toEqual([1]);
  expect(messages).toEqual([{ kind: 'failed', permanent: true, reason: expect.stringContaining('newer Pilothouse') }]);
});

test('a holder of the directory that does not answer may answer later', async () => {
  const { messages, said } = host({ startCore: () => Promise.reject(new AppError('core.locked', { pid: 7, directory: '/data' })) });
  expect(await once(said, 'exit')).toEqual([1]);
  expect(messages).toEqual([{ kind: 'failed', permanent: false, reason: expect.stringContaining('does not answer') }]);
});

test('a mistake of our own is not told to the window, but logged', async () => {
  const { messages, said, log } = host({ startCore: () => Promise.reject(new TypeError('x is not a function')) });
  await once(said, 'exit');
  expect(JSON.stringify(messages)).not.toContain('not a function');
  expect(JSON.stringify(log.mock.calls)).toContain('x is not a function');
});

test('the keystore given to the core asks through the line and takes the answer', async () => {
  let keystore: Parameters<CoreHostPorts['startCore']>[0] | undefined;
  const operations = new KeyedState<OperationSummary>();
  const { said, send } = host({
    startCore: async (given) => {
      keystore = given;
      return smallCore(operations);
    },
  });
  await once(said, 'ready');
  const wrapped = keystore?.wrap(Buffer.from('key'));
  send({ kind: 'keystore-answer', id: 1, bytes: Buffer.from('sealed').toString('base64') });
  expect(Buffer.from((await wrapped)?.wrapped ?? []).toString()).toBe('sealed');
});

test('stops when asked, closing the core first', async () => {
  const { said, send, core, exit } = host();
  await once(said, 'ready');
  send({ kind: 'stop' });
  await once(said, 'exit');
  expect(core.close).toHaveBeenCalledOnce();
  expect(exit).toHaveBeenCalledWith(0);
});

test('what is no message is logged and changes nothing', async () => {
  const { said, line, log } = host();
  await once(said, 'ready');
  line.emit('message', { data: { kind: 'surprise' }, ports: [] });
  expect(log).toHaveBeenCalledWith('desktop.message-malformed', expect.anything());
});
