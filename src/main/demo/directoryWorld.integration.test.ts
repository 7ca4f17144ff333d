import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsScript } from '../commands/factsScript.ts';
import { parseFacts } from '../commands/parseFacts.ts';
import type { DemoServer } from './demoServer.ts';
import { findIsolation } from './isolation.ts';
import { connectTo, openShell, openTestFleet, runOn, until } from './testFleet.ts';

const test = openTestFleet({ kind: 'directory', reason: 'for this test' });
const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
let server: DemoServer;
let client: Client;

beforeAll(async () => {
  [server = expect.fail()] = await test.fleet.start(1);
  client = await connectTo(server);
  writeFileSync(join(elsewhere, 'file'), 'whole');
});
afterAll(async () => {
  client?.end();
  await test.end();
  rmSync(elsewhere, { recursive: true, force: true });
});

describe('a demo server without a world of its own', () => {
  it('has a login in a directory, without root', async () => {
    expect(server).toMatchObject({ user: 'ops', sudo: 'none' });
    const ran = await runOn(client, 'id -un; pwd; sudo -n true || echo no; command -v apt-get; command -v docker');
    const root = join(test.directory, 'servers/demo-gpu-01/root');
    expect(ran.stdout.split('\n')).toEqual(['ops', `${root}/home/ops`, 'no', `${root}/usr/bin/apt-get`, `${root}/usr/bin/docker`, '']);
  });

  it('gives facts of the server it plays', async () => {
    const ran = await runOn(client, 'sh -s', factsScript);
    expect(parseFacts(ran.stdout, { server: 'demo', collectedAtMs: 1 })).toMatchObject({
      hostname: 'demo-gpu-01',
      os: { id: 'ubuntu' },
      memory: { totalMib: 515_600 },
      cpu: { logicalCores: 64 },
      gpu: { state: 'ok' },
      docker: { state: 'ok' },
      privilege: 'password',
    });
  });

  it.each([
    ['on the command line', (path: string) => ['rm -rf '.concat(path), ''] as const],
    ['in a script on stdin', (path: string) => ['sh -s', `echo before\nrm -rf ${path}\n`] as const],
    [
      'in a framed script',
      (path: string) => {
        const script = `rm -rf ${path}\n`;
        return [`sh -c 'p=$(dd bs=${script.length} count=1 2>/dev/null); eval "$p"'`, script] as const;
      },
    ],
  ])('refuses a path outside %s, and runs nothing of it', async (_where, make) => {
    const [command, input] = make(elsewhere);
    const ran = await runOn(client, command, input);
    expect(ran).toMatchObject({ code: 126, stdout: '', stderr: expect.stringContaining(`names ${elsewhere} outside of it`) });
    expect(existsSync(join(elsewhere, 'file'))).toBe(true);
  });

  it('takes data that names paths as data', async () => {
    expect(await runOn(client, 'cat >copy; wc -c <copy', '/etc/passwd and /home')).toMatchObject({ code: 0, stdout: '21\n' });
  });

  it('deploys, with the published port answering', async () => {
    await runOn(client, 'mkdir -p app && cat >app/compose.yaml', "services: { g: { image: 'x/gateway:1', ports: ['127.0.0.1:8000:3000'] } }");
    expect(await runOn(client, 'cd app && docker compose up -d')).toMatchObject({ code: 0 });
    await until(async () => (await runOn(client, 'curl -fsS http://127.0.0.1:8000/health')).code === 0);
    expect((await runOn(client, 'cd app && docker compose down')).code).toBe(0);
  });

  it('ends detached jobs when it goes down', async () => {
    await runOn(client, "setsid sh -c 'echo $$ >job; exec sleep 1000' </dev/null >/dev/null 2>&1 &");
    const pid = Number(await until(async () => (await runOn(client, 'cat job')).stdout.trim()));
    // A process that was ended and not yet taken off by its parent has no command line left.
    const isRunning = () => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
    expect(isRunning()).toBe(true);
    await test.fleet.reboot(server.name);
    expect(isRunning()).toBe(false);
    client = await connectTo(server);
    expect((await runOn(client, 'cat job')).stdout).toBe(`${pid}\n`);
  });

  it('has terminals', async () => {
    const shell = await openShell(client, { rows: 20, cols: 90 });
    await shell.until('ops@demo-gpu-01');
    shell.channel.write('stty size; echo do""ne\n');
    await shell.until(/20 90\s+done/);
    shell.channel.close();
  });
});

describe('what keeps servers apart', () => {
  it('is found by trying: namespaces here, and nothing for root where they do not work', async () => {
    expect(await findIsolation()).toMatchObject({ kind: 'namespaces' });
    const path = join(elsewhere, 'probe.ts');
    // The same question in a process that may not make namespaces.
    writeFileSync(
      path,
      `import { findIsolation } from ${JSON.stringify(join(import.meta.dirname, 'isolation.ts'))};\nconsole.log(JSON.stringify(await findIsolation()));\n`,
    );
    chmodSync(elsewhere, 0o755);
    const answer = execFileSync(
      'unshare',
      ['--user', '--map-root-user', 'sh', '-c', `echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" "$1"`, process.execPath, path],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(answer)).toMatchObject({ kind: 'none', reason: expect.stringContaining('as an ordinary user') });
  });
});
