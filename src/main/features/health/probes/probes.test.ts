import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanText } from './cleanText.ts';
import { probeDns, type Resolve, systemResolve } from './dnsProbe.ts';
import { bankSightHealth, judgeHttp } from './httpJudgement.ts';
import { type HttpCheck, probeHttp } from './httpProbe.ts';
import { judgeJson } from './jsonRules.ts';
import { probeReadings } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';
import { probeTcp } from './tcpProbe.ts';
import { dialling, listening, piped, endpoint as serverEndpoint, wire } from './testEndpoint.ts';

import { judgeTls, type TlsSeen } from './tlsJudgement.ts';
import { probeTls, withTls } from './tlsProbe.ts';

/** Ports of a probe that lead to a server which answers so. */
const endpoint = (answer: RequestListener, more: Partial<ProbePorts> = {}) => serverEndpoint(createServer(answer), more);

const bankSight = (checks: object) => JSON.stringify({ status: 'healthy', checks: { gpu_memory_free: '3.1GB', uptime_seconds: 5, ...checks } });
const seen = (body: string, status = 200) => ({ status, headers: { 'content-type': 'application/json', via: ['a', 'b'] }, body, firstByteMs: 20, totalMs: 40 });

describe('HTTP', () => {
  it.each([
    [{ llm_loaded: true, gpu_available: true, vector_db_count: 1200 }, []],
    [{ llm_loaded: false, gpu_available: true, vector_db_count: 1200 }, ['checks.llm_loaded is false, true is wanted']],
    [
      { llm_loaded: true, gpu_available: 'true', vector_db_count: 0 },
      ['checks.gpu_available is "true", true is wanted', 'checks.vector_db_count is 0, more than 0 is wanted'],
    ],
    [{ llm_loaded: true, gpu_available: true }, ['checks.vector_db_count is not there, more than 0 is wanted']],
  ])('a BankSight that always calls itself healthy is judged by %j', (checks, wrong) => {
    const findings = judgeHttp(bankSightHealth, seen(bankSight(checks)));
    expect(findings.filter(({ holds }) => !holds).map(({ text }) => text)).toEqual(wrong);
  });

  it.each([
    [{ status: [200, 204] }, 'answered 200', true],
    [{ status: [503, 204] }, 'answered 200, 503 or 204 is wanted', false],
    [{ status: [200], headers: { 'Content-Type': 'JSON' } }, 'Content-Type: application/json', true],
    [{ status: [200], headers: { Via: 'c' } }, 'Via: a, b, "c" is wanted', false],
    [{ status: [200], headers: { 'X-Cache': 'hit' } }, 'no header X-Cache, "hit" is wanted', false],
    [{ status: [200], headers: { Via: null } }, 'Via: a, b, which is not wanted', false],
    [{ status: [200], headers: { Server: null } }, 'no header Server', true],
    [{ status: [200], contains: 'ok' }, 'it says "ok"', true],
    [{ status: [200], lacks: 'ok' }, 'it says "ok"', false],
    [{ status: [200], contains: 'fine' }, 'it does not say "fine"', false],
    [{ status: [200], json: [{ path: 'a', exists: true as const }] }, 'what it says is no JSON', false],
    [{ status: [200], firstByteMs: 20 }, 'first byte after 20 ms', true],
    [{ status: [200], totalMs: 39 }, 'whole answer after 40 ms, 39 ms at most are wanted', false],
  ])('wanting %j: %s', (wants, text, holds) => expect(judgeHttp(wants, seen('all ok')).at(-1)).toEqual({ text, holds }));

  it.each([
    [{ path: 'a.0.b', is: 'x' }, true],
    [{ path: 'a.1', is: null }, true],
    [{ path: 'n', above: 2 }, true],
    [{ path: 'n', below: 3 }, false],
    [{ path: 's', above: 2 }, true],
    [{ path: 'e', above: -1 }, false],
    [{ path: 'n', oneOf: [1, 3] }, true],
    [{ path: 'n', oneOf: ['3'] }, false],
    [{ path: 'a', exists: true as const }, true],
    [{ path: 'toString', exists: true as const }, false],
    [{ path: '__proto__.x', exists: true as const }, false],
    [{ path: 'a.length', is: 2 }, true],
    [{ path: 'n.x', exists: true as const }, false],
  ])('a payload by %j', (rule, holds) => expect(judgeJson({ a: [{ b: 'x' }, null], n: 3, s: '3', e: '' }, rule).holds).toBe(holds));

  const check = (more: Partial<HttpCheck> = {}): HttpCheck => ({
    name: 'api',
    host: 'h',
    path: '/health',
    timeoutMs: 10_000,
    wants: { status: [200] },
    ...more,
  });

  it('is asked once, over a stream of its own, and told in readings', async () => {
    const ports = endpoint((request, response) => response.setHeader('X-At', `${request.method} ${request.url}`).end(bankSight({ llm_loaded: true })));
    const outcome = await probeHttp(ports, check({ wants: { status: [200], headers: { 'x-at': 'GET /health' } } }));
    expect(outcome).toMatchObject({ holds: true, status: 200, proof: 'api: answered 200; x-at: GET /health', excerpt: expect.stringContaining('llm_loaded') });
    expect(probeReadings('x', outcome).map(({ metric }) => metric)).toEqual(['up', 'connectS', 'firstByteS', 'totalS']);
    expect(ports.streams).toHaveLength(1);
    expect(ports.streams[0]?.destroyed).toBe(true);
  });

  it('tells no secret that it sent, though a server repeats it', async () => {
    const key = 'tiny-secret';
    const ports = endpoint((request, response) => {
      response.setHeader('X-Echo', String(request.headers['x-key'])).end(`${request.headers['x-key']} ${encodeURIComponent(`a b ${key}`)}`);
    });
    const outcome = await probeHttp(ports, check({ headers: { 'X-Key': key }, secrets: [key], wants: { status: [200], headers: { 'X-Echo': 'other' } } }));
    expect(outcome.holds).toBe(false);
    expect(JSON.stringify(outcome)).not.toContain(key);
  });

  it('tells what answers nothing from what speaks another tongue', async () => {
    expect(
      await probeHttp(
        wire((far) => void far.resume()),
        check({ timeoutMs: 40 }),
      ),
    ).toMatchObject({ failure: { code: 'timed-out', detail: 'no answer in time' }, status: null });
    expect(
      await probeHttp(
        wire((far) => void far.resume().write('220 mail\r\n')),
        check(),
      ),
    ).toMatchObject({ failure: { code: 'not-spoken' } });
    expect(
      await probeHttp(
        wire((far) => void far.resume().end()),
        check(),
      ),
    ).toMatchObject({ failure: { code: 'broken' }, values: { connectS: expect.any(Number) } });
    const unresolved = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    expect(await probeHttp({ ...wire(() => {}), open: () => Promise.reject(unresolved) }, check())).toMatchObject({
      failure: { code: 'unresolved' },
      values: {},
    });
  });
});

describe('TCP', () => {
  it('takes connections, or does not', async () => {
    const server = await listening(createTcpServer((socket) => socket.on('error', () => {}).end()));
    expect(await probeTcp(dialling(server.port), { name: 'redis', timeoutMs: 5000 })).toMatchObject({ holds: true, proof: 'redis: takes connections' });
    server.close();
    expect(await probeTcp(dialling(server.port), { name: 'redis', timeoutMs: 5000 })).toMatchObject({
      holds: false,
      failure: { code: 'unreachable', detail: 'no connection: ECONNREFUSED' },
    });
  });

  it('says what is wanted, or something else, or nothing', async () => {
    const redis = wire((far) => far.on('data', (bytes: Buffer) => far.write(String(bytes) === 'PING\r\n' ? '+PONG\r\n' : '-ERR\r\n')));
    const check = { name: 'redis', timeoutMs: 5000, send: 'PING\r\n', says: '+PONG' };
    expect(await probeTcp(redis, check)).toMatchObject({ holds: true, proof: 'redis: says "+PONG"', values: { totalS: expect.any(Number) } });
    expect(
      await probeTcp(
        wire((far) => void far.resume().end('-LOADING')),
        check,
      ),
    ).toMatchObject({ holds: false, proof: 'redis: says "-LOADING", "+PONG" is wanted' });
    expect(
      await probeTcp(
        wire((far) => void far.resume()),
        { ...check, timeoutMs: 30 },
      ),
    ).toMatchObject({ holds: false, proof: 'redis: says nothing, "+PONG" is wanted' });
    const endless = wire((far) => void far.resume().write('x'.repeat(20_000)));
    expect(await probeTcp(endless, check)).toMatchObject({ holds: false });
  });
});

describe('DNS', () => {
  const ports = { clock: () => performance.now(), signal: new AbortController().signal };
  const records =
    (...found: string[]): Resolve =>
    async () =>
      found;
  const failing =
    (code: string): Resolve =>
    () =>
      Promise.reject(Object.assign(new Error(code), { code }));
  const check = { name: 'api.example', type: 'A', timeoutMs: 5000 } as const;

  it.each([
    [{}, records('10.0.0.1'), true, 'api.example: resolves to 10.0.0.1'],
    [{}, records(), false, 'api.example: has no A record'],
    [{ wanted: ['10.0.0.2', '10.0.0.1'] }, records('10.0.0.1'), true, 'api.example: resolves to 10.0.0.1'],
    [{ wanted: ['10.0.0.2'], match: 'all' }, records('10.0.0.1'), false, 'api.example: resolves to 10.0.0.1; 10.0.0.2 is wanted'],
    [{ wanted: ['10.0.0.1'], match: 'all' }, records('10.0.0.1', '10.0.0.3'), true, 'api.example: resolves to 10.0.0.1, 10.0.0.3'],
    [{ wanted: ['10.0.0.1'], match: 'exactly' }, records('10.0.0.1', '10.0.0.3'), false, 'api.example: resolves to 10.0.0.1, 10.0.0.3; 10.0.0.1 is wanted'],
    [{ type: 'CNAME', wanted: ['LB.example'] }, records('lb.example.'), true, 'api.example: resolves to lb.example.'],
    [{ type: 'TXT' }, records('\u001b[2J\u202ev=1'), true, 'api.example: resolves to \\x1b[2J\\u202ev=1'],
    [{ type: 'TXT', wanted: ['V=1'] }, records('v=1'), false, 'api.example: resolves to v=1; V=1 is wanted'],
    [{}, failing('ENOTFOUND'), false, 'api.example: there is no such name'],
    [{}, failing('ENODATA'), false, 'api.example: has no A record'],
    [{}, failing('ESERVFAIL'), false, 'api.example: no name server answers: ESERVFAIL'],
    [{}, failing('ETIMEOUT'), false, 'api.example: no name server answered in time'],
    [{ timeoutMs: 20 }, () => new Promise<string[]>(() => {}), false, 'api.example: no name server answered in time'],
  ] as const)('with %j', async (more, resolve, holds, proof) => {
    expect(await probeDns(ports, resolve, { ...check, ...more })).toMatchObject({ holds, proof });
  });

  it('is asked of a name server that does not answer no longer than its time', async () => {
    expect(await probeDns(ports, systemResolve(['127.0.0.1:9']), { ...check, timeoutMs: 3000 })).toMatchObject({
      holds: false,
      failure: { code: expect.stringMatching(/unreachable|timed-out/) },
    });
  });
});

describe('TLS', () => {
  const now = Date.UTC(2026, 10, 22);
  const day = 86_400_000;
  const certificate = (subject: string, issuer: string, days: number, sha256: string) => ({
    subject,
    issuer,
    validFromMs: now - day,
    validToMs: now + days * day,
    sha256,
  });
  const chain = [certificate('CN=api', 'CN=mid', 40, 'a'), certificate('CN=mid', 'CN=root', 20, 'b'), certificate('CN=root', 'CN=root', 2, 'c')];
  const shown = (change: Partial<TlsSeen> = {}): TlsSeen => ({ protocol: 'TLSv1.3', chain, chainProblem: null, otherNames: null, ...change });
  const wrong = (change: Partial<TlsSeen>, wants = {}) => judgeTls({ minDays: 14, ...wants }, shown(change), now).filter(({ holds }) => !holds);

  it.each([
    [{}, {}, []],
    [{}, { minDays: 30 }, ['20 days left, 30 are wanted']],
    [{ chain: [certificate('CN=x', 'CN=x', 10, 'a')] }, {}, ['10 days left, 14 are wanted']],
    [{ chain: [certificate('CN=x', 'CN=y', -3, 'a')], chainProblem: 'CERT_HAS_EXPIRED' }, {}, ['ran out 3 days ago']],
    [{ chain: [{ ...certificate('CN=x', 'CN=y', 90, 'a'), validFromMs: now + day }] }, {}, ['valid only from 2026-11-23']],
    [{ chainProblem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, {}, ['the certificate is signed by itself']],
    [{ chainProblem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, { chain: false }, []],
    [{ chainProblem: 'SOMETHING_NEW' }, {}, ['SOMETHING_NEW']],
    [{ otherNames: 'other.example' }, {}, ['the certificate is for other.example']],
    [{ protocol: 'TLSv1.2' }, { minVersion: '1.3' }, ['speaks TLSv1.2, TLS 1.3 is wanted']],
    [{ protocol: 'TLSv1.1' }, {}, ['speaks TLSv1.1, TLS 1.2 is wanted']],
    [{ chain: [] }, {}, ['shows no certificate']],
  ])('showing %j against %j', (change, wants, texts) => expect(wrong(change, wants).map(({ text }) => text)).toEqual(texts));

  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tls-probe-'));
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: directory, stdio: 'pipe' });
    openssl(...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 400 -subj /CN=root -keyout root.key -out root.pem'.split(' '));
    openssl(
      ...'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=api.example -addext subjectAltName=DNS:api.example -keyout api.key -out api.csr'.split(
        ' ',
      ),
    );
    openssl(...'x509 -req -in api.csr -CA root.pem -CAkey root.key -CAcreateserial -days 50 -copy_extensions copy -out api.pem'.split(' '));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string) => readFileSync(join(directory, name), 'utf8');
  const check = (more = {}) => ({
    name: 'api',
    serverName: 'api.example',
    timeoutMs: 10_000,
    wants: { minDays: 14 },
    authorities: [file('root.pem')],
    ...more,
  });

  it('is looked at over whatever stream leads there', async () => {
    const server = createTlsServer({ key: file('api.key'), cert: file('api.pem') });
    const { port, close } = await listening(server);
    // A stream that is no socket, as a channel of SSH.
    const ports = dialling(port);
    const through = wire(() => {}, { open: async (signal) => piped(await ports.open(signal)) });
    const outcome = await probeTls(through, check(), Date.now());
    expect(outcome).toMatchObject({ holds: true, failure: null, values: { tlsDaysLeft: 49, connectS: expect.any(Number), totalS: expect.any(Number) } });
    expect(outcome.seen).toMatchObject({ protocol: 'TLSv1.3', chainProblem: null, otherNames: null });
    expect(outcome.seen?.chain[0]).toMatchObject({ subject: 'CN=api.example', issuer: 'CN=root' });
    expect(await probeTls(ports, check({ serverName: 'www.example' }), Date.now())).toMatchObject({
      holds: false,
      proof: 'api: the certificate is for api.example',
    });
    expect(await probeTls(ports, check({ authorities: [] }), Date.now())).toMatchObject({
      holds: false,
      seen: { chainProblem: expect.stringMatching(/UNABLE|SELF/) },
    });
    expect(await probeTls(ports, check(), Date.now() + 60 * day)).toMatchObject({ holds: false, proof: expect.stringContaining('ran out') });
    close();
  });

  it('is not what hangs up, keeps silent, or speaks in the clear', async () => {
    expect(
      await probeTls(
        wire((far) => void far.resume().end()),
        check(),
        now,
      ),
    ).toMatchObject({ failure: { code: 'broken' }, seen: null });
    expect(
      await probeTls(
        wire((far) => void far.resume()),
        check({ timeoutMs: 40 }),
        now,
      ),
    ).toMatchObject({ failure: { code: 'timed-out' } });
    const clear = wire((far) => void far.once('data', () => far.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await probeTls(clear, check(), now)).toMatchObject({ failure: { code: 'not-spoken' } });
  });

  it('carries HTTP', async () => {
    const server = createHttpsServer({ key: file('api.key'), cert: file('api.pem') }, (_, response) => void response.end('ok'));
    const { port, close } = await listening(server);
    const ports = dialling(port);
    const outcome = await probeHttp(
      { ...ports, open: withTls(ports.open, 'api.example') },
      { name: 'api', host: 'api.example', path: '/', timeoutMs: 10_000, wants: { status: [200], contains: 'ok' } },
    );
    expect(outcome).toMatchObject({ holds: true, proof: 'api: answered 200; it says "ok"' });
    close();
  });

  it('carries HTTP with something secret only to a certificate that holds', async () => {
    let heard = 0;
    const server = createHttpsServer({ key: file('api.key'), cert: file('api.pem') }, (_, response) => {
      heard += 1;
      response.end('ok');
    });
    const { port, close } = await listening(server);
    const ports = dialling(port);
    const ask = (name: string, trust: { nowMs: number; authorities?: string[] }) =>
      probeHttp(
        { ...ports, open: withTls(ports.open, name, trust) },
        { name: 'api', host: name, path: '/', timeoutMs: 10_000, wants: { status: [200] }, headers: { Authorization: 'Bearer sesame-open' } },
      );
    const nowMs = Date.now();
    const authorities = [file('root.pem')];
    for (const [outcome, reason] of [
      [await ask('api.example', { nowMs }), /authority is not known|chain is incomplete/],
      [await ask('www.example', { nowMs, authorities }), /the certificate is for api.example/],
      [await ask('api.example', { nowMs: nowMs + 60 * day, authorities }), /ran out/],
    ] as const) {
      expect(outcome).toMatchObject({ holds: false, failure: { code: 'unreachable', detail: expect.stringMatching(reason) } });
      expect(outcome.proof).toMatch(/no secret was sent there.*--own-certificate/);
    }
    expect(heard).toBe(0);
    expect(await ask('api.example', { nowMs, authorities })).toMatchObject({ holds: true });
    close();
  });
});

it('leaves no part of a secret at a cut', () => {
  const secret = 'correct-horse-battery-staple';
  for (let length = 16_340; length < 16_400; length += 1) {
    const shown = cleanText(`${' '.repeat(length)}${secret}`, [secret]);
    expect('[secret]').toContain(shown);
  }
  expect(cleanText(`x\u001b[2J ${'y'.repeat(500)}`)).toMatch(/^x\\x1b\[2J y{290,}…$/);
});
