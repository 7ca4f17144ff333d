import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import { type Probe, type ProbeFields, type ProbeId, type ProbeResult, probeFieldsSchema } from '../../../../shared/model/probe.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { Database } from '../../../database/database.ts';
import { openDatabase } from '../../../database/openDatabase.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import { openTestRemote, type TestRemote } from '../../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../../remote/testSshd.ts';
import { quantile } from './answerTimes.ts';
import { createProbesService, type ProbesService } from './probesService.ts';

/** How the stand-in answers: when its first token comes, how fast the others, and how many there are. */
const pace = { firstMs: 240, everyMs: 20, tokens: 50 };
const key = 'sk-stand-in-4711-of-the-test';

/** When the stand-in really sent each token of a call, in ms since it was asked: a busy machine is late with its timers. */
const sentAt: number[][] = [];

/** Answers a chat as an engine does, by the clock and not one timer after the other. */
function chat(response: ServerResponse, prompt: string): void {
  const [, one = '0', other = '0'] = /What is (\d+) \+ (\d+)\?/.exec(prompt) ?? [];
  const startedAt = performance.now();
  const piece = (delta: object) => response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  piece({ role: 'assistant', content: '' });
  let sent = 0;
  const times: number[] = [];
  sentAt.push(times);
  const next = () => {
    times.push(performance.now() - startedAt);
    const isLast = sent === pace.tokens - 1;
    piece({ content: isLast ? `${Number(one) + Number(other)}` : 'so ' });
    sent += 1;
    if (!isLast) return void setTimeout(next, Math.max(0, startedAt + pace.firstMs + sent * pace.everyMs - performance.now()));
    const usage = { prompt_tokens: 22, completion_tokens: pace.tokens, total_tokens: 22 + pace.tokens };
    response.end(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
    );
  };
  setTimeout(next, pace.firstMs);
}

let asked = 0;
let status = 200;
const engine = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes: Buffer) => {
    body += bytes.toString();
  });
  request.on('end', () => {
    asked += 1;
    if (request.url === '/v1/chat/completions') {
      if (request.headers.authorization !== `Bearer ${key}`)
        return response.writeHead(401).end(`{"error":{"message":"${request.headers.authorization} is no key"}}`);
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      return chat(response, messages[0]?.content ?? '');
    }
    response
      .writeHead(status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ checks: { db: 'connected', documents: 12 }, key: request.headers['x-key'] ?? null }));
  });
});

describe('probes behind a real sshd', () => {
  const directory = testDirectory();
  let sshd: TestSshd;
  let remote: TestRemote;
  let database: Database;
  let service: ProbesService;
  let port: number;
  let tests: HealthGate[] = [];
  const deployed: { stackId: string; release: string | null }[] = [];
  const told: { subject: string; metric: string; value: number }[] = [];
  const clock = { ms: Date.now() };
  let isConnected = true;
  const server = () => ({ id: sshd.target().serverId, name: 'gpu-1' });
  const request = () => randomUUID() as RequestId;
  const make = () =>
    createProbesService({
      ...{ database, servers: () => [server()], remote: () => remote.server(sshd.target()), connected: () => isConnected, deployed: () => deployed },
      containers: async () => [
        {
          id: 'ab',
          name: 'ph-chat-api-1',
          image: 'api',
          project: 'ph-chat',
          service: 'api',
          onHost: false,
          addresses: [],
          ports: [{ port: 8000, published: port }],
          namedPort: null,
        },
      ],
      ...{
        secret: async (name) => (name === 'model-key' ? key : null),
        stackSecrets: async () => ({ API_KEY: 'sesame-of-the-release' }),
        tests: async () => tests,
      },
      told: ({ readings }) => told.push(...readings),
      ...{ nowMs: () => clock.ms, clock: () => performance.now(), log: () => undefined, random: () => 0 },
    });
  const fieldsOf = (given: object): ProbeFields => probeFieldsSchema.parse({ server: 'gpu-1', ...given });
  const llm = (more: object = {}) => ({ kind: 'llm', url: `http://127.0.0.1:${port}`, model: 'stand-in', key: 'model-key', maxTokens: 64, ...more });

  beforeAll(async () => {
    sshd = await startTestSshd();
    remote = openTestRemote([sshd.target()]);
    await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
    port = (engine.address() as AddressInfo).port;
    database = openDatabase({ directory: directory.path, log: () => undefined });
    const { id } = server();
    database.run(
      database.query
        .insertInto('servers')
        .values({ id, fields: JSON.stringify({ name: 'gpu-1' }), host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 }),
    );
    service = make();
  });
  afterAll(async () => {
    service.close();
    await remote.remote.close();
    await sshd.stop();
    engine.close();
    database.close();
    directory[Symbol.dispose]();
  });

  it.each(['server', 'laptop'] as const)('measures a model as it answers, from the %s', async (from) => {
    const { id } = service.add({ requestId: request(), fields: fieldsOf({ name: `model by ${from} ${randomUUID()}`, from, timeoutMs: 20_000, check: llm() }) });
    const calls: { result: ProbeResult; sent: Record<string, number> }[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { result } = await service.run({ probe: id });
      const times = sentAt.at(-1) ?? [];
      const [first = Number.NaN, last = Number.NaN] = [times[0], times.at(-1)];
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
      const sent = {
        firstTokenS: first / 1000,
        interTokenP50S: (quantile(gaps, 0.5) ?? Number.NaN) / 1000,
        tokensPerSecond: ((times.length - 1) / (last - first)) * 1000,
      };
      calls.push({ result, sent });
    }
    for (const { result } of calls) expect([result.holds, result.proof]).toEqual([true, expect.stringContaining('answered "so so')]);
    const median = (values: number[]) => quantile(values, 0.5) ?? Number.NaN;
    const set: Record<string, number> = { firstTokenS: pace.firstMs / 1000, interTokenP50S: pace.everyMs / 1000, tokensPerSecond: 1000 / pace.everyMs };
    for (const [metric, wanted] of Object.entries(set)) {
      const measured = median(calls.map(({ result }) => result.values[metric] ?? Number.NaN));
      const off = median(calls.map(({ result, sent }) => Math.abs((result.values[metric] ?? Number.NaN) - (sent[metric] ?? Number.NaN))));
      const share = ((100 * off) / wanted).toFixed(2);
      console.log(`probes, from the ${from}: ${metric} set ${wanted}, measured ${measured.toFixed(4)}; off what was sent by ${off.toFixed(4)} (${share} %)`);
      expect(off).toBeLessThanOrEqual(Math.max(0.05 * wanted, metric === 'tokensPerSecond' ? 0 : 0.005));
    }
    expect(service.list().find((probe) => probe.id === id)).toMatchObject({ state: 'holds', spent24h: { calls: 5, tokens: 5 * (22 + pace.tokens) } });
    expect(told.findLast(({ metric }) => metric === 'up')).toEqual({ subject: `probe:${id}`, metric: 'up', value: 1 });
  });

  it('stops at what it may use in a day, over a start anew, and goes on the next day', async () => {
    const limits = { callsPerDay: 3, tokensPerDay: 10_000 };
    const { id } = service.add({ requestId: request(), fields: fieldsOf({ name: 'dear', check: llm({ limits }) }) });
    for (let count = 0; count < 3; count += 1) await service.run({ probe: 'dear' });
    const before = asked;
    await expect(service.run({ probe: 'dear' })).rejects.toSatisfy((error) => AppError.is(error, 'probe.not-run') && error.data.reason.includes('used up'));
    const other = make();
    await expect(other.run({ probe: id })).rejects.toSatisfy((error) => AppError.is(error, 'probe.not-run'));
    expect(asked).toBe(before);
    const limited = other.list().find((probe) => probe.id === id);
    expect(limited).toMatchObject({ state: 'limited', spent24h: { calls: 3 } });
    clock.ms = limited?.limitedUntilMs ?? 0;
    expect((await other.run({ probe: id })).result.holds).toBe(true);
    other.close();
    service.remove({ requestId: request(), probe: 'dear' });
  });

  it('never shows a key, and says which secret is missing', async () => {
    const wrong = service.add({ requestId: request(), fields: fieldsOf({ name: 'no key', check: llm({ key: 'nothing-there' }) }) });
    await expect(service.run({ probe: wrong.id })).rejects.toSatisfy(
      (error) => AppError.is(error, 'probe.not-run') && error.data.reason.includes('nothing-there'),
    );
    const http = { kind: 'http', url: 'http://api:8000/', headers: { 'x-key': '$API_KEY' }, wants: { status: [200], json: [{ path: 'key', is: 'sesame' }] } };
    const secret = service.add({ requestId: request(), fields: fieldsOf({ name: 'secret', stack: 'chat', check: http }) });
    const { result } = await service.run({ probe: secret.id });
    expect(result.holds).toBe(false);
    expect(JSON.stringify(result)).not.toContain('sesame-of-the-release');
  });

  it('brings the probes of what runs, runs them when they are due, and tells what fails', async () => {
    tests = [
      {
        kind: 'http',
        title: 'The store is connected',
        url: 'http://api:8000/health',
        status: [200],
        timeoutS: 30,
        expect: [
          { path: 'checks.db', equals: 'connected' },
          { path: 'checks.documents', atLeast: 12 },
        ],
      },
      { kind: 'http', title: 'Posts', url: 'http://api:8000/', method: 'POST', body: '{}', status: [200], timeoutS: 30 },
      { kind: 'chat', title: 'Answers', url: 'http://api:8000/v1/chat/completions', model: 'm', timeoutS: 60 },
    ];
    deployed.push({ stackId: 'chat', release: 'r1' });
    for (const probe of service.list()) if (probe.origin === 'own') service.remove({ requestId: request(), probe: probe.id });
    service.start();
    service.tick();
    await expect
      .poll(() => service.list().map(({ fields, origin }) => [fields.name, origin]))
      .toEqual([
        ['Answers', 'shipped'],
        ['The store is connected', 'shipped'],
      ]);
    const of = (name: string): Probe => service.list().find(({ fields }) => fields.name === name) as Probe;
    service.remove({ requestId: request(), probe: of('Answers').id });
    service.tick();
    await expect.poll(() => of('The store is connected').state).toBe('holds');
    expect(of('The store is connected').last?.proof).toContain('checks.db is "connected"');
    status = 503;
    clock.ms += 40_000;
    service.tick();
    await expect.poll(() => of('The store is connected').state).toBe('fails');
    expect(told.at(-1)?.metric === undefined).toBe(false);
    expect(told.findLast(({ metric }) => metric === 'up')?.value).toBe(0);
    status = 200;
    isConnected = false;
    const before = asked;
    clock.ms += 40_000;
    service.tick();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(before);
    deployed[0] = { stackId: 'chat', release: 'r2' };
    isConnected = true;
    clock.ms += 70_000;
    service.tick();
    await expect.poll(() => database.all(database.query.selectFrom('probes').select('release')).map(({ release }) => release)).toEqual(['r2', 'r2']);
    expect(service.list().map(({ fields }) => fields.name)).toEqual(['The store is connected']);
    deployed.length = 0;
    service.deploymentsChanged(server().id);
    expect(service.list()).toEqual([]);
  });

  it('goes on at its pace when a clock that was wrong is set right', async () => {
    const check = { kind: 'tcp', host: '127.0.0.1', port };
    const { id } = service.add({ requestId: request(), fields: fieldsOf({ name: 'clock', from: 'laptop', check }) });
    const ranAt = () => service.list().find((probe) => probe.id === id)?.last?.atMs;
    service.start();
    clock.ms += 86_400_000;
    service.tick();
    await expect.poll(ranAt).toBe(clock.ms);
    clock.ms -= 86_400_000;
    service.tick();
    await expect.poll(ranAt).toBe(clock.ms);
    service.remove({ requestId: request(), probe: id });
  });

  it('asks the same only once, and knows what a name may be', () => {
    const id = request();
    const fields = fieldsOf({ name: 'port', check: { kind: 'tcp', host: '127.0.0.1', port } });
    const first = service.add({ requestId: id, fields });
    expect(service.add({ requestId: id, fields }).id).toBe(first.id);
    expect(() => service.add({ requestId: request(), fields })).toThrow(expect.objectContaining({ code: 'probe.exists' }));
    expect(() => service.edit({ requestId: request(), probe: 'other', fields })).toThrow(expect.objectContaining({ code: 'probe.not-found' }));
    expect(service.edit({ requestId: request(), probe: first.id, fields: { ...fields, paused: true } }).state).toBe('paused');
    expect([service.of(server().id).map((probe) => probe.id), service.of('srv_other' as ServerId)]).toEqual([[first.id], []]);
    expect(service.remove({ requestId: request(), probe: 'port' })).toBe(first.id satisfies ProbeId);
    expect(service.of(server().id)).toEqual([]);
  });
});
