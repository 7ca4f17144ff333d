import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import ssh2, { type KeyboardAuthContext, type Connection as ServerConnection } from 'ssh2';
import type { ServerId } from '../../shared/model/ids.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import type { RemoteTarget } from './remote.ts';
import { makeSshKeyPair } from './sshKeyPair.ts';

/** How an in-process SSH server behaves. */
export interface TestSshServerOptions {
  /** The password that logs in; absent: passwords are not taken. */
  password?: string;
  /** Takes the password as the answer to a question (keyboard-interactive) instead of by the password method. */
  asksQuestions?: boolean;
  /** A code that is asked for by a question; with a password, after a question for that. */
  code?: string;
  /** Path of a public key that has to be proved before all else. */
  keyFirst?: string;
  /** What goes wrong: no greeting, a reset or an end before the greeting, or an end right after it. */
  misbehaves?: 'stalls' | 'resets' | 'ends' | 'ends-after-greeting';
  /** Misbehaves only for so many connections, then works. */
  misbehavesTimes?: number;
}

/** An in-process SSH server on loopback. It runs what it is asked to in a real `sh`. */
export interface TestSshServer {
  port: number;
  hostKey: HostKey;
  /** TCP connections it has seen. */
  attempts(): number;
  /** Logins that were tried: method and user. */
  logins: { method: string; user: string }[];
  /** Cuts all connections. */
  drop(): void;
  target(differences?: Partial<RemoteTarget>): RemoteTarget;
  stop(): Promise<void>;
}

/** Starts an in-process server: for what an OpenSSH on this machine cannot show, such as password logins and broken greetings. */
export async function startTestSshServer(options: TestSshServerOptions = {}): Promise<TestSshServer> {
  const pair = makeSshKeyPair();
  const parsed = ssh2.utils.parseKey(pair.public);
  if (parsed instanceof Error) throw parsed;
  const logins: TestSshServer['logins'] = [];
  const sockets = new Set<Socket>();
  let attempts = 0;
  const protocol = new ssh2.Server({ hostKeys: [pair.private] }, (connection) => serve(connection, options, logins));
  const server = createServer((socket) => {
    attempts += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (options.misbehaves !== undefined && attempts <= (options.misbehavesTimes ?? Number.POSITIVE_INFINITY)) misbehave(socket, options.misbehaves);
    else protocol.injectSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const { port } = address;
  const hostKey = hostKeyOf(parsed.getPublicSSH());
  return {
    port,
    hostKey,
    attempts: () => attempts,
    logins,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    target: (differences = {}) => ({
      serverId: `srv_inprocess_${port}` as ServerId,
      name: `inprocess-${port}`,
      host: '127.0.0.1',
      port,
      user: 'ada',
      auth: { kind: 'password', password: async () => options.password ?? null },
      jump: null,
      sudo: 'none',
      sudoPassword: async () => null,
      hostKeys: [hostKey],
      ...differences,
    }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function misbehave(socket: Socket, how: NonNullable<TestSshServerOptions['misbehaves']>): void {
  if (how === 'resets') socket.resetAndDestroy();
  if (how === 'ends') socket.end();
  if (how === 'ends-after-greeting') socket.end('SSH-2.0-test\r\n');
  if (how === 'stalls') socket.resume();
}

function serve(connection: ServerConnection, options: TestSshServerOptions, logins: TestSshServer['logins']): void {
  const { password, code, keyFirst } = options;
  const questions = [
    ...(password === undefined ? [] : [{ prompt: 'Password: ', want: password }]),
    ...(code === undefined ? [] : [{ prompt: 'Verification code: ', want: code }]),
  ];
  const method = options.asksQuestions === true || code !== undefined ? 'keyboard-interactive' : 'password';
  let proved = keyFirst === undefined;
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => {
    logins.push({ method: context.method, user: context.username });
    const refuse = () => context.reject([proved ? method : 'publickey']);
    if (!proved) {
      const wanted = ssh2.utils.parseKey(readFileSync(keyFirst ?? ''));
      if (context.method !== 'publickey' || wanted instanceof Error || !wanted.getPublicSSH().equals(context.key.data)) return refuse();
      if (context.signature === undefined) return context.accept();
      proved = true;
      return context.reject([method], true);
    }
    if (context.method !== method) return refuse();
    if (context.method === 'password') return context.password === password ? context.accept() : refuse();
    const ask = (rest: typeof questions) => {
      const [next, ...others] = rest;
      if (next === undefined) return context.accept();
      const about = code === undefined ? '' : 'Two-factor';
      (context as KeyboardAuthContext).prompt([{ prompt: next.prompt, echo: false }], about, about === '' ? '' : 'Use your device.', (answers) =>
        answers[0] === next.want ? ask(others) : refuse(),
      );
    };
    ask(questions);
  });
  connection.on('tcpip', (accept, _reject, { destIP, destPort }) => {
    const channel = accept();
    const through = connect(destPort, destIP);
    through.on('error', () => channel.destroy());
    channel.on('error', () => through.destroy());
    channel.pipe(through).pipe(channel);
  });
  connection.on('ready', () => {
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, info) => {
        const channel = acceptExec();
        const child = spawn('sh', ['-c', info.command]);
        channel.pipe(child.stdin);
        child.stdin.on('error', () => undefined);
        child.stdout.on('data', (bytes: Buffer) => channel.write(bytes));
        child.stderr.on('data', (bytes: Buffer) => channel.stderr.write(bytes));
        child.on('close', (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
      });
    });
  });
}
