import { AppError } from '../../shared/errors.ts';
import type { RemotePty, RemoteTarget } from './remote.ts';
import type { OpenedChannel, ServerLink } from './serverLink.ts';
import { type Channel, exitOf, type TerminalShape } from './transport.ts';
import { makeNonce, makePayload, payloadReader } from './wire.ts';

/** How long a place for a terminal is waited for, and a script's shell to come up. */
const patienceMs = 30_000;

/** Opens a pseudo-terminal on the interactive lane, with the login shell or a script in it. */
export async function openPty(
  link: ServerLink,
  target: RemoteTarget,
  request: { cols: number; rows: number; term: string; script?: string },
): Promise<RemotePty> {
  const size: TerminalShape = { cols: request.cols, rows: request.rows, term: request.term };
  const busy = new AppError('ssh.channel-refused', { server: target.name, reason: 'too many terminals are open on this server' });
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(busy), patienceMs);
  try {
    const { script } = request;
    if (script === undefined) {
      return new ChannelPty(await link.open('interactive', (transport) => transport.shell(size), patience.signal));
    }
    const nonce = makeNonce();
    const payload = makePayload({ script, nonce, announce: false });
    const command = terminalCommand(payload.length, nonce);
    const opened = await link.open('interactive', (transport) => transport.exec(command, size), patience.signal);
    await sendWhenReady(opened.channel, payload, nonce, () => (opened.connection.lost ? 'lost' : 'exited'), target);
    return new ChannelPty(opened);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads the script from the terminal itself. In raw mode nothing is echoed and no line is too long; the mark says that the mode is set,
 * for what comes before would be treated as typing.
 */
function terminalCommand(payloadBytes: number, nonce: string): string {
  return `sh -c 't=$(stty -g);stty raw -echo;echo ph-${nonce}-send;${payloadReader(payloadBytes, nonce, 'stty "$t";')}'`;
}

async function sendWhenReady(channel: Channel, payload: Buffer, nonce: string, how: () => 'lost' | 'exited', target: RemoteTarget): Promise<void> {
  const mark = `ph-${nonce}-send\n`;
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    const onData = (bytes: Buffer) => {
      seen += bytes.toString('latin1');
      if (seen.includes(mark)) settle(resolve);
    };
    const onClose = () =>
      settle(() =>
        reject(
          how() === 'lost'
            ? new AppError('ssh.connection-lost', { server: target.name })
            : new AppError('remote.command-failed', { server: target.name, what: 'start a terminal', exitCode: null, signal: null, output: seen.slice(-2000) }),
        ),
      );
    const settle = (end: () => void) => {
      channel.pause();
      channel.off('data', onData);
      channel.off('close', onClose);
      end();
    };
    channel.on('data', onData);
    channel.on('close', onClose);
  });
  channel.write(payload);
  const rest = seen.slice(seen.indexOf(mark) + mark.length);
  if (rest !== '') channel.unshift(Buffer.from(rest, 'latin1'));
}

/** A pty over one channel. Nothing is read before somebody listens. */
class ChannelPty implements RemotePty {
  readonly #channel: Channel;
  readonly #closed: Promise<{ how: 'exited' | 'lost'; exitCode: number | null }>;
  #isClosed = false;
  #paused = false;

  constructor({ channel, connection }: OpenedChannel) {
    this.#channel = channel;
    channel.on('error', () => undefined);
    channel.stderr.resume();
    this.#closed = new Promise((resolve) => {
      const settle = (how: 'exited' | 'lost') => {
        this.#isClosed = true;
        resolve({ how, exitCode: exitOf(channel)?.exitCode ?? null });
      };
      channel.once('close', () => settle(exitOf(channel) !== null || !connection.lost ? 'exited' : 'lost'));
      connection.onLost(() => settle(exitOf(channel) === null ? 'lost' : 'exited'));
    });
  }

  write(data: string | Uint8Array): void {
    if (!this.#isClosed && this.#channel.writable) this.#channel.write(data);
  }

  resize(cols: number, rows: number): void {
    if (!this.#isClosed) this.#channel.setWindow(rows, cols, 0, 0);
  }

  pause(): void {
    this.#paused = true;
    this.#channel.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#channel.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#channel.on('data', listener);
    // A stream that was paused before does not begin to flow by itself when somebody listens.
    if (!this.#paused) this.#channel.resume();
  }

  onClose(listener: (how: 'exited' | 'lost', exitCode: number | null) => void): void {
    void this.#closed.then(({ how, exitCode }) => listener(how, exitCode));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#channel.close();
    this.#channel.removeAllListeners('data').resume();
  }
}
