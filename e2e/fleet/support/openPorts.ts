import { connect } from 'node:net';

const atOnce = 256;
const limitMs = 2000;

/** Ports of a host that take a connection from this machine, among 1 to `last`. */
export async function openPorts(host: string, last = 12_000): Promise<number[]> {
  const open: number[] = [];
  let next = 1;
  const work = async () => {
    while (next <= last) {
      const port = next++;
      if (await answers(host, port)) open.push(port);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return open.sort((a, b) => a - b);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limitMs });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
