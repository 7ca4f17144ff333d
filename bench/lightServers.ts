import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { collectorHeader } from '../src/main/features/health/collector/collectorFrame.ts';
import { hostKeyOf } from '../src/main/remote/hostKeys.ts';
import { makeSshKeyPair } from '../src/main/remote/sshKeyPair.ts';
import type { HostKey } from '../src/shared/model/server.ts';
import { lightLook } from './lightFrames.ts';

/** One process that stands in for many servers: real SSH, recorded frames instead of a collector, and nothing else. */
export interface LightServers {
  port: number;
  hostKey: HostKey;
  pid: number;
  /** Looks that it printed so far, of all its servers. */
  looks(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it on a port of every address of loopback. Any key logs in. */
export async function startLightServers(): Promise<LightServers> {
  const child: ChildProcess = fork(import.meta.filename, [], { execArgv: [], env: { ...process.env, PILOTHOUSE_LIGHT_SERVERS: '1' } });
  const [started] = (await once(child, 'message')) as [{ port: number; hostKey: HostKey }];
  return {
    ...started,
    pid: child.pid ?? 0,
    async looks() {
      child.send('looks');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

let looks = 0;
let collectors = 0;

/** Prints looks as the collector does, at the interval that it is told, and answers pings. */
function collect(channel: ServerChannel, intervalS: number): (line: string) => void {
  const number = collectors;
  collectors += 1;
  let look = 0;
  const print = () => {
    look += 1;
    looks += 1;
    channel.write(lightLook(look, number));
  };
  channel.write(`${collectorHeader}\n`);
  print();
  let timer = setInterval(print, intervalS * 1000);
  channel.on('close', () => clearInterval(timer));
  return (line) => {
    const [word, value = ''] = line.split(' ');
    if (word === 'interval') {
      clearInterval(timer);
      timer = setInterval(print, Number(value) * 1000);
      return;
    }
    const nowMs = Date.now();
    const wall = `${Math.floor(nowMs / 1000)}.${String(nowMs % 1000).padStart(3, '0')}000000`;
    if (word === 'ping') channel.write(`p( ${value} ${(nowMs / 1000 - 1_700_000_000).toFixed(2)} ${wall}\n`);
  };
}

/** Runs what the remote layer asks for: the collector is played, anything else says nothing and succeeds. */
function run(channel: ServerChannel, command: string): void {
  const sizeBytes = Number(/bs=(\d+) count=1 /.exec(command)?.[1] ?? 0);
  let text = '';
  let say: ((line: string) => void) | null = null;
  const end = () => {
    channel.exit(0);
    channel.end();
  };
  channel.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    if (say === null) {
      if (text.length < sizeBytes) return;
      const payload = text.slice(0, sizeBytes);
      text = text.slice(sizeBytes);
      const nonce = /#(\d+)$/.exec(payload)?.[1] ?? '';
      channel.write(`ph-${nonce}-begin\n`);
      channel.stderr.write(`ph-${nonce}-begin\n`);
      if (!payload.includes(collectorHeader)) return end();
      say = collect(channel, Number(/PH_INTERVAL_S='?(\d+)/.exec(payload)?.[1] ?? 5));
    }
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) say(line);
  });
  channel.on('end', end);
  channel.on('error', () => undefined);
}

function serve(connection: Connection): void {
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => (context.method === 'publickey' ? context.accept() : context.reject(['publickey'])));
  connection.on('session', (accept) => accept().on('exec', (acceptExec, _reject, { command }) => run(acceptExec(), command)));
}

function begin(): void {
  const pair = makeSshKeyPair();
  const parsed = ssh2.utils.parseKey(pair.public);
  if (parsed instanceof Error) throw parsed;
  const protocol = new ssh2.Server({ hostKeys: [pair.private] }, serve);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    protocol.injectSocket(socket);
  });
  server.listen(0, '0.0.0.0', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    process.send?.({ port: address.port, hostKey: hostKeyOf(parsed.getPublicSSH()) });
  });
  process.on('message', () => process.send?.(looks));
  process.on('disconnect', () => process.exit(0));
}

if (process.env['PILOTHOUSE_LIGHT_SERVERS'] === '1' && process.send !== undefined) begin();
