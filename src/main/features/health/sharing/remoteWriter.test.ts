import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { RemoteWrite } from '../../../../shared/model/metricsSharing.ts';
import { Backoff } from '../../../remote/backoff.ts';
import { RemoteWriter, type RemoteWriterPorts } from './remoteWriter.ts';
import { Receiver } from './testReceiver.ts';

const a = 'srv_a' as ServerId;
const look = (atMs: number, value: number) => ({
  serverId: a,
  atMs,
  readings: [
    { subject: '', metric: 'load1', value },
    { subject: 'gpu:GPU-1', metric: 'gpuTemperatureCelsius', value: 60 + value },
    { subject: 'probe:p1', metric: 'tlsDaysLeft', value: 2 },
  ],
});

let receiver: Receiver;
let server: Server;
let url: string;
let writer: RemoteWriter | null = null;
const logged: { event: string; fields: Record<string, unknown> }[] = [];

function begin(auth: RemoteWrite['auth'] = { kind: 'none' }, more: Partial<RemoteWriterPorts> = {}) {
  writer = new RemoteWriter(
    { url, auth },
    {
      ...{ nameOf: (id) => (id === a ? 'gpu-1' : null), mask: (text) => text.replaceAll('hunter2', '•••'), nowMs: () => 1_763_712_000_000 },
      openSecret: async (name) => {
        if (name !== 'prometheus') throw new AppError('secret.not-found', { name });
        return 'hunter2';
      },
      log: (event, fields) => logged.push({ event, fields }),
      ...{ backoff: new Backoff(1, 2), gatherMs: 5, ...more },
    },
  );
  return writer;
}

/** A real server on loopback. */
async function listen() {
  receiver = new Receiver();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers, text } = receiver.take(request.headers, Buffer.concat(chunks));
      response.writeHead(status, headers).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`;
}
async function unlisten() {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

beforeEach(async () => {
  await listen();
  logged.length = 0;
});
afterEach(async () => {
  await writer?.close();
  if (server.listening) await unlisten();
});

it('writes what was measured as series of Prometheus, with what the protocol asks for', async () => {
  const own = begin({ kind: 'bearer', secret: 'prometheus' });
  own.add(look(1_763_712_000_123, 0.5));
  own.add({ serverId: 'srv_gone' as ServerId, atMs: 1, readings: [{ subject: '', metric: 'load1', value: 1 }] });
  await receiver.received(1);
  const [batch] = receiver.batches;
  expect(batch?.samples).toEqual([
    { labels: { __name__: 'pilothouse_host_load1', server: 'gpu-1' }, value: 0.5, atMs: 1_763_712_000_123 },
    { labels: { __name__: 'pilothouse_gpu_temperature_celsius', gpu: 'GPU-1', server: 'gpu-1' }, value: 60.5, atMs: 1_763_712_000_123 },
    { labels: { __name__: 'pilothouse_probe_tls_left_seconds', probe: 'p1', server: 'gpu-1' }, value: 172_800, atMs: 1_763_712_000_123 },
  ]);
  expect(batch?.headers).toMatchObject({
    ...{ 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' },
    authorization: 'Bearer hunter2',
  });
  await expect.poll(() => own.counts()).toMatchObject({ sentSamples: 3, sentBatches: 1, refusedSamples: 0, waitingSamples: 0, lastFailure: null });
});

it('sends a batch again until it is taken, in order, and says who it is by name and password', async () => {
  const own = begin({ kind: 'basic', user: 'ops', secret: 'prometheus' });
  receiver.next({ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }, { status: 500, text: 'no hunter2 here' });
  own.add(look(1000, 1));
  await receiver.received(3);
  await expect.poll(() => own.counts().lastFailure?.reason ?? own.counts().sentBatches).toBeTruthy();
  await receiver.received(4);
  own.add(look(2000, 2));
  await receiver.received(5);
  const firsts = receiver.batches.map(({ samples }) => [samples[0]?.atMs, samples.length]);
  expect(firsts).toEqual([...Array.from({ length: 4 }, () => [1000, 3]), [2000, 3]]);
  expect(receiver.batches[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ops:hunter2').toString('base64')}`);
  await expect.poll(() => own.counts()).toMatchObject({ sentSamples: 6, sentBatches: 2, retries: 3, refusedSamples: 0 });
  expect(JSON.stringify(logged)).not.toContain('hunter2');
});

it('drops what is refused for good, with a line in the log', async () => {
  const own = begin();
  receiver.next({ status: 400, text: 'out of order sample' });
  own.add(look(1000, 1));
  await receiver.received(1);
  own.add(look(2000, 2));
  await receiver.received(2);
  await expect.poll(() => own.counts()).toMatchObject({ sentSamples: 3, refusedSamples: 3, retries: 0 });
  expect(logged).toEqual([
    { event: 'health.write-refused', fields: { to: expect.any(String), status: 400, reason: 'it answered 400: out of order sample', samples: 3 } },
  ]);
});

it('does not follow a redirect, which would take the secret elsewhere', async () => {
  const own = begin({ kind: 'bearer', secret: 'prometheus' });
  receiver.next({ status: 307, headers: { location: `${url}/elsewhere` } });
  own.add(look(1000, 1));
  await expect.poll(() => own.counts().refusedSamples).toBe(3);
  expect(receiver.batches).toHaveLength(1);
});

it('keeps a bounded number while the other side is away, the newest', async () => {
  await unlisten();
  const own = begin({ kind: 'none' }, { mostWaiting: 9, backoff: new Backoff(20, 20) });
  own.add(look(1000, 1));
  await expect.poll(() => own.counts().lastFailure?.reason).toBe('ECONNREFUSED');
  for (let index = 2; index < 10; index += 1) own.add(look(index * 1000, index));
  expect(own.counts()).toMatchObject({ waitingSamples: 12, droppedSamples: 15 });
});

it('waits for a secret that is not kept yet', async () => {
  const own = begin({ kind: 'bearer', secret: 'absent' });
  own.add(look(1000, 1));
  await expect.poll(() => own.counts().lastFailure?.reason).toMatch(/^There is no secret "absent"/);
  expect(receiver.batches).toEqual([]);
});

it('takes no more of an answer than it shows, masks that before it is cut, and does not wait for its end', async () => {
  await unlisten();
  const words = `${'x'.repeat(195)}hunter2\u001b[2J`;
  let asked = 0;
  const endless = createServer((request, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 503 : 200);
    const pour = () => {
      while (!response.destroyed && response.write(words.repeat(200)));
    };
    request.resume().on('end', pour);
    response.on('drain', pour);
  });
  endless.listen(0, '127.0.0.1');
  await once(endless, 'listening');
  url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/`;
  const own = begin();
  own.add(look(1000, 1));
  await expect.poll(() => own.counts()).toMatchObject({ sentSamples: 3, retries: 2 });
  expect(JSON.stringify(logged)).not.toMatch(/hunt|\\u001b/);
  expect(JSON.stringify(logged)).toContain('•');
  endless.closeAllConnections();
  endless.close();
});

it('asks ever more rarely, though it is told to come back at once', async () => {
  const waits: number[] = [];
  class Noted extends Backoff {
    override async wait(): Promise<void> {
      waits.push(this.nextMs(() => 1));
    }
  }
  const own = begin({ kind: 'none' }, { backoff: new Noted(1_000, 60_000) });
  receiver.next(...Array.from({ length: 5 }, () => ({ status: 503, headers: { 'retry-after': '0' } })));
  own.add(look(1000, 1));
  await receiver.received(6);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
});
