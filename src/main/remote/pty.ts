import { AppError } from '../../shared/errors.ts';
import { ChannelProgram, patience } from './program.ts';
import type { RemotePty, RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';
import type { Channel, TerminalShape } from './transport.ts';
import { makeNonce, makePayload, payloadReader } from './wire.ts';

/** Opens a pseudo-terminal on the interactive lane, with the login shell or a script in it. */
export async function openPty(
  link: ServerLink,
  target: RemoteTarget,
  request: { cols: number; rows: number; term: string; script?: string },
): Promise<RemotePty> {
  const size: TerminalShape = { cols: request.cols, rows: request.rows, term: request.term };
  const waiting = patience(target);
  try {
    const { script } = request;
    if (script === undefined) {
      return new ChannelPty(await link.open('interactive', (transport) => transport.shell(size), waiting.signal), link.typing, null);
    }
    const nonce = makeNonce();
    const payload = makePayload({ script, nonce, announce: false });
    const command = terminalCommand(payload.length, nonce);
    const opened = await link.open('interactive', (transport) => transport.exec(command, size), waiting.signal);
    await sendWhenReady(opened.channel, payload, nonce, () => (opened.connection.lost ? 'lost' : 'exited'), target);
    return new ChannelPty(opened, link.typing, null);
  } finally {
    waiting.done();
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

/** A pty over one channel. */
class ChannelPty extends ChannelProgram implements RemotePty {
  resize(cols: number, rows: number): void {
    if (!this.isClosed) this.channel.setWindow(rows, cols, 0, 0);
  }
}
