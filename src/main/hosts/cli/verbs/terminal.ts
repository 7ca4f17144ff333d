import { Command, Option } from 'commander';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { consumeStream } from '../consumeStream.ts';
import { exitCodes } from '../exitCodes.ts';
import type { Run } from './run.ts';

/** Ctrl-] as in telnet: leaves the shell running in the core. */
const detachKey = '\u001d';

async function terminal(context: CliContext, name: string, options: { preset: 'shell' | 'gpu' }): Promise<void> {
  const { stdin } = context;
  if (stdin.isTTY !== true || process.stdout.isTTY !== true)
    throw new UsageError('A terminal needs a terminal. For a command without one use "pilothouse exec".');
  const client = await context.client();
  const size = () => ({ cols: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 });
  const { terminal: opened } = await client.terminals.open({ requestId: newRequestId(), server: name, preset: options.preset, ...size() });
  context.output.note(`Connected to ${name}. Ctrl-] detaches; the shell goes on until Pilothouse's core ends.`);
  const leave = new AbortController();
  // One write at a time, so that keystrokes arrive in order; what is typed meanwhile goes with the next.
  let typed = '';
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (typed !== '') {
      const data = typed;
      typed = '';
      await client.terminals.write({ id: opened.id, data }).catch(() => leave.abort());
    }
    sending = false;
  };
  const onData = (data: Buffer) => {
    const text = data.toString('utf8');
    if (text.includes(detachKey)) return leave.abort();
    typed += text;
    void send();
  };
  const onResize = () => void client.terminals.resize({ id: opened.id, ...size() }).catch(() => {});
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  process.stdout.on('resize', onResize);
  let reason: string | null = null;
  try {
    const stream = await client.terminals.attach({ id: opened.id, afterOffset: 0 }, { signal: leave.signal });
    await consumeStream(client, stream, async (frame) => {
      if (frame.type === 'bytes') await write(Buffer.from(frame.data, 'base64'));
      if (frame.type === 'snapshot') await write(frame.text);
      if (frame.type === 'state' && frame.state === 'closed') reason = frame.reason;
      return reason === null;
    });
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  } finally {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
    process.stdout.off('resize', onResize);
  }
  context.output.note(reason === null ? `\r\nDetached from ${name}.` : `\r\n${name}: ${reason}.`);
  if (reason === 'the connection was lost') throw new ExitWith(exitCodes.unreachable);
}

/** Waits for the pipe to take what was printed: the core holds back meanwhile. */
function write(bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** `pilothouse terminal NAME`: a shell on a server, held by the core. */
export function terminalCommand(run: Run): Command {
  return new Command('terminal')
    .description('a shell on a server')
    .argument('<name>', 'which server')
    .addOption(new Option('--preset <preset>', 'what runs in it').choices(['shell', 'gpu']).default('shell'))
    .addHelpText('after', '\nExample: pilothouse terminal gpu-1 --preset gpu')
    .action(run(terminal));
}
