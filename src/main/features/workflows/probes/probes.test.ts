// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is filled here
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { ProbeRun } from './probeAnswer.ts';
import { probeDns } from './probeDns.ts';
import { probeExposure, readListening } from './probeExposure.ts';
import { probeHttp } from './probeHttp.ts';
import { probeTcp } from './probeTcp.ts';
import { probeTls } from './probeTls.ts';

let directory = '';
const servers: { close(): unknown }[] = [];
const listen = (server: Server, host = '127.0.0.1') =>
  new Promise<number>((resolve) => {
    servers.push(server);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
let ssh = 0;
let open = 0;
let closed = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'probes-'));
  ssh = await listen(createServer((socket) => socket.destroy()));
  open = await listen(createServer((socket) => socket.destroy()));
  const gone = createServer();
  closed = await listen(gone);
  await new Promise((resolve) => gone.close(resolve));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

const signal = new AbortController().signal;
const run = (change: Partial<ProbeRun['server']> = {}, inputs: Record<string, string> = {}): ProbeRun => ({
  inputs,
  server: { name: 'gpu-1', host: '127.0.0.1', port: ssh, environment: 'staging', ...change },
});
/** A context whose server says this to whatever it is asked. */
const context = (stdout = ''): CellContext =>
  ({ signal, serverName: 'gpu-1', remote: { exec: async () => ({ exitCode: 0, signal: null, stdout, stderr: '' }) } }) as unknown as CellContext;
const tcp = (expect: 'open' | 'closed', ports: (number | string)[], more: { host?: string } = {}): Extract<LocalProbe, { type: 'tcp' }> => ({
  ...{ type: 'tcp', expect, ports, timeoutS: 1 },
  ...more,
});

test('ports that are open and ports that are closed, given as numbers or by an input', async () => {
  expect(await probeTcp(tcp('open', ['${inputs.ports}']), run({}, { ports: `${open}/tcp, 53/udp` }), context())).toMatchObject({
    holds: true,
    proof: `${open} open`,
  });
  expect(await probeTcp(tcp('closed', [closed]), run(), context())).toMatchObject({ holds: true, lines: [`127.0.0.1:${closed} closed`] });
  expect(await probeTcp(tcp('closed', [open]), run(), context())).toMatchObject({ holds: false, proof: `${open} is open; closed from here is wanted` });
  expect(await probeTcp(tcp('open', [closed]), run(), context())).toMatchObject({ holds: false, proof: `${closed} is closed; open is wanted` });
  expect(await probeTcp(tcp('open', ['none']), run(), context())).toMatchObject({ holds: true, proof: 'there are no ports to try' });
});

test('"closed" proves nothing where not even SSH answers this laptop, as behind a jump host', async () => {
  const behind = await probeTcp(tcp('closed', [open]), run({ port: closed }), context());
  expect(behind).toMatchObject({ holds: false, proof: expect.stringContaining('this laptop has no way of its own to 127.0.0.1') });
  const exposed = await probeExposure({ type: 'exposure', allowed: [], timeoutS: 1 }, run({ port: closed }), context(`tcp ${open}\n`));
  expect(exposed).toMatchObject({ holds: false, proof: expect.stringContaining('proves nothing') });
});

test('where the host is a name of the ssh configuration, the address comes from the server itself', async () => {
  const alias = run({ host: 'alias.invalid', port: closed });
  const answer = await probeTcp(tcp('closed', [closed]), alias, context(`10.0.0.1 50000 127.0.0.1 ${ssh}\n`));
  expect(answer).toEqual({ holds: true, proof: `${closed} closed from here`, lines: [`127.0.0.1:${closed} closed`] });
  expect(await probeTcp(tcp('closed', [1], { host: 'nowhere.invalid' }), run(), context())).toMatchObject({
    holds: false,
    proof: '1 is unresolved; closed from here is wanted',
  });
});

test('exposure: what is open and not allowed is told; UDP is left out and said so', async () => {
  const listening = `tcp ${ssh}\ntcp ${open}\ntcp ${closed}\nudp 53\nudp 5353\n`;
  const probe = { type: 'exposure' as const, allowed: [], timeoutS: 1 };
  expect(await probeExposure(probe, run(), context(listening))).toEqual({
    holds: false,
    proof: `${open} can be reached from outside and should not be`,
    lines: expect.arrayContaining([`127.0.0.1:${ssh} open (allowed)`, `127.0.0.1:${open} open`, `127.0.0.1:${closed} closed`, 'UDP, not tried: 53, 5353']),
  });
  const allowed = await probeExposure({ ...probe, allowed: [open] }, run(), context(listening));
  expect(allowed).toMatchObject({ holds: true, proof: '3 TCP ports tried from outside at 127.0.0.1; only allowed ones answer; UDP is not tried (53, 5353)' });
});

test('exposure over IPv6: a port that answers there alone is found; an address without a way to it is said', async () => {
  const onlyV6 = await listen(
    createServer((socket) => socket.destroy()),
    '::1',
  );
  const listening = `tcp ${onlyV6}\nv6 ::1\nv6 2001:db8::1\nv6 fd00::1\n`;
  const answer = await probeExposure({ type: 'exposure', allowed: [], timeoutS: 1 }, run(), context(listening));
  expect(answer).toMatchObject({ holds: false, proof: `${onlyV6} (IPv6) can be reached from outside and should not be` });
  expect(answer.lines).toEqual(
    expect.arrayContaining([`[::1]:${onlyV6} open`, '2001:db8::1: nothing of it answers this laptop, so nothing can be said of it']),
  );
  expect(answer.lines.join()).not.toContain('fd00');
});

test('ranges that Docker publishes are ports each', () => {
  expect(readListening('tcp 8000-8002\ntcp 8001\nudp 53\nv6 2001:db8::5\n\n')).toEqual({ tcp: [8000, 8001, 8002], udp: [53], v6: ['2001:db8::5'] });
});

test('a name resolves to the server, or not', async () => {
  expect(await probeDns({ type: 'dns', name: 'localhost' }, run(), context())).toMatchObject({ holds: true });
  expect(await probeDns({ type: 'dns', name: 'localhost', expect: '192.0.2.1' }, run(), context())).toMatchObject({
    holds: false,
    proof: expect.stringContaining('192.0.2.1 is wanted'),
  });
  expect(await probeDns({ type: 'dns', name: 'nowhere.invalid' }, run(), context())).toMatchObject({
    holds: false,
    proof: expect.stringContaining('does not resolve'),
  });
});

test('HTTP: status and words; an endless answer is read as far as it is needed', async () => {
  const http = createHttpServer((request, response) => {
    if (request.url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    } else response.writeHead(request.url === '/moved' ? 302 : 200, { location: '/' }).end('{"status":"ok"}');
  });
  const port = await listen(http as unknown as Server);
  const ask = (path: string, more: object = {}) =>
    probeHttp({ type: 'http', url: `http://\${server.host}:${port}${path}`, status: [200], timeoutS: 10, ...more }, run(), signal);
  expect(await ask('/', { contains: '"ok"' })).toMatchObject({ holds: true });
  expect(await ask('/', { contains: 'well' })).toMatchObject({ holds: false, proof: expect.stringContaining('does not say "well"') });
  expect(await ask('/moved')).toMatchObject({ holds: false, proof: expect.stringContaining('answered 302; 200 is wanted') });
  expect(await ask('/endless')).toMatchObject({ holds: true });
  http.closeAllConnections();
  expect(await probeHttp({ type: 'http', url: `http://127.0.0.1:${closed}/`, status: [200] }, run(), signal)).toMatchObject({
    holds: false,
    proof: expect.stringContaining('ECONNREFUSED'),
  });
  expect(await probeHttp({ type: 'http', url: 'no url', status: [200] }, run(), signal)).toMatchObject({ holds: false });
});

/** An authority, and a certificate of it for a name and so many days. */
function certificates(name: string, days: string): { key: string; cert: string; ca: string } {
  const at = (file: string) => join(directory, `${name}-${file}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '30',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  );
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-keyout', at('key'), '-out', at('csr'));
  writeFileSync(at('ext'), `subjectAltName=DNS:${name}\n`);
  openssl('x509', '-req', '-in', at('csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-days', days, '-extfile', at('ext'), '-out', at('crt'));
  return { key: readFileSync(at('key'), 'utf8'), cert: readFileSync(at('crt'), 'utf8'), ca: readFileSync(at('ca.crt'), 'utf8') };
}

test('TLS: trust, name, days left and version, in words', async () => {
  const { key, cert, ca } = certificates('ai.example', '20');
  const port = await listen(createTlsServer({ key, cert, maxVersion: 'TLSv1.2' }));
  const probe = (change: Partial<Extract<LocalProbe, { type: 'tls' }>> = {}) => ({
    type: 'tls' as const,
    port: String(port),
    name: 'ai.example',
    minDays: 5,
    ...change,
  });
  expect(await probeTls(probe(), run(), context(), [ca])).toMatchObject({
    holds: true,
    proof: expect.stringMatching(/^ai\.example: TLSv1\.2, (19|20) days left$/),
  });
  expect(await probeTls(probe({ minDays: 25 }), run(), context(), [ca])).toMatchObject({
    holds: false,
    proof: expect.stringContaining('days left, 25 wanted'),
  });
  expect(await probeTls(probe({ minVersion: '1.3' }), run(), context(), [ca])).toMatchObject({
    holds: false,
    proof: expect.stringContaining('TLS 1.3 wanted'),
  });
  expect(await probeTls(probe({ name: 'other.example' }), run(), context(), [ca])).toMatchObject({
    holds: false,
    proof: expect.stringContaining('is for another name'),
  });
  expect(await probeTls(probe(), run(), context(), [])).toMatchObject({ holds: false, proof: expect.stringContaining('authority') });
  expect(await probeTls(probe(), run(), context())).toMatchObject({ holds: false });
  expect(await probeTls(probe({ port: '${inputs.none}' }), run(), context(), [ca])).toMatchObject({ holds: false, proof: expect.stringContaining('no port') });
  expect(await probeTls(probe({ port: String(closed) }), run(), context(), [ca])).toMatchObject({
    holds: false,
    proof: expect.stringContaining('ECONNREFUSED'),
  });
  expect(await probeTls(probe({ port: String(open) }), run(), context(), [ca])).toMatchObject({ holds: false });
});
