import { AppError } from '../../shared/errors.ts';
import { feedChannel, readChannel } from './exchange.ts';
import type { Lane, RemoteTarget } from './remote.ts';
import type { OpenedChannel, ServerLink } from './serverLink.ts';
import { becomeRoot, SudoDialogue } from './sudo.ts';
import { sweepScript } from './sweepScript.ts';
import type { Channel, ChannelEnd } from './transport.ts';
import type { Typing } from './typing.ts';
import { BeginFilter, commandLine, makeNonce, makePayload } from './wire.ts';
import type { WrongPassword } from './wrongPassword.ts';

/** A script to run, with the bytes of its output handed on as they come. */
export interface ScriptRun {
  script: string;
  env?: Readonly<Record<string, string>>;
  stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  sudo: boolean;
  lane: Lane;
  /** Milliseconds from the moment in which a channel is open; Infinity: none. */
  timeoutMs: number;
  signal?: AbortSignal;
  onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void | Promise<void>;
  /** Whether what is left running when this ends early is looked for and ended. Default true. */
  sweeps?: boolean;
}

/** Runs one script on a channel of its own; see `RemoteServer.exec` for what it throws. */
export async function runScript(link: ServerLink, target: RemoteTarget, run: ScriptRun): Promise<ChannelEnd> {
  const nonce = makeNonce();
  const payload = makePayload({ script: run.script, nonce, announce: true, ...(run.env === undefined ? {} : { env: run.env }) });
  const outer = run.sudo ? makePayload({ script: becomeRoot(target, nonce, payload.length), nonce, announce: false }) : payload;
  run.signal?.throwIfAborted();
  const opened = await link.open(run.lane, (transport) => transport.exec(commandLine(outer, nonce)), run.signal);
  const wire: Wire = {
    ...{ nonce, outer, payload: run.sudo ? payload : null, mayRun: !run.sudo, wrong: link.wrongSudoPassword },
    typing: run.lane === 'bulk' ? link.typing : null,
  };
  try {
    return await converse(opened, target, run, wire);
  } catch (error) {
    discardOutput(opened.channel);
    // The channel closes after the sweep: a shell that finds its stderr gone dies of that before it runs its own traps.
    // Where sudo did not let us in nothing runs, and asking it again to look would be another try of a wrong password.
    if (!wire.mayRun || run.sweeps === false || opened.connection.lost) opened.channel.close();
    else void sweep(link, target, run, nonce).finally(() => opened.channel.close());
    throw error;
  }
}

interface Wire {
  nonce: string;
  outer: Buffer;
  /** What follows once root is had; null without sudo. */
  payload: Buffer | null;
  /** Whether the shell is there that runs the script. */
  mayRun: boolean;
  /** sudo passwords that were wrong before. */
  wrong: WrongPassword;
  /** For whom a copy makes room; null: this is none. */
  typing: Typing | null;
}

/** Sends the payload, answers sudo, and reads to the end; what goes wrong on the way ends the command. */
async function converse(opened: OpenedChannel, target: RemoteTarget, run: ScriptRun, wire: Wire): Promise<ChannelEnd> {
  const { channel, connection } = opened;
  const stop = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  stopped.catch(() => undefined);
  const fail = (error: unknown) => stop.abort(error);
  const onAbort = () => fail(run.signal?.reason);
  run.signal?.addEventListener('abort', onAbort, { once: true });
  if (run.signal?.aborted) onAbort();
  const timer = startTimer(run.timeoutMs, () =>
    fail(new AppError('remote.timeout', { server: target.name, what: firstLine(run.script), seconds: run.timeoutMs / 1000 })),
  );

  const sendPayload = () => {
    if (wire.payload !== null) channel.write(wire.payload);
    if (run.stdin === undefined) channel.end();
    else feedChannel(channel, connection, run.stdin, wire.typing).then(() => channel.end(), fail);
  };
  const onReady = () => {
    wire.mayRun = true;
    if (asks) sendPayload();
  };
  const asks = wire.payload !== null && target.sudo === 'password';
  const dialogue = wire.payload === null ? null : sudoDialogue(channel, target, wire, { ready: onReady, fail });
  try {
    channel.write(wire.outer);
    if (!asks) sendPayload();
    const filters = { stdout: new BeginFilter(wire.nonce), stderr: new BeginFilter(wire.nonce) };
    const reading = readChannel(channel, connection, (stream, bytes) => {
      const own = filters[stream].take(stream === 'stderr' && dialogue !== null ? dialogue.take(bytes) : bytes);
      if (own.length === 0) return undefined;
      const room = wire.typing?.room(own.length);
      return room === undefined ? run.onOutput(stream, own) : room.then(() => run.onOutput(stream, own));
    });
    const end = await Promise.race([reading, stopped]);
    if (dialogue !== null && !dialogue.ready) throw dialogue.failure(target);
    if (!filters.stdout.begun) throw neverBegan(target, end, `${filters.stdout.noise}${filters.stderr.noise}`);
    return end;
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', onAbort);
  }
}

function sudoDialogue(channel: Channel, target: RemoteTarget, wire: Wire, on: { ready: () => void; fail: (error: unknown) => void }): SudoDialogue {
  const data = { server: target.name, user: target.user };
  let sent: string | null = null;
  const refused = () => {
    if (sent !== null) wire.wrong.note(sent);
    return new AppError('sudo.password-wrong', data);
  };
  const askPassword = async () => {
    const password = await target.sudoPassword();
    if (password === null) return on.fail(new AppError('sudo.password-missing', data));
    if (wire.wrong.knows(password)) return on.fail(refused());
    sent = password;
    channel.write(`${password}\n`);
  };
  return new SudoDialogue(wire.nonce, {
    ready: on.ready,
    askPassword: () => void askPassword().catch(on.fail),
    askedAgain: () => on.fail(refused()),
  });
}

/** The login shell ended without running the script: no login allowed, or no `sh`. */
function neverBegan(target: RemoteTarget, end: ChannelEnd, noise: string): AppError {
  return new AppError('remote.command-failed', { server: target.name, what: 'start a shell', ...end, output: noise.slice(-2000) });
}

/** Lets a channel run dry, so that it can close, with nobody listening any more. */
function discardOutput(channel: Channel): void {
  channel.on('error', () => undefined);
  for (const stream of [channel, channel.stderr]) stream.removeAllListeners('data').resume();
}

/**
 * Ends what an abandoned command left running. OpenSSH takes no signals for a root login, and none reach past sudo; so the shells are
 * found by the digits in their command line, and their process groups ended.
 */
async function sweep(link: ServerLink, target: RemoteTarget, run: ScriptRun, nonce: string): Promise<void> {
  try {
    const onOutput = () => undefined;
    await runScript(link, target, { script: sweepScript, env: { PH_LOST: nonce }, sudo: run.sudo, lane: run.lane, timeoutMs: 30_000, onOutput, sweeps: false });
  } catch {
    // Whoever asked has had the answer already; without a connection there is nothing more to do.
  }
}

function startTimer(timeoutMs: number, onTime: () => void): NodeJS.Timeout | undefined {
  return Number.isFinite(timeoutMs) ? setTimeout(onTime, Math.min(timeoutMs, 2 ** 31 - 1)) : undefined;
}

/** The first line of a script that says something, to name it by in errors. */
export function firstLine(script: string): string {
  const line = script.split('\n').find((text) => text.trim() !== '' && !/^\s*(#|set -)/.test(text));
  return (line ?? 'script').trim().slice(0, 120);
}
