import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import type { TerminalId } from '../../../shared/model/ids.ts';
import { creditWindows, maxFrameBytes, type TerminalFrame } from '../../../shared/model/stream.ts';
import { ClientSession } from '../../rpc/clientSession.ts';
import { FakeShell } from './fakeShell.ts';
import { TerminalSession } from './terminalSession.ts';
import { terminalStream } from './terminalStream.ts';

const terminal = {
  ...{ id: 'term_1' as TerminalId, serverName: 'a', title: 'a', preset: 'shell', state: 'open', reason: null, holder: null },
  ...{ openedAtMs: 0, recordingSinceMs: null },
} satisfies Terminal;

function start() {
  const now = { ms: 0 };
  const shell = new FakeShell();
  const session = new TerminalSession(terminal, shell, { cols: 80, rows: 24, offset: 0 }, { nowMs: () => now.ms, changed: () => {} });
  return { now, shell, session, client: new ClientSession(() => {}) };
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
    const { shell, session, client } = start();
    shell.feed('hello\r\n\u001b[31mred\u001b[0m');
    const stream = terminalStream(client, session, {}, undefined);
    const first = await follow(client, stream, (state) => state.frames.some((frame) => frame.type === 'snapshot'));
    expect(first.text).toContain('hello');
    expect(first.text).toContain('\u001b[31mred');
    shell.feed(' more');
    const next = await follow(client, stream, (state) => state.text.includes('more'));
    expect(next.frames.map((frame) => frame.type)).toEqual(['bytes']);
    await stream.return();
  });

  it('misses nothing that arrives while the snapshot is being taken', async () => {
    const { shell, session, client } = start();
    shell.feed('one\r\n');
    const stream = terminalStream(client, session, {}, undefined);
    await stream.next();
    const pending = stream.next();
    shell.feed('two\r\n');
    const snapshot = (await pending).value;
    if (snapshot?.type !== 'snapshot') throw new Error('snapshot expected');
    expect(snapshot.text).not.toContain('two');
    const rest = await follow(client, stream, (state) => state.text.includes('two'));
    expect(rest.text).toBe('two\r\n');
    await stream.return();
  });

  it('resumes from an offset without a snapshot', async () => {
    const { shell, session, client } = start();
    shell.feed('0123456789');
    const stream = terminalStream(client, session, { afterOffset: 4 }, undefined);
    const state = await follow(client, stream, ({ text }) => text.length >= 6);
    expect(state.text).toBe('456789');
    await stream.return();
  });

  it('holds the server back while the viewer takes nothing, and loses no byte', async () => {
    const { shell, session, client } = start();
    const total = 8 * 1024 * 1024;
    const piece = new Uint8Array(16 * 1024);
    const stream = terminalStream(client, session, { afterOffset: 0 }, undefined);
    const { value: open } = await stream.next();
    if (open?.type !== 'open') throw new Error('open expected');
    let sum = 0;
    for (let i = 0; i < total / piece.length; i += 1) {
      piece.fill(97 + (i % 26));
      shell.feed(piece.slice());
      sum = (sum * 31 + (i % 26)) % 1_000_003;
    }
    // The viewer takes frames and acknowledges none, until nothing more comes.
    let unacked = 0;
    const frames: TerminalFrame[] = [];
    let pending = stream.next();
    while (!session.paused || unacked < creditWindows.terminal.pauseAt) {
      const { value } = await pending;
      if (value === undefined) break;
      frames.push(value);
      if (value.type === 'bytes') unacked += value.cost;
      pending = stream.next();
    }
    expect(session.paused).toBe(true);
    expect(unacked).toBeLessThan(creditWindows.terminal.pauseAt + 32 * 1024);
    expect(shell.waitingBytes).toBeGreaterThan(total / 2);
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
    const { shell, session, client } = start();
    for (let i = 0; i < 200; i += 1) shell.feed(`${'x'.repeat(16 * 1024)}\r\n`);
    shell.feed('last line');
    while (shell.waitingBytes > 0) await session.snapshot();
    const stream = terminalStream(client, session, { afterOffset: 10 }, undefined);
    const state = await follow(client, stream, ({ frames }) => frames.some((frame) => frame.type === 'snapshot' && frame.last));
    expect(state.text).toContain('last line');
    await stream.return();
  });

  it('tells size changes and the end with its reason', async () => {
    const { shell, session, client } = start();
    const stream = terminalStream(client, session, {}, undefined);
    await follow(client, stream, (state) => state.frames.some((frame) => frame.type === 'snapshot'));
    session.resize(100, 30);
    expect(shell.size).toEqual({ cols: 100, rows: 30 });
    shell.finish('the connection was lost');
    const state = await follow(client, stream, () => false);
    expect(state.frames).toContainEqual({ type: 'resized', cost: 0, cols: 100, rows: 30 });
    expect(state.frames.at(-1)).toEqual({ type: 'state', cost: 0, state: 'closed', reason: 'the connection was lost' });
    expect(client.openStreams).toBe(0);
  });

  it('tells of a lost connection with its reason, and that it is there again', async () => {
    const { shell, session, client } = start();
    const stream = terminalStream(client, session, {}, undefined);
    await follow(client, stream, (state) => state.frames.some((frame) => frame.type === 'snapshot'));
    shell.lose();
    const lost = await follow(client, stream, (state) => state.frames.length > 0);
    expect(lost.frames).toEqual([{ type: 'state', cost: 0, state: 'reconnecting', reason: 'the connection was lost' }]);
    shell.find();
    const found = await follow(client, stream, (state) => state.frames.length > 0);
    expect(found.frames).toEqual([{ type: 'state', cost: 0, state: 'open', reason: null }]);
    await stream.return();
  });

  it('says on the screen how much nobody holds any more', async () => {
    const { shell, session, client } = start();
    shell.feed('before');
    shell.gap(3_100_000);
    shell.feed('after');
    const stream = terminalStream(client, session, {}, undefined);
    const state = await follow(client, stream, ({ text }) => text.includes('after'));
    expect(state.text).toMatch(/before[\s\S]*3100 kB of output came while nobody was connected[\s\S]*after/);
    await stream.return();
  });

  it('answers what a program asks of a terminal: once, however many look on, never for what was not meant, nor more often than sense', async () => {
    const { now, shell, session, client } = start();
    const quietViewer = { wake: () => {}, blocked: false, ownAnswers: false };
    const leave = [session.attach(quietViewer), session.attach(quietViewer)];
    const asked = async (bytes: string, quiet = false) => {
      shell.written.length = 0;
      now.ms += 10_000;
      shell.feed(bytes, quiet);
      await session.snapshot();
      return shell.written;
    };
    expect(await asked('\u001b[c')).toEqual(['\u001b[?1;2c']);
    expect(await asked('ab\u001b[6n')).toEqual(['\u001b[1;3R']);
    expect(await asked('\u001b[?2004$p')).toEqual(['\u001b[?2004;2$y']);
    expect(await asked('\u001b[c\u001b[6n', true)).toEqual([]);
    expect(await asked('\u001bP$qm\u001b\\\u001b[21t\u001b[>q\u001b]10;?\u0007\u001b]52;c;?\u0007')).toEqual([]);
    expect(await asked('\u001b[6n'.repeat(10_000))).toHaveLength(40);
    for (const end of leave) end();
    session.attach({ ...quietViewer, ownAnswers: true });
    expect(await asked('\u001b[c')).toEqual([]);
    expect(client.openStreams).toBe(0);
  });

  it('is stopped by no sequence: counts beyond all sense, links without number', async () => {
    const { shell, session } = start();
    const count = 2_147_483_647;
    for (const final of ['b', 'L', 'M', 'S', 'T', 'I', 'Z', '@', 'P', 'X']) shell.feed(`a\u001b[${count}${final}`);
    for (let link = 0; link < 5_000; link += 1) shell.feed(`\u001b]8;;https://example.org/${link}\u0007x\u001b]8;;\u0007`);
    shell.feed('\r\nit goes on');
    expect((await session.snapshot()).text).toContain('it goes on');
  });

  it('does not hold the server back once the stalled viewer has left', async () => {
    const { shell, session, client } = start();
    const leave = new AbortController();
    const stream = terminalStream(client, session, { afterOffset: 0 }, leave.signal);
    await stream.next();
    for (let i = 0; i < 100; i += 1) shell.feed(new Uint8Array(16 * 1024));
    while (!(session.paused && client.openStreams === 1 && (await Promise.race([stream.next(), Promise.resolve(null)])) === null)) {
      if (shell.waitingBytes === 0) break;
    }
    leave.abort();
    await stream.return();
    while (shell.waitingBytes > 0) await session.snapshot();
    // What came last may still be on its way to the screen.
    await session.snapshot();
    expect(session.paused).toBe(false);
  });
});
