import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestRemote } from '../../src/main/remote/testRemote.ts';
import { uploadFile } from '../../src/main/remote/transfer/uploadFile.ts';
import type { Hosts } from '../hosts.ts';
import { inTurns, median, ratioOf, run } from '../measure.ts';
import type { Row } from '../row.ts';

const cipher = ['-c', 'aes128-gcm@openssh.com'];

/** Reads a file of the server by `ssh` without keeping it. */
async function sshCat(args: readonly string[]): Promise<void> {
  const child = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ssh ended with ${code}`);
}

/** Large files down and up. */
export async function bulkRows(hosts: Hosts, rounds: number, megabytes: number): Promise<Row[]> {
  const { sshd, sshOptions } = hosts;
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const target = sshd.target();
  const test = openTestRemote([target]);
  const server = { remote: test.server(target), name: 'bench' };
  const source = join(directory, 'source');
  const login = '127.0.0.1';
  execFileSync('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${megabytes}`, 'status=none']);
  const rate = (figures: readonly number[]) => `${((megabytes * 1.048576) / (median(figures) / 1000)).toFixed(0)} MB/s`;
  try {
    const down = await inTurns(rounds, {
      ours: async () => {
        let bytes = 0;
        const count = (_stream: string, chunk: Uint8Array) => {
          bytes += chunk.length;
        };
        await server.remote.exec({ script: 'exec cat "$PH_FILE"', env: { PH_FILE: source }, lane: 'bulk', timeoutMs: 120_000, onOutput: count });
        if (bytes !== megabytes * 1024 * 1024) throw new Error(`${bytes} bytes came`);
      },
      ssh: () => sshCat([...sshOptions, ...cipher, login, 'cat', source]),
    });
    const up = await inTurns(rounds, {
      ours: () => uploadFile(server, { localPath: source, remotePath: `${sshd.directory}/up`, part: '.up.part', sudo: false }),
      scp: () => run('scp', ['-q', ...sshOptions, ...cipher, source, `${login}:${sshd.directory}/scp`]),
    });
    return [
      {
        ...{ id: 'download', what: `exec download of ${megabytes} MB, aes-gcm`, anchor: '`ssh host cat`', ours: rate(down.ours), theirs: rate(down.ssh) },
        ...{
          value: 1 / ratioOf(down.ours, down.ssh),
          target: { is: 'at least', value: 0.9, unit: '' },
          about: 'to memory and away; ours over a connection that is there',
        },
      },
      {
        ...{ id: 'upload', what: `upload of ${megabytes} MB with checksum`, anchor: '`scp`', ours: rate(up.ours), theirs: rate(up.scp) },
        ...{
          value: 1 / ratioOf(up.ours, up.scp),
          target: { is: 'at least', value: 0.85, unit: '' },
          about: 'ours with SHA-256 at both ends and one rename; scp with none',
        },
      },
    ];
  } finally {
    await test.remote.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
