import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProbeFields, probeFieldsSchema } from '../../../../shared/model/probe.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import { type CheckPorts, runCheck } from './runCheck.ts';

const directory = testDirectory();
const heard: (string | undefined)[] = [];
let url = '';
let close = () => {};

/** A server with a certificate of its own, which anybody could have. */
beforeAll(async () => {
  const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=127.0.0.1 -keyout key.pem -out own.pem'.split(' ');
  execFileSync('openssl', words, { cwd: directory.path, stdio: 'pipe' });
  const file = (name: string) => readFileSync(join(directory.path, name), 'utf8');
  const server = createServer({ key: file('key.pem'), cert: file('own.pem') }, (request, response) => {
    heard.push(request.headers.authorization);
    response.end('{"choices":[{"message":{"content":"4"},"finish_reason":"stop"}]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => void server.close();
});
afterAll(() => {
  close();
  directory[Symbol.dispose]();
});

const nothing = async (): Promise<never> => {
  throw new Error('not asked for here');
};
const ports: CheckPorts = {
  ...{ remote: { forward: nothing, exec: nothing }, containers: nothing, secret: async () => 'sk-sesame-of-the-model', stackSecrets: nothing },
  ...{ nowMs: Date.now, clock: () => performance.now() },
};
const run = (check: object) => {
  const fields: ProbeFields = probeFieldsSchema.parse({ name: 'own', server: 'a', from: 'laptop', check });
  return runCheck(ports, fields, 0, new AbortController().signal);
};

const model = () => ({ kind: 'llm', url, model: 'm', stream: false, key: 'model-key', question: { prompt: 'What is 2 + 2?', answer: 4 } });
const page = () => ({ kind: 'http', url, wants: { status: [200] } });

it('keeps a secret from a server that anybody could be, and uses no tokens there', async () => {
  heard.length = 0;
  const refused = { outcome: { holds: false, failure: { code: 'unreachable', detail: expect.stringContaining('signed by itself') } } };
  expect(await run(model())).toMatchObject({ ...refused, tokens: 0 });
  expect(await run({ ...page(), secretHeaders: { 'x-key': 'kept' } })).toMatchObject(refused);
  expect(await run({ ...page(), headers: { authorization: 'Bearer typed-by-hand' } })).toMatchObject(refused);
  expect(heard).toEqual([]);
});

it('asks it where nothing secret goes along, or where the certificate is said to be one of our own', async () => {
  heard.length = 0;
  expect(await run(page())).toMatchObject({ outcome: { holds: true } });
  expect(await run({ ...model(), ownCertificate: true })).toMatchObject({ outcome: { holds: true } });
  expect(heard).toEqual([undefined, 'Bearer sk-sesame-of-the-model']);
});
