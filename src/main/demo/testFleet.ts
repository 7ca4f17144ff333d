import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { createDemoFleet, type DemoFleet } from './demoFleet.ts';
import type { DemoServer } from './demoServer.ts';
import type { Isolation } from './isolation.ts';

/** Folder of the repository that holds the stand-ins. */
export const resourcesDirectory = join(import.meta.dirname, '../../../resources');

/** A fleet in a directory of its own, for tests; `end` stops it and removes everything. */
export function openTestFleet(isolation?: Isolation): { fleet: DemoFleet; directory: string; logged: string[]; end(): Promise<void> } {
  const directory = mkdtempSync(join(tmpdir(), 'demo-fleet-'));
  const logged: string[] = [];
  const fleet = createDemoFleet({
    directory: join(directory, 'demo'),
    resourcesDirectory,
    log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
    ...(isolation ? { isolation } : {}),
  });
  return {
    fleet,
    directory: join(directory, 'demo'),
    logged,
    async end() {
      await fleet.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Logs in as an SSH client would, checking the host key. */
export function connectTo(server: DemoServer, options: { user?: string; key?: string } = {}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client
      .once('ready', () => resolve(client))
      .once('error', reject)
      .once('close', () => reject(new Error('the connection was closed')))
      .connect({
        host: server.host,
        port: server.port,
        username: options.user ?? server.user,
        privateKey: options.key ?? readFileSync(server.clientKeyPath, 'utf8'),
        hostHash: 'sha256',
        hostVerifier: (hash: string) => `SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}` === server.hostKey.fingerprint,
      });
  });
}

/** How a command on a demo server ended. */
export interface Ran {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Opens an exec channel. */
export function openExec(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

/** Runs a command with `input` on its stdin and collects what comes of it. */
export function runOn(client: Client, command: string, input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      // Listened to at once: a short command has its end in the same packet.
      const ran: Ran = { code: null, signal: null, stdout: '', stderr: '' };
      channel.on('data', (bytes: Buffer) => {
        ran.stdout += bytes.toString('utf8');
      });
      channel.stderr.on('data', (bytes: Buffer) => {
        ran.stderr += bytes.toString('utf8');
      });
      channel.on('exit', (code: number | null, signal: string | null) => {
        ran.code = code;
        ran.signal = signal ?? null;
      });
      channel.once('close', () => resolve(ran));
      channel.end(input);
    });
  });
}

/** A script sent on stdin, as root. */
export const runAsRoot = (client: Client, script: string): Promise<Ran> => runOn(client, 'sudo -n sh -s', script);

/** A shell on a terminal, with all it has shown. */
export async function openShell(
  client: Client,
  size: { rows: number; cols: number },
): Promise<{ channel: ClientChannel; shown(): string; until(text: string | RegExp): Promise<string> }> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.shell({ ...size, term: 'xterm-256color' }, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
  let shown = '';
  const waiting = new Set<() => void>();
  channel.on('data', (bytes: Buffer) => {
    shown += bytes.toString('utf8');
    for (const look of waiting) look();
  });
  return {
    channel,
    shown: () => shown,
    until: (text) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`never shown: ${String(text)} in ${JSON.stringify(shown)}`)), 10_000);
        const look = (): void => {
          if (typeof text === 'string' ? !shown.includes(text) : !text.test(shown)) return;
          clearTimeout(limit);
          waiting.delete(look);
          resolve(shown);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Waits until a question about the state of things is answered with something. */
export async function until<T>(ask: () => Promise<T | null | undefined | false>, limitMs = 10_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
