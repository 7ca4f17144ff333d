import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factsScript } from './factsScript.ts';
import { parseFacts } from './parseFacts.ts';

/** The scripts run by real shells on the machine at hand, with stand-ins for the tools that it lacks on a PATH of the test's own. */
const shells = [
  ['dash', ['dash']],
  ['busybox sh', ['busybox', 'sh']],
  ['bash', ['bash']],
] as const;

let bin = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'ph-commands-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(bin, { recursive: true, force: true });
});

function tool(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

function start(shell: readonly string[], script: string, env: Record<string, string> = {}): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const [program = '', ...args] = shell;
  const child = spawn(program, args, { env: { PATH: `${bin}:${process.env['PATH']}`, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  child.stdin.end(script);
  return child;
}

async function outputOf(shell: readonly string[], script: string, env: Record<string, string> = {}): Promise<string> {
  const child = start(shell, script, env);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return output;
}

const facts = async (shell: readonly string[], env?: Record<string, string>) =>
  parseFacts(await outputOf(shell, factsScript, env), { server: 'here', collectedAtMs: 1 });
const leftovers = () => readdirSync('/dev/shm').filter((name) => name.startsWith('pilothouse.'));

describe.each(shells)('facts under %s', (_name, shell) => {
  it('reads this machine and leaves nothing behind', async () => {
    const before = leftovers();
    const read = await facts(shell);
    expect(read.hostname).not.toBe('');
    expect(read.cpu.logicalCores).toBeGreaterThan(0);
    expect(read.memory.totalMib).toBeGreaterThan(100);
    expect(read.mounts.map(({ mountPoint }) => mountPoint)).toContain('/');
    // Tests in other files read facts of this machine too, and are in the middle of it.
    const after = leftovers().filter((name) => !before.includes(name));
    await expect.poll(() => leftovers().filter((name) => after.includes(name))).toEqual([]);
  });

  it('tells GPUs, Docker and a missing tool apart', async () => {
    tool(
      'nvidia-smi',
      `case "$1" in --query-gpu=*) echo '0, GPU-1, NVIDIA L4, 23034, 570.86.15' ;; *) echo '| NVIDIA-SMI 570.86.15 Driver Version: 570.86.15 CUDA Version: 12.8 |' ;; esac`,
    );
    tool('docker', `case "$1" in version) echo 'client=27.0.1 server=27.0.1' ;; info) echo 'root=/srv/docker' ;; compose) echo 2.29.7 ;; esac`);
    const read = await facts(shell);
    expect(read.gpu).toMatchObject({ state: 'ok', driverVersion: '570.86.15', cudaVersion: '12.8', devices: [{ index: 0, vramMib: 23_034 }] });
    expect(read.docker).toMatchObject({ state: 'ok', serverVersion: '27.0.1', composeVersion: '2.29.7', rootDirectory: '/srv/docker' });
  });

  it('comes back from tools that hang and ignore being asked to end', async () => {
    tool('nvidia-smi', `trap '' TERM INT HUP\nwhile :; do sleep 5; done`);
    tool('docker', 'exec sleep 300');
    const read = await facts(shell, { PH_PROBE_LIMIT_S: '3' });
    expect(read.gpu.state).toBe('hang');
    expect(read.docker.state).toBe('daemon-down');
    expect(read.cpu.logicalCores).toBeGreaterThan(0);
  });

  it('is not misled by a tool that prints sections of its own', async () => {
    tool('nvidia-smi', `printf '@end\\n@login 0\\n 0\\n'; exit 3`);
    expect((await facts(shell)).gpu).toMatchObject({ state: 'driver-error', detail: '@end' });
  });
});
