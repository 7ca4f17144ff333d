import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findIsolation } from './isolation.ts';
import { connectTo, openTestFleet, runOn, until } from './testFleet.ts';

const found = await findIsolation();
const kinds = found.kind === 'namespaces' ? (['namespaces', 'directory'] as const) : (['directory'] as const);

describe.each(kinds)('curl of a demo server (%s) on a computer without curl', (kind) => {
  const test = openTestFleet({ kind, reason: 'for this test' });
  let client: Client;
  const run = async (script: string, input = '') => {
    const { code, stdout, stderr } = await runOn(client, script, input);
    return { code, stdout, stderr };
  };
  const base = 'http://127.0.0.1:8000';

  beforeAll(async () => {
    const [server = expect.fail()] = await test.fleet.start(1);
    client = await connectTo(server);
    for (const tool of ['curl', 'wget']) rmSync(join(test.directory, 'servers', server.name, 'machine/tools', tool), { force: true });
    await runOn(client, 'mkdir -p ~/app && cat >~/app/compose.yaml', "services: { g: { image: 'x/gateway:1', ports: ['127.0.0.1:8000:3000'] } }");
    expect(await runOn(client, 'cd ~/app && docker compose up -d')).toMatchObject({ code: 0 });
    await until(async () => (await runOn(client, `curl -fsS -o /dev/null ${base}/health`)).code === 0);
  });
  afterAll(async () => {
    client?.end();
    await test.end();
  });

  it('answers a health gate', async () => {
    const gate = `cd ~ && status=$(curl --silent --show-error --output body --write-out '%{http_code}' --max-time 5 --noproxy '*' ${base}/health) && echo "$status" && cat body`;
    expect(await run(gate)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200\n\S/), stderr: '' });
  });

  it('posts what is given, from a file and from standard input', async () => {
    const body = '{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":2}';
    const url = `${base}/v1/chat/completions`;
    const answered = { code: 0, stdout: expect.stringContaining('"completion_tokens":2') };
    expect(await run(`curl -sS ${url} -H 'content-type: application/json' -d '${body}'`)).toMatchObject(answered);
    expect(await run(`cat >~/ask && curl -sS --json @"$HOME/ask" ${url}`, body)).toMatchObject(answered);
    expect(await run(`curl -sSXPOST --data-binary @- ${url}`, body)).toMatchObject(answered);
  });

  it('fails as curl does', async () => {
    expect(await run(`curl -fsS -d '{}' ${base}/v1/chat/completions`)).toEqual({
      ...{ code: 22, stdout: '', stderr: 'curl: (22) The requested URL returned error: 400\n' },
    });
    expect(await run('curl -s http://localhost:9999/')).toEqual({ code: 7, stdout: '', stderr: '' });
    expect(await run('curl https://example.com/')).toMatchObject({ code: 6, stderr: 'curl: (6) Could not resolve host: example.com\n' });
    expect(await run('curl --upload-file x http://localhost/')).toMatchObject({ code: 2, stderr: expect.stringContaining('--upload-file') });
  });

  it('shows headers where asked, and serves wget too', async () => {
    expect((await run(`curl -sI ${base}/health`)).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)+\r\n$/);
    expect((await run(`curl -si ${base}/health`)).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)+\r\n./);
    expect((await run(`wget -qO- ${base}/health`)).stdout).toMatch(/\S/);
  });
});
