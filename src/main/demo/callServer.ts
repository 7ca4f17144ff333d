import { execFile } from 'node:child_process';
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A stand-in's call of the program that plays what is behind it. */
export interface Call {
  /** Name that the stand-in was called by. */
  tool: string;
  args: readonly string[];
  /** Working directory inside the server. */
  directory: string;
  user: string;
  /** Variables that Docker reads: `COMPOSE_…`, `DOCKER_…`, and those that a compose file refers to. */
  env: Readonly<Record<string, string>>;
  stdin: string;
  /** Writes to the caller; awaiting it waits until the caller has taken it. Rejects once the caller is gone. */
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  /** Aborts when the caller is gone, as far as a write has shown it, or the server goes down. */
  signal: AbortSignal;
}

/** Answers a call with its exit code. */
export type CallHandler = (call: Call) => Promise<number>;

/** Listens for calls from the stand-ins of one demo server. */
export interface CallServer {
  close(): void;
}

const openLimitMs = 3000;
const retryMs = 2;
const callName = /^call\.[A-Za-z0-9]{6,}$/;

/** Opens the pipe that a stand-in reads from; only a pipe, and only once somebody reads it. */
async function openReply(path: string): Promise<Socket> {
  const deadline = performance.now() + openLimitMs;
  for (;;) {
    try {
      const file = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      if (!fstatSync(file).isFIFO()) {
        closeSync(file);
        throw new Error(`${path} is no pipe`);
      }
      return new Socket({ fd: file, readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

function writer(socket: Socket, gone: AbortController): (text: string) => Promise<void> {
  socket.on('error', () => gone.abort());
  return (text) =>
    new Promise((resolve, reject) => {
      if (gone.signal.aborted) {
        reject(gone.signal.reason);
        return;
      }
      socket.write(text, (error) => {
        if (error) {
          gone.abort();
          reject(error);
        } else resolve();
      });
    });
}

/** Reads a request file: fields that end with NUL, first tool, directory, user, number of arguments, arguments, then `NAME=value`. */
function parseRequest(bytes: string): Pick<Call, 'tool' | 'args' | 'directory' | 'user' | 'env'> {
  const fields = bytes.split('\0');
  const [tool = '', directory = '/', user = 'root', count = '0'] = fields;
  const args = fields.slice(4, 4 + Number(count));
  const env: Record<string, string> = {};
  for (const entry of fields.slice(4 + Number(count))) {
    const cut = entry.indexOf('=');
    if (cut > 0) env[entry.slice(0, cut)] = entry.slice(cut + 1);
  }
  return { tool, directory, user, args, env };
}

/**
 * Takes calls through a pipe in `directory`. A stand-in makes `call.XXXXXX/` with its request and two pipes for the answer, and
 * writes that name to `requests`; the exit code goes to `call.XXXXXX/rc` before the pipes are closed.
 */
export async function listenForCalls(
  directory: string,
  handle: CallHandler,
  log: (event: string, fields: Record<string, unknown>) => void,
): Promise<CallServer> {
  const path = join(directory, 'requests');
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
  await promisify(execFile)('mkfifo', ['-m', '622', path]);
  // Opened for writing too, so that it never ends when the last stand-in closes it.
  const requests = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
  const running = new Set<AbortController>();
  let pending = '';

  const answer = async (name: string): Promise<void> => {
    const folder = join(directory, name);
    if (!callName.test(name) || !lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    const gone = new AbortController();
    running.add(gone);
    const [out, err] = await Promise.all([openReply(join(folder, 'out')), openReply(join(folder, 'err'))]);
    try {
      const request = parseRequest(readPlain(join(folder, 'request')));
      const call: Call = { ...request, stdin: readPlain(join(folder, 'stdin')), out: writer(out, gone), err: writer(err, gone), signal: gone.signal };
      let code: number;
      try {
        code = await handle(call);
      } catch (error) {
        if (!gone.signal.aborted) {
          log('demo.call-failed', { tool: request.tool, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
          await call.err(`${request.tool}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
        code = 1;
      }
      if (!gone.signal.aborted) leaveCode(join(folder, 'rc'), code);
    } finally {
      running.delete(gone);
      out.end();
      err.end();
    }
  };

  requests.on('data', (bytes: Buffer) => {
    const lines = (pending + bytes.toString('utf8')).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) answer(line).catch((error: unknown) => log('demo.call-lost', { reason: String(error) }));
  });
  requests.on('error', (error) => log('demo.calls-ended', { reason: error.message }));
  return {
    close() {
      requests.destroy();
      for (const gone of running) gone.abort();
    },
  };
}

/** Writes the exit code where nothing is yet, readable for the server's login whatever this program's umask says. */
function leaveCode(path: string, code: number): void {
  const file = openSync(path, 'wx', 0o644);
  try {
    fchmodSync(file, 0o644);
    writeSync(file, `${code}\n`);
  } finally {
    closeSync(file);
  }
}

/** Text of a plain file; empty where there is none. */
function readPlain(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return fstatSync(file).isFile() ? readFileSync(file, 'utf8') : '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
