import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** First line an SSH server sends, or undefined when none comes within the limit. */
export function readBanner(host: string, port: number, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (banner: string | undefined) => {
      socket.destroy();
      resolve(banner);
    };
    socket.setTimeout(limitMs, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('data', (data: Buffer) => finish(data.toString().split('\r\n')[0]));
  });
}

/** Waits until an SSH server answers with its banner; throws after the limit. */
export async function waitForBanner(host: string, port: number, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if ((await readBanner(host, port, 1000))?.startsWith('SSH-')) return;
    await delay(20);
  }
  throw new Error(`no SSH server answers on ${host}:${port} within ${limitMs} ms`);
}
