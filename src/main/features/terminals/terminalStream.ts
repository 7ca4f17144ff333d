import { creditWindows, type TerminalFrame } from '../../../shared/model/stream.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import type { CreditGate } from '../../rpc/credit.ts';
import { translatingErrors } from '../../rpc/rpcErrors.ts';
import { Signal } from '../../rpc/signal.ts';
import type { ScreenSnapshot } from './screenMirror.ts';
import type { TerminalSession } from './terminalSession.ts';

/** Bytes of one frame: base64 makes it a third larger, which stays under the limit of a frame. */
const frameBytes = 32 * 1024;
/** The same, and what may be under way, while somebody types into another terminal: its echo comes behind that. */
const beside = { frameBytes: 8 * 1024, pauseAt: 48 * 1024, resumeAt: 24 * 1024 };
/** A viewer that is so far behind takes nothing more for now, before what it has not had is let go. */
const behindBytes = 64 * 1024;
/** Characters of one snapshot frame; each may take three bytes. */
const snapshotCharacters = 16 * 1024;

/**
 * Serves a terminal to one viewer: the screen as it is, then every byte after it, and each change of its state; it begins as open. From `afterOffset` the bytes alone, where they
 * are still held. A viewer that falls behind what is held gets a new snapshot. Ends after the closing state was sent.
 */
export function terminalStream(
  client: ClientSession,
  session: TerminalSession,
  from: { afterOffset?: number | undefined; ownAnswers?: boolean | undefined },
  signal: AbortSignal | undefined,
): AsyncGenerator<TerminalFrame, void, void> {
  return translatingErrors(client, produce(client, session, from, signal));
}

async function* produce(
  client: ClientSession,
  session: TerminalSession,
  { afterOffset, ownAnswers = false }: { afterOffset?: number | undefined; ownAnswers?: boolean | undefined },
  signal: AbortSignal | undefined,
): AsyncGenerator<TerminalFrame, void, void> {
  const { streamId, gate, close } = client.openStream({
    get pauseAt() {
      return session.isBesideTyping ? beside.pauseAt : creditWindows.terminal.pauseAt;
    },
    get resumeAt() {
      return session.isBesideTyping ? beside.resumeAt : creditWindows.terminal.resumeAt;
    },
  });
  const woken = new Signal();
  let offset = afterOffset ?? -1;
  const detach = session.attach({
    wake: () => woken.fire(),
    get blocked() {
      return gate.paused || (offset >= session.ring.start && session.ring.end - offset > behindBytes);
    },
    ownAnswers,
  });
  const stop = () => {
    gate.close();
    woken.fire();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    yield { type: 'open', streamId };
    // A viewer that resumes may have missed a change of size: unknown until told.
    let size = '';
    let state = 'open null';
    for (;;) {
      if (session.ring.read(offset, 0) === null) {
        const screen = yield* snapshot(session, gate);
        offset = screen.offset;
        size = sizeOf(screen);
      }
      if (size !== sizeOf(session.size)) {
        size = sizeOf(session.size);
        yield { type: 'resized', cost: 0, ...session.size };
      }
      if (session.terminal.state !== 'closed' && state !== stateOf(session)) {
        // Noted first: it may change again while the frame is taken.
        state = stateOf(session);
        yield { type: 'state', cost: 0, state: session.terminal.state, reason: session.terminal.reason };
      }
      await credit(session, gate);
      if (signal?.aborted) return;
      const bytes = session.ring.read(offset, session.isBesideTyping ? beside.frameBytes : frameBytes);
      if (bytes === null) continue;
      if (bytes.length > 0) {
        gate.spend(bytes.length);
        const at = offset;
        offset += bytes.length;
        session.reconsider();
        yield { type: 'bytes', cost: bytes.length, offset: at, data: Buffer.from(bytes).toString('base64') };
        continue;
      }
      if (session.terminal.state === 'closed') {
        yield { type: 'state', cost: 0, state: 'closed', reason: session.terminal.reason };
        return;
      }
      await woken.wait(() => signal?.aborted === true || session.ring.end > offset || state !== stateOf(session) || size !== sizeOf(session.size));
      if (signal?.aborted) return;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    close();
    detach();
  }
}

const stateOf = ({ terminal }: TerminalSession) => `${terminal.state} ${terminal.reason}`;

const sizeOf = ({ cols, rows }: { cols: number; rows: number }) => `${cols}x${rows}`;

/** Waits for credit, and lets the channel flow again once it is there. */
async function credit(session: TerminalSession, gate: CreditGate): Promise<void> {
  await gate.ready();
  session.reconsider();
}

async function* snapshot(session: TerminalSession, gate: CreditGate): AsyncGenerator<TerminalFrame, ScreenSnapshot, void> {
  const screen = await session.snapshot();
  const pieces = Math.max(1, Math.ceil(screen.text.length / snapshotCharacters));
  for (let index = 0; index < pieces; index += 1) {
    await credit(session, gate);
    const text = screen.text.slice(index * snapshotCharacters, (index + 1) * snapshotCharacters);
    gate.spend(text.length);
    yield {
      type: 'snapshot',
      cost: text.length,
      offset: screen.offset,
      cols: screen.cols,
      rows: screen.rows,
      text,
      first: index === 0,
      last: index === pieces - 1,
    };
  }
  return screen;
}
