import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { maxFrameBytes, type TerminalFrame } from '../../../shared/model/stream.ts';
import { ClientSession } from '../../rpc/clientSession.ts';
import { FakePty } from './fakePty.ts';
import { TerminalSession } from './terminalSession.ts';
import { terminalStream } from './terminalStream.ts';

const terminal = { id: 'term_1', serverName: 'a', title: 'a', preset: 'shell', state: 'open', openedAtMs: 0 } as Terminal;

function start() {
  const pty = new FakePty();
  const session = new TerminalSession(terminal, pty, { cols: 80, rows: 24 }, () => {});
  return { pty, session, client: new ClientSession(() => {}) };
}

/** Takes frames as a pane does, acknowledging each, until `until` holds. */
async function follow(
  client: ClientSession,
  stream: AsyncGenerator<TerminalFrame, void, void>,
  until: (state: { text: string; frames: TerminalFrame[] }) => boolean,
) {
  const state = { text: '', frames: [] as TerminalFrame[], bytes: 0 };
  let streamId: string | null = null;
  const decoder = new TextDecoder();
  while (!until(state)) {
    const next = await stream.next();
    if (next.done) break;
    const frame = next.value;
    expect(JSON.stringify(frame).length).toBeLessThanOrEqual(maxFrameBytes);
    state.frames.push(frame);
    if (frame.type === 'open') streamId = frame.streamId;
    if (frame.type === 'snapshot') state.text += frame.text;
    if (frame.type === 'bytes') {
      const bytes = Buffer.from(frame.data, 'base64');
      state.bytes += bytes.length;
      state.text += decoder.decode(bytes, { stream: true });
    }
    if (frame.type !== 'open' && streamId !== null) client.ack(streamId as never, frame.cost);
  }
  return state;
}

describe('terminalStream', () => {
  it('gives the screen as it is, then what comes', async () => {
    const { pty, session, client } = start();
    pty.feed('hello\r\n\u001b[31mred\u001b[0m');
    const stream = terminalStream(client, session, undefined, undefined);
    const first = await follow(client, stream, (state) => state.frames.some((frame) => frame.type === 'snapshot'));
    expect(first.text).toContain('hello');
    expect(first.text).toContain('\u001b[31mred');
    pty.feed(' more');
    const next = await follow(client, stream, (state) => state.text.includes('more'));
    expect(next.frames.map((frame) => frame.type)).toEqual(['bytes']);
    await stream.return();
  });

  it('misses nothing that arrives while the snapshot is being taken', async () => {
    const { pty, session, client } = start();
    pty.feed('one\r\n');
    const stream = terminalStream(client, session, undefined, undefined);
    await stream.next();
    const pending = stream.next();
    pty.feed('two\r\n');
    const snapshot = (await pending).value;
    if (snapshot?.type !== 'snapshot') throw new Error('snapshot expected');
    expect(snapshot.text).not.toContain('two');
    const rest = await follow(client, stream, (state) => state.text.includes('two'));
    expect(rest.text).toBe('two\r\n');
    await stream.return();
  });

  it('resumes from an offset without a snapshot', async () => {
    const { pty, session, client } = start();
    pty.feed('0123456789');
    const stream = terminalStream(client, session, 4, undefined);
    const state = await follow(client, stream, ({ text }) => text.length >= 6);
    expect(state.text).toBe('456789');
    await stream.return();
  });

  it('holds the server back while the viewer takes nothing, and loses no byte', async () => {
    const { pty, session, client } = start();
    const total = 8 * 1024 * 1024;
    const piece = new Uint8Array(16 * 1024);
    const stream = terminalStream(client, session, 0, undefined);
    const { value: open } = await stream.next();
    if (open?.type !== 'open') throw new Error('open expected');
    let sum = 0;
    for (let i = 0; i < total / piece.length; i += 1) {
      piece.fill(97 + (i % 26));
      pty.feed(piece.slice());
      sum = (sum * 31 + (i % 26)) % 1_000_003;
    }
    // The viewer takes frames and acknowledges none, until nothing more comes.
    let unacked = 0;
    const frames: TerminalFrame[] = [];
    let pending = stream.next();
    while (!session.paused || unacked < 100_000) {
      const { value } = await pending;
      if (value === undefined) break;
      frames.push(value);
      if (value.type === 'bytes') unacked += value.cost;
      pending = stream.next();
    }
    expect(session.paused).toBe(true);
    expect(unacked).toBeLessThan(100_000 + 32 * 1024);
    expect(pty.waitingBytes).toBeGreaterThan(total / 2);
    client.ack(open.streamId, unacked);
    let received = unacked;
    while (received < total) {
      const { value } = await pending;
      if (value?.type !== 'bytes') throw new Error(`bytes expected, got ${value?.type}`);
      expect(value.offset).toBe(received);
      received += value.cost;
      client.ack(open.streamId, value.cost);
      if (received < total) pending = stream.next();
    }
    expect(received).toBe(total);
    await stream.return();
  });

  it('gives a viewer that was away too long a new snapshot', async () => {
    const { pty, session, client } = start();
    for (let i = 0; i < 200; i += 1) pty.feed(`${'x'.repeat(16 * 1024)}\r\n`);
    pty.feed('last line');
    while (pty.waitingBytes > 0) await session.snapshot();
    const stream = terminalStream(client, session, 10, undefined);
    const state = await follow(client, stream, ({ frames }) => frames.some((frame) => frame.type === 'snapshot' && frame.last));
    expect(state.text).toContain('last line');
    await stream.return();
  });

  it('tells size changes and the end with its reason', async () => {
    const { pty, session, client } = start();
    const stream = terminalStream(client, session, undefined, undefined);
    await follow(client, stream, (state) => state.frames.some((frame) => frame.type === 'snapshot'));
    session.resize(100, 30);
    expect(pty.size).toEqual({ cols: 100, rows: 30 });
    pty.end('lost', null);
    const state = await follow(client, stream, () => false);
    expect(state.frames).toContainEqual({ type: 'resized', cost: 0, cols: 100, rows: 30 });
    expect(state.frames.at(-1)).toEqual({ type: 'state', cost: 0, state: 'closed', reason: 'the connection was lost' });
    expect(client.openStreams).toBe(0);
  });

  it('does not hold the server back once the stalled viewer has left', async () => {
    const { pty, session, client } = start();
    const leave = new AbortController();
    const stream = terminalStream(client, session, 0, leave.signal);
    await stream.next();
    for (let i = 0; i < 100; i += 1) pty.feed(new Uint8Array(16 * 1024));
    while (!(session.paused && client.openStreams === 1 && (await Promise.race([stream.next(), Promise.resolve(null)])) === null)) {
      if (pty.waitingBytes === 0) break;
    }
    leave.abort();
    await stream.return();
    while (pty.waitingBytes > 0) await session.snapshot();
    expect(session.paused).toBe(false);
  });
});
