// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how compose files refer to variables
import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoServer } from '../demoServer.ts';
import { connectTo, openExec, openTestFleet, runAsRoot, runOn, until } from '../testFleet.ts';

const test = openTestFleet();
let server: DemoServer;
let client: Client;

const compose = (tag: string) => `
services:
  store: { image: 'clickhouse/clickhouse-server:25.8', restart: unless-stopped, healthcheck: { test: [CMD, 'true'] } }
  gateway:
    image: tensorzero/gateway:${tag}
    restart: unless-stopped
    ports: ['127.0.0.1:8000:3000']
    depends_on: { store: { condition: service_healthy } }
    healthcheck: { test: [CMD, 'true'] }
    environment: { KEY: '\${KEY}' }
`;

async function deploy(tag: string) {
  await runOn(client, 'mkdir -p ~/app && cat >~/app/compose.yaml', compose(tag));
  return runOn(client, 'cd ~/app && KEY=secret docker compose -p app up -d --remove-orphans');
}
const rows = async () =>
  (await runOn(client, 'docker compose -p app ps -a --format json')).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  const servers = await test.fleet.start(3);
  server = servers.find(({ name }) => name === 'demo-gpu-03') ?? expect.fail();
  client = await connectTo(server);
});
afterAll(async () => {
  client?.end();
  await test.end();
});

describe('docker on a demo server', () => {
  it('answers with the versions that facts are read from', async () => {
    const ran = await runOn(
      client,
      "docker version --format 'client={{.Client.Version}} server={{.Server.Version}}'; docker info --format 'root={{.DockerRootDir}}'; docker compose version --short",
    );
    expect(ran).toMatchObject({ code: 0, stdout: 'client=28.3.2 server=28.3.2\nroot=/var/lib/docker\n2.38.2\n' });
  });

  it('brings a project up in order, and what it publishes answers on the server', async () => {
    const up = await deploy('1');
    expect(up).toMatchObject({ code: 0, stdout: '' });
    expect(up.stderr).toMatch(/Container app-store-1 {2}Healthy\n Container app-gateway-1 {2}Starting\n Container app-gateway-1 {2}Started/);
    const [store, gateway] = await until(async () => ((await rows()).every((row) => row['Health'] === 'healthy') ? rows() : null));
    expect(store).toMatchObject({ Service: 'store', State: 'running', Publishers: [] });
    expect(gateway).toMatchObject({
      ...{ Name: 'app-gateway-1', Project: 'app', Service: 'gateway', ExitCode: 0, Ports: '127.0.0.1:8000->3000/tcp' },
      Publishers: [{ URL: '127.0.0.1', TargetPort: 3000, PublishedPort: 8000, Protocol: 'tcp' }],
    });
    expect(gateway?.['Status']).toMatch(/^Up .* \(healthy\)$/);
    const health = await runOn(client, "curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:8000/health; ss -Htln");
    expect(health.stdout).toMatch(/^200LISTEN/);
    expect(health.stdout).toMatch(/127\.0\.0\.1:8000 /);
  });

  it('chats, whole and streamed', async () => {
    const ask = (more: string) =>
      `curl -sS http://localhost:8000/openai/v1/chat/completions -H 'content-type: application/json' -d '{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":4${more}}'`;
    const whole = JSON.parse((await runOn(client, ask(''))).stdout) as { choices: { message: { content: string } }[]; usage: { completion_tokens: number } };
    expect(whole.choices[0]?.message.content).not.toBe('');
    expect(whole.usage.completion_tokens).toBe(4);
    const streamed = (await runOn(client, ask(',"stream":true'))).stdout.trim().split('\n\n');
    expect(streamed).toHaveLength(6);
    expect(streamed.at(-1)).toBe('data: [DONE]');
    expect((await runOn(client, "curl -sS -o /dev/null -w '%{http_code}' -d '{}' http://localhost:8000/v1/chat/completions")).stdout).toBe('400');
  });

  it('recreates only what changed, and a broken image never becomes healthy', async () => {
    const before = await rows();
    const update = await deploy('2-broken');
    expect(update.stderr).toContain('Container app-store-1  Running');
    expect(update.stderr).toContain('Container app-gateway-1  Recreated');
    const [store, gateway] = await until(async () => ((await rows())[1]?.['Health'] === 'unhealthy' ? rows() : null));
    expect(store?.['ID']).toBe(before[0]?.['ID']);
    expect(gateway?.['ID']).not.toBe(before[1]?.['ID']);
    expect((await runOn(client, "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8000/health")).stdout).toBe('503');
    expect((await runOn(client, 'docker compose -p app logs --no-color gateway')).stdout).toContain('error: cannot load the model weights');
    await deploy('1');
  });

  it('follows logs until the reader leaves', async () => {
    const channel = await openExec(client, 'docker compose -p app logs --timestamps --follow --tail 1');
    let text = '';
    channel.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
    });
    await runOn(client, 'curl -s http://127.0.0.1:8000/status');
    await until(async () => /gateway-1 {2}\| \d{4}-\d\d-\d\dT[\d:.]+Z GET \/status/.test(text));
    channel.close();
    await until(async () => (await runOn(client, 'ls /.demo/run')).stdout === 'requests\n');
  });

  it('keeps its containers over a reboot, and takes all down', async () => {
    await test.fleet.reboot('demo-gpu-03');
    client = await connectTo(server);
    await until(async () => (await rows()).filter((row) => row['Health'] === 'healthy').length === 2);
    expect((await runOn(client, 'docker compose -p app down --remove-orphans')).code).toBe(0);
    expect(await rows()).toEqual([]);
    expect((await runOn(client, 'curl -s -m 1 http://127.0.0.1:8000/health')).code).toBe(7);
  });

  it('refuses a port that is taken, an image that is absent and a file that is wrong', async () => {
    await deploy('1');
    const second = compose('1').replaceAll('8000:3000', '8000:3001');
    await runOn(client, 'mkdir -p ~/two && cat >~/two/compose.yaml', second);
    expect(await runOn(client, 'cd ~/two && KEY=k docker compose -p two up -d')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Bind for 127\.0\.0\.1:8000 failed: port is already allocated/),
    });
    await runOn(client, 'cat >~/two/compose.yaml', 'services: { a: { image: "registry.example/x:1-absent" } }');
    expect(await runOn(client, 'cd ~/two && docker compose pull')).toMatchObject({ code: 18, stderr: expect.stringMatching(/manifest unknown/) });
    expect(await runOn(client, 'docker compose -f - config -q', 'services: { a: { imag: x } }')).toMatchObject({
      code: 15,
      stderr: expect.stringMatching(/additional properties 'imag' not allowed/),
    });
  });

  it('is refused to logins without the group, and down while its unit is', async () => {
    await runAsRoot(client, 'useradd -m -s /bin/sh -p "*" guest && mkdir -p /home/guest/.ssh && cp /home/ops/.ssh/authorized_keys /home/guest/.ssh/');
    const guest = await connectTo(server, { user: 'guest' });
    expect(await runOn(guest, 'docker ps')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^permission denied while trying to connect/) });
    guest.end();
    await runAsRoot(client, 'systemctl stop docker');
    expect(await runOn(client, 'docker ps')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Cannot connect to the Docker daemon/) });
    await runAsRoot(client, 'systemctl start docker');
    expect((await runOn(client, 'docker ps')).code).toBe(0);
  });
});
