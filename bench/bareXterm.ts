import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { WebSocketServer } from 'ws';

/** As far as a pane of ours may be behind. */
const pauseAt = 256 * 1024;
const resumeAt = 128 * 1024;

const page = `<!doctype html><link rel="stylesheet" href="/xterm.css"><body style="margin:0"><div id="place" style="height:100vh"></div>
<script src="/xterm.js"></script><script>
const terminal = new Terminal({ cols: 120, rows: 30, scrollback: 5000, fontSize: 12, lineHeight: 1.25 });
terminal.open(document.getElementById('place'));
const socket = new WebSocket('ws://' + location.host);
socket.binaryType = 'arraybuffer';
socket.onmessage = ({ data }) => terminal.write(new Uint8Array(data), () => socket.send(String(data.byteLength)));
socket.onopen = () => { document.title = 'ready'; };
</script>`;

/** A page with xterm and nothing else, which shows what `ssh -tt` prints: the least that stands between a server and a painted pane. */
export async function serveBareXterm(command: (remote: string) => readonly string[]): Promise<{ url: string; run(remote: string): void; close(): void }> {
  const library = dirname(dirname(createRequire(import.meta.url).resolve('@xterm/xterm')));
  const files: Record<string, [string, string]> = {
    '/': ['text/html', page],
    '/xterm.js': ['text/javascript', readFileSync(join(library, 'lib/xterm.js'), 'utf8')],
    '/xterm.css': ['text/css', readFileSync(join(library, 'css/xterm.css'), 'utf8')],
  };
  const http = createServer((request, response) => {
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', ''];
    response.setHeader('content-type', type).end(body);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ server: http });
  let child: ChildProcess | null = null;
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    run(remote) {
      const [program = '', ...rest] = command(remote);
      const ssh = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
      child = ssh;
      let waiting = 0;
      for (const socket of sockets.clients) {
        socket.removeAllListeners('message').on('message', (taken) => {
          waiting -= Number(String(taken));
          if (waiting <= resumeAt) ssh.stdout.resume();
        });
        ssh.stdout.on('data', (bytes: Buffer) => {
          waiting += bytes.length;
          if (waiting >= pauseAt) ssh.stdout.pause();
          socket.send(bytes);
        });
      }
    },
    close() {
      child?.kill();
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
      http.close();
    },
  };
}
