import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Terminal } from '../../shared/contract/terminals.ts';
import { AppError } from '../../shared/errors.ts';
import type { TerminalId } from '../../shared/model/ids.ts';
import type { OperationSummary, OutputEntry } from '../../shared/model/operation.ts';
import { creditWindows, maxFrameBytes } from '../../shared/model/stream.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { FakeShell } from '../features/terminals/fakeShell.ts';
import { TerminalSession } from '../features/terminals/terminalSession.ts';
import { terminalStream } from '../features/terminals/terminalStream.ts';
import { KeyedState } from '../rpc/keyedState.ts';
import { logStream } from '../rpc/logStream.ts';
import { os } from '../rpc/procedures.ts';
import { stateStream } from '../rpc/stateStream.ts';
import { type CoreClient, clientOverPort, connectToCore } from '../transport/coreClient.ts';
import { relay } from '../transport/relay.ts';
import { type CoreRouter, createRpcServer, type RpcServer } from '../transport/rpcServer.ts';
import { listenOnSocket, maxMessageBytes } from '../transport/socketServer.ts';

/**
 * Every kind of procedure over every transport: what holds over one must hold over all, since window, browser and CLI are clients
 * of the same contract.
 */

const logLength = 200_000;
const operationId = 'op_1' as OperationSummary['id'];

function entry(seq: number): OutputEntry {
  return { seq, atMs: seq, serverId: null, stepId: null, phase: null, stream: 'stdout', encoding: 'utf8', data: `line ${seq} ${'.'.repeat(60)}\n` };
}

/** A core with the few procedures that show every kind: it differs from the real one only in what it serves. */
function startCore() {
  const summaries = new KeyedState<OperationSummary>();
  const pty = new FakeShell();
  const terminal = {
    ...{ id: 'term_1' as TerminalId, serverName: 'a', title: 'a', preset: 'shell', state: 'open', reason: null, holder: null },
    ...{ openedAtMs: 0, recordingSinceMs: null },
  } satisfies Terminal;
  const session = new TerminalSession(terminal, pty, { cols: 80, rows: 24, offset: 0 }, { nowMs: () => 0, changed: () => {} });
  const state = { reads: 0, abandoned: 0 };
  const log = {
    read: async (afterSeq: number, limit: number) => {
      state.reads += 1;
      const items: OutputEntry[] = [];
      for (let seq = afterSeq + 1; seq < logLength && items.length < limit; seq += 1) items.push(entry(seq));
      return { items, ended: afterSeq + 1 + items.length >= logLength ? 'finished' : null };
    },
    onAppend: () => () => {
      state.abandoned += 1;
    },
  };
  const router = {
    system: {
      hello: os.system.hello.handler(() => ({
        version: '1',
        pid: 1,
        dataDirectory: '/d',
        startedAtMs: 0,
        nowMs: 0,
        who: 'w',
        homeDirectory: '/h',
        sshAgent: false,
      })),
      ack: os.system.ack.handler(({ input, context }) => {
        context.client.ack(input.streamId, input.cost);
        return {};
      }),
    },
    operations: {
      get: os.operations.get.handler(({ input }) => {
        if (input.id === 'op_bug') throw new Error('a detail that must not be sent');
        throw new AppError('operation.not-found', { id: input.id });
      }),
      watch: os.operations.watch.handler(({ context, signal }) => stateStream(context.client, summaries, signal)),
      output: os.operations.output.handler(({ input, context, signal }) => logStream(context.client, log, { afterSeq: input.afterSeq }, signal)),
    },
    terminals: {
      attach: os.terminals.attach.handler(({ input, context, signal }) => terminalStream(context.client, session, input, signal)),
      write: os.terminals.write.handler(({ input }) => {
        session.write(input.data);
        return {};
      }),
    },
  };
  return { summaries, pty, session, state, rpc: createRpcServer(router as unknown as CoreRouter, () => {}) };
}

type Connect = (rpc: RpcServer) => Promise<{ client: CoreClient; close: () => Promise<void> | void }>;

const overMessagePort: Connect = async (rpc) => {
  const { port1, port2 } = new MessageChannel();
  rpc.acceptPort(port1);
  return { client: clientOverPort(port2), close: () => port2.close() };
};

const overWebSocket: Connect = async (rpc) => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, maxPayload: maxMessageBytes });
  sockets.on('connection', (socket) => rpc.acceptWebSocket(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await once(socket, 'open');
  socket.on('error', () => {});
  const client = createORPCClient<CoreClient>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return {
    client,
    close: () => {
      socket.terminate();
      for (const other of sockets.clients) other.terminate();
      server.close();
    },
  };
};

const overCoreSocket: Connect = async (rpc) => {
  const place = testDirectory();
  const listening = await listenOnSocket(join(place.path, 'core.sock'), rpc);
  const connection = await connectToCore(join(place.path, 'core.sock'));
  return {
    client: connection.client,
    close: async () => {
      connection.close();
      await listening.close();
      place[Symbol.dispose]();
    },
  };
};

const overRelay: Connect = async (rpc) => {
  const place = testDirectory();
  const path = join(place.path, 'core.sock');
  const listening = await listenOnSocket(path, rpc);
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.pause();
    const upstream = new WebSocket(`ws+unix:${path}:/`);
    upstream.once('open', () => {
      relay(socket, upstream);
      socket.resume();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await once(socket, 'open');
  const client = createORPCClient<CoreClient>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return {
    client,
    close: async () => {
      socket.terminate();
      for (const other of sockets.clients) other.terminate();
      server.close();
      await listening.close();
      place[Symbol.dispose]();
    },
  };
};

const transports: [string, Connect][] = [
  ['MessagePort', overMessagePort],
  ['WebSocket', overWebSocket],
  ["the core's socket", overCoreSocket],
  ['a relay to the core', overRelay],
];

describe.each(transports)('the contract over %s', (name, connect) => {
  let core: ReturnType<typeof startCore>;
  let client: CoreClient;
  let close: () => Promise<void> | void;

  beforeAll(async () => {
    core = startCore();
    ({ client, close } = await connect(core.rpc));
  });
  afterAll(() => close());

  it('answers a call', async () => {
    expect(await client.system.hello({})).toMatchObject({ version: '1', dataDirectory: '/d' });
    expect(core.rpc.clients).toBe(1);
  });

  it('carries a typed error with its data', async () => {
    const [error] = await safe(client.operations.get({ id: operationId }));
    expect(isDefinedError(error) && error.code).toBe('operation.not-found');
    expect(isDefinedError(error) && error.data).toEqual({ id: 'op_1' });
  });

  it('tells a bug as internal, without its text', async () => {
    const [error] = await safe(client.operations.get({ id: 'op_bug' as typeof operationId }));
    expect(isDefinedError(error) && error.code).toBe('internal');
    expect(JSON.stringify(error)).not.toContain('must not be sent');
  });

  it('refuses invalid and oversized input by the fields that are wrong', async () => {
    const [invalid] = await safe(client.operations.output({ id: 7 as never }));
    expect(isDefinedError(invalid) && invalid.code).toBe('input.invalid');
    const [oversized] = await safe(client.terminals.write({ id: 'term_1' as TerminalId, data: 'x'.repeat(70_000) }));
    expect(isDefinedError(oversized) && oversized.code).toBe('input.invalid');
    expect(isDefinedError(oversized) && JSON.stringify(oversized.data)).toContain('data');
    expect(core.pty.written).toEqual([]);
  });

  it('streams state: a snapshot, then patches, and ends when the client leaves', async () => {
    core.summaries.set('op_1', summary('running'));
    const leave = new AbortController();
    const frames: string[] = [];
    for await (const frame of await client.operations.watch({}, { signal: leave.signal })) {
      frames.push(frame.type);
      if (frame.type === 'snapshot') core.summaries.set('op_1', summary('succeeded'));
      if (frame.type === 'patch') {
        expect(frame.upsert[0]?.state).toBe('succeeded');
        break;
      }
    }
    leave.abort();
    expect(frames).toEqual(['open', 'snapshot', 'patch']);
  });

  it('resumes a log after a seq', async () => {
    const seqs: number[] = [];
    for await (const frame of await client.operations.output({ id: operationId, afterSeq: logLength - 4 })) {
      if (frame.type === 'items') seqs.push(...frame.items.map((item) => item.seq));
    }
    expect(seqs).toEqual([logLength - 3, logLength - 2, logLength - 1]);
  });

  it('lets the client cancel a log that it stopped reading', async () => {
    const before = core.state.abandoned;
    const stream = await client.operations.output({ id: operationId });
    await stream.next();
    await stream.next();
    await stream.return();
    await expect.poll(() => core.state.abandoned).toBe(before + 1);
  });

  it('holds 200,000 log events for a consumer that stopped, in bounded memory, and loses none when it goes on', { timeout: 60_000 }, async () => {
    const stream = await client.operations.output({ id: operationId });
    let received = 0;
    let unacknowledged = 0;
    let streamId: string | null = null;
    const take = async () => {
      const { value, done } = await stream.next();
      if (done || value === undefined) return false;
      expect(JSON.stringify(value).length).toBeLessThanOrEqual(maxFrameBytes);
      if (value.type === 'open') streamId = value.streamId;
      if (value.type === 'items') {
        for (const item of value.items) {
          if (item.seq !== received) throw new Error(`expected ${received}, got ${item.seq}`);
          received += 1;
        }
        unacknowledged += value.cost;
      }
      return value.type !== 'end';
    };
    await take();
    await take();
    const heapBefore = process.memoryUsage().heapUsed + process.memoryUsage().external;
    // The consumer stops. The producer goes on until its window is full, and then reads no further.
    let reads = -1;
    await expect
      .poll(
        () => {
          const still = core.state.reads === reads;
          reads = core.state.reads;
          return still;
        },
        { interval: 50 },
      )
      .toBe(true);
    const grownMib = (process.memoryUsage().heapUsed + process.memoryUsage().external - heapBefore) / 1024 / 1024;
    console.log(`${name}: ${reads} pages of 256 read for a stopped consumer; memory grew by ${grownMib.toFixed(1)} MiB`);
    expect(reads * 256).toBeLessThan(logLength / 5);
    while (await take()) {
      if (unacknowledged > creditWindows.log.resumeAt && streamId !== null) {
        await client.system.ack({ streamId: streamId as never, cost: unacknowledged });
        unacknowledged = 0;
      }
    }
    expect(received).toBe(logLength);
  });

  it('streams a terminal: keystrokes in order, bytes acknowledged, the server held back while nobody reads', async () => {
    for (const key of ['l', 's', '\r']) await client.terminals.write({ id: 'term_1' as TerminalId, data: key });
    expect(core.pty.written.splice(0)).toEqual(['l', 's', '\r']);
    const stream = await client.terminals.attach({ id: 'term_1' as TerminalId });
    const first = await stream.next();
    if (first.done || first.value.type !== 'open') throw new Error('open expected');
    const { streamId } = first.value;
    const total = 4 * 1024 * 1024;
    for (let i = 0; i < 256; i += 1) core.pty.feed(new Uint8Array(16 * 1024).fill(65 + (i % 26)));
    await expect.poll(() => core.session.paused && core.pty.waitingBytes > total / 4).toBe(true);
    let bytes = 0;
    while (bytes < total) {
      const next = await stream.next();
      if (next.done) throw new Error('the terminal ended early');
      const frame = next.value;
      if (frame.type === 'bytes') bytes = frame.offset + frame.cost;
      if (frame.type === 'snapshot') bytes = frame.offset;
      if (frame.type !== 'open') await client.system.ack({ streamId, cost: frame.cost });
    }
    expect(core.pty.waitingBytes).toBe(0);
    await stream.return();
    await expect.poll(() => core.session.paused).toBe(false);
  });
});

describe.each(transports.slice(1, 3))('a message over the limit of %s', (_name, connect) => {
  it('ends that connection alone; the core goes on', async () => {
    const core = startCore();
    const bad = await connect(core.rpc);
    await expect(bad.client.terminals.write({ id: 'term_1' as TerminalId, data: 'x'.repeat(maxMessageBytes + 10) })).rejects.toThrow();
    await expect.poll(() => core.rpc.clients).toBe(0);
    const good = await connect(core.rpc);
    expect(await good.client.system.hello({})).toMatchObject({ version: '1' });
    await good.close();
    await bad.close();
  });
});

function summary(state: OperationSummary['state']): OperationSummary {
  return {
    id: operationId,
    kind: 'exec',
    title: 't',
    subject: null,
    state,
    targets: [],
    cellsTotal: 1,
    cellsFinished: 0,
    currentStep: null,
    who: 'w',
    createdAtMs: 0,
    startedAtMs: null,
    finishedAtMs: null,
    error: null,
  };
}
