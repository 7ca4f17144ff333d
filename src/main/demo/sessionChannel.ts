import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PseudoTtyInfo, ServerChannel, Session } from 'ssh2';
import { acceptedVariables } from './loginEnvironment.ts';
import { guardInput, refusalText, refusedPath } from './scriptGuard.ts';
import type { World, WorldFolders, WorldProcess } from './world.ts';

/** What a session of a demo server needs to start its process. */
export interface SessionPorts {
  world: World;
  folders: WorldFolders;
  environment: Readonly<Record<string, string>>;
  log(event: string, fields: Record<string, unknown>): void;
}

interface Terminal {
  info: PseudoTtyInfo;
  file: string;
  /** Size changes one after the other; the last one wins. */
  resizing: Promise<void>;
  wanted: { rows: number; cols: number } | null;
}

/** A login begins in its home, where there is one. */
const atHome = 'cd "$HOME" 2>/dev/null || cd /; exec /bin/sh -c "$1"';

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Serves one session channel: one process, with or without a pseudo-terminal, as sshd does it. */
export function serveSession(session: Session, ports: SessionPorts): void {
  const requested: Record<string, string> = {};
  let terminal: Terminal | null = null;
  let process: WorldProcess | null = null;

  session.on('env', (accept, _reject, info: { key?: string; val?: string }) => {
    if (info.key && acceptedVariables.test(info.key)) requested[info.key] = info.val ?? '';
    accept?.();
  });
  session.on('pty', (accept, _reject, info) => {
    terminal = { info, file: `tty.${randomUUID()}`, resizing: Promise.resolve(), wanted: null };
    accept?.();
  });
  session.on('window-change', (accept, _reject, info) => {
    accept?.();
    if (terminal && process) resize(ports, terminal, info.rows, info.cols);
    else if (terminal) Object.assign(terminal.info, { rows: info.rows, cols: info.cols });
  });
  session.on('signal', (accept, _reject, info) => {
    accept?.();
    process?.signal(info.name.replace(/^SIG/, ''));
  });
  const begin = (channel: ServerChannel, command: string): void => {
    const env = { ...ports.environment, ...requested };
    const refused = ports.world.kind === 'directory' ? refusedPath(command, ports.folders.root) : null;
    if (refused !== null) {
      refuse(channel, refused);
      return;
    }
    try {
      process = terminal ? startOnTerminal(ports, terminal, env, command) : ports.world.spawn({ argv: ['/bin/sh', '-c', atHome, 'sh', command], env });
    } catch (error) {
      channel.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      channel.exit(255);
      channel.end();
      return;
    }
    connect(channel, process, { onTerminal: terminal !== null, command, ports });
  };
  session.on('shell', (accept) => begin(accept(), terminal ? '' : 'exec /bin/sh'));
  session.on('exec', (accept, _reject, info) => begin(accept(), info.command));
}

function refuse(channel: ServerChannel, path: string): void {
  channel.stderr.write(refusalText(path));
  channel.exit(126);
  channel.end();
}

function startOnTerminal(ports: SessionPorts, terminal: Terminal, env: Record<string, string>, command: string): WorldProcess {
  const { world, folders } = ports;
  const directory = world.kind === 'namespaces' ? '/.demo' : folders.base;
  const program = world.kind === 'namespaces' ? '/.demo/standins/world/terminal.sh' : join(folders.standins, 'world/terminal.sh');
  const inner = `exec /bin/sh ${shellQuoted(program)}`;
  const darwin = globalThis.process.platform === 'darwin';
  return world.spawn({
    argv: darwin ? ['/usr/bin/script', '-q', '/dev/null', '/bin/sh', '-c', inner] : ['/usr/bin/script', '-qefc', inner, '/dev/null'],
    env: {
      ...env,
      TERM: terminal.info.term || 'xterm-256color',
      DEMO_TTY_FILE: `${directory}/run/${terminal.file}`,
      DEMO_ROWS: String(terminal.info.rows || 24),
      DEMO_COLS: String(terminal.info.cols || 80),
      DEMO_COMMAND: command,
    },
  });
}

/** Changes a terminal's size from outside of it: `script` follows its own terminal only, and here it has none. */
function resize(ports: SessionPorts, terminal: Terminal, rows: number, cols: number): void {
  const idle = terminal.wanted === null;
  terminal.wanted = { rows, cols };
  if (!idle) return;
  terminal.resizing = terminal.resizing.then(async () => {
    while (terminal.wanted) {
      const size = terminal.wanted;
      const directory = ports.world.kind === 'namespaces' ? '/.demo' : ports.folders.base;
      const script = readFileSync(join(ports.folders.standins, 'world/resize.sh'), 'utf8');
      const { child } = ports.world.spawn({
        argv: ['/bin/sh', '-c', script, 'sh', `${directory}/run/${terminal.file}`, String(size.rows), String(size.cols)],
        env: { ...ports.environment },
      });
      await new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
      if (terminal.wanted === size) terminal.wanted = null;
    }
  });
  terminal.resizing.catch((error: unknown) => ports.log('demo.resize-failed', { reason: String(error) }));
}

/** Joins a channel and a process: streams with their back-pressure, end of input, exit code or signal, hangup. */
function connect(channel: ServerChannel, running: WorldProcess, how: { onTerminal: boolean; command: string; ports: SessionPorts }): void {
  const { onTerminal, ports } = how;
  const { child } = running;
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('a session process has three pipes');
  let exited = false;
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);

  let isRefused = false;
  if (ports.world.kind === 'namespaces' || onTerminal) channel.pipe(stdin);
  else {
    const guard = guardInput(how.command, ports.folders.root, (path) => {
      isRefused = true;
      running.signal('KILL');
      refuse(channel, path);
    });
    channel.pipe(guard).pipe(stdin);
  }
  stdout.pipe(channel, { end: false });
  stderr.pipe(onTerminal ? channel : channel.stderr, { end: false });

  child.once('error', (error) => {
    channel.stderr.write(`${error.message}\n`);
    channel.exit(255);
    channel.close();
  });
  child.once('exit', (code, signal) => {
    exited = true;
    // A terminal's end is the end of its shell, whatever still holds it; a plain channel goes on until its pipes are closed.
    if (onTerminal) stdin.destroy();
    child.once('close', () => {
      if (isRefused) return;
      if (signal) channel.exit(signal.replace(/^SIG/, ''), false, '');
      else channel.exit(code ?? 255);
      channel.end();
    });
  });
  channel.once('close', () => {
    if (exited) return;
    stdin.destroy();
    stdout.destroy();
    stderr.destroy();
    // Ending `script` closes its terminal, and the kernel then hangs up on everything in the terminal's foreground.
    running.signal(onTerminal ? 'KILL' : 'HUP');
  });
}
