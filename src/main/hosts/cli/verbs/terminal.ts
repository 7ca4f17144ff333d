import { Command, Option } from 'commander';
import type { Terminal } from '../../../../shared/contract/terminals.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { TerminalId } from '../../../../shared/model/ids.ts';
import { presetWords, type TerminalPreset, terminalPresets } from '../../../../shared/model/terminalPreset.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { consumeStream } from '../consumeStream.ts';
import { exitCodes } from '../exitCodes.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** Ctrl-] as in telnet: leaves the shell running in the core. */
const detachKey = '\u001d';
/** Of what is typed or pasted in one call. */
const writeCharacters = 32_768;
/** Main screen, cursor shown, no mouse reports, no bracketed paste, plain text. */
const plainModes = '\u001b[?1049l\u001b[?25h\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?1l\u001b>\u001b[0m';

interface TerminalOptions {
  preset: TerminalPreset;
  of?: string;
  list?: boolean;
  attach?: string;
  end?: string;
}

async function terminal(context: CliContext, name: string | undefined, options: TerminalOptions): Promise<void> {
  if (options.list === true) return list(context, name);
  if (options.end !== undefined) return end(context, options.end);
  const { stdin } = context;
  if (stdin.isTTY !== true || process.stdout.isTTY !== true)
    throw new UsageError('A terminal needs a terminal. For a command without one use "pilothouse exec".');
  const opened = options.attach === undefined ? await open(context, name, options) : await known(context, options.attach);
  if (opened.holder === null) context.output.note('Nothing on this server can hold a shell: it ends with its connection.');
  context.output.note(`Connected to ${opened.title}. Ctrl-] detaches; "pilothouse terminal --attach ${opened.id}" comes back to it.`);
  const reason = await stay(context, opened.id);
  context.output.note(reason === null ? `\r\nDetached from ${opened.title}.` : `\r\n${opened.title}: ${reason}.`);
  if (reason?.startsWith('the connection was lost') === true) throw new ExitWith(exitCodes.unreachable);
}

/** Passes everything on, both ways, until the person leaves (null) or the shell ends, for whatever reason. */
async function stay(context: CliContext, id: TerminalId): Promise<string | null> {
  const { stdin } = context;
  const client = await context.client();
  const leave = new AbortController();
  // One write at a time, so that keystrokes arrive in order; what is typed meanwhile goes with the next.
  let typed = '';
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (typed !== '') {
      const data = typed.slice(0, writeCharacters);
      typed = typed.slice(data.length);
      await client.terminals.write({ id, data }).catch(() => leave.abort());
    }
    sending = false;
  };
  const decoder = new TextDecoder();
  const onData = (data: Buffer) => {
    const text = decoder.decode(data, { stream: true });
    if (text.includes(detachKey)) return leave.abort();
    typed += text;
    void send();
  };
  const onResize = () => void client.terminals.resize({ id, ...screenSize() }).catch(() => {});
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  process.stdout.on('resize', onResize);
  onResize();
  let reason: string | null = null;
  let lost = false;
  try {
    // The person's own terminal answers what programs ask of one.
    const stream = await client.terminals.attach({ id, ownAnswers: true }, { signal: leave.signal });
    await consumeStream(client, stream, async (frame) => {
      if (frame.type === 'bytes') await write(Buffer.from(frame.data, 'base64'));
      if (frame.type === 'snapshot') await write(frame.text);
      if (frame.type === 'state') {
        if (frame.state === 'closed') reason = frame.reason ?? 'closed';
        else if (frame.state === 'reconnecting') context.output.note(`\r\n[${frame.reason}; connecting again, Ctrl-] leaves]\r`);
        else if (lost) context.output.note('\r[connected again]\r');
        lost = frame.state === 'reconnecting';
      }
      return reason === null;
    });
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  } finally {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
    process.stdout.off('resize', onResize);
    // Modes that a full-screen program has set are not those of the person's own shell.
    await write(plainModes);
  }
  return reason;
}

async function open(context: CliContext, name: string | undefined, { preset, of }: TerminalOptions): Promise<Terminal> {
  if (name === undefined) throw new UsageError('Say which server, or --list, or --attach ID.');
  const { asks, optional } = presetWords[preset];
  if (asks !== null && !optional && of === undefined) throw new UsageError(`Say which ${asks}: --of ${asks.toUpperCase()}.`);
  const client = await context.client();
  const request = { requestId: newRequestId(), server: name, preset, ...(of !== undefined && { of }), ...screenSize() };
  return (await client.terminals.open(request)).terminal;
}

async function known(context: CliContext, id: string): Promise<Terminal> {
  const { terminals } = await (await context.client()).terminals.list({});
  const found = terminals.find((terminal) => terminal.id === id);
  if (found === undefined) throw new AppError('terminal.not-found', { terminalId: id });
  return found;
}

async function list(context: CliContext, server: string | undefined): Promise<void> {
  const { output } = context;
  const { terminals } = await (await context.client()).terminals.list({});
  const wanted = terminals.filter(({ serverName }) => server === undefined || serverName === server);
  if (output.json) return output.document({ terminals: wanted });
  if (wanted.length === 0) return output.note('No terminal is open.');
  const rows = wanted.map(({ id, title, state, reason, openedAtMs }) => [id, title, state, reason ?? '', new Date(openedAtMs).toISOString()]);
  for (const line of table(['ID', 'TITLE', 'STATE', 'WHY', 'OPENED'], rows, output)) output.line(line);
}

async function end(context: CliContext, given: string): Promise<void> {
  const { id, title } = await known(context, given);
  await (await context.client()).terminals.close({ requestId: newRequestId(), id });
  if (context.output.json) context.output.document({ id });
  else context.output.note(`${title} ends.`);
}

const screenSize = () => ({ cols: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 });

/** Waits for the pipe to take what was printed: the core holds back meanwhile. */
function write(bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** `pilothouse terminal NAME`: a shell on a server, held there. */
export function terminalCommand(run: Run): Command {
  return new Command('terminal')
    .description('a shell on a server, which goes on there when the connection or Pilothouse ends')
    .argument('[name]', 'which server')
    .addOption(new Option('--preset <preset>', 'what runs in it').choices([...terminalPresets]).default('shell'))
    .option('--of <name>', 'the container, stack or unit that the preset is about')
    .option('--list', 'the terminals that are open')
    .option('--attach <id>', 'come back to one that is open')
    .option('--end <id>', 'end one that is open')
    .addHelpText(
      'after',
      '\nExamples: pilothouse terminal gpu-1 --preset gpu\n          pilothouse terminal gpu-1 --preset container --of ph-privaxai-ollama-1',
    )
    .action(run(terminal));
}
