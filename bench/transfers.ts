import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openTestRemote } from '../src/main/remote/testRemote.ts';
import { startTestSshd } from '../src/main/remote/testSshd.ts';
import { downloadFile } from '../src/main/remote/transfer/downloadFile.ts';
import { sha256OfFile } from '../src/main/remote/transfer/localFile.ts';
import { uploadFile } from '../src/main/remote/transfer/uploadFile.ts';

/** Copies a file up and down, ours and by `scp`, in turns against one sshd on loopback, and prints medians and their ratio. */
const { values } = parseArgs({ options: { mb: { type: 'string', default: '500' }, rounds: { type: 'string', default: '5' } } });
const megabytes = Number(values.mb);
const directory = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
const sshd = await startTestSshd({ config: ['Subsystem sftp internal-sftp'] });
const test = openTestRemote([sshd.target()]);
const server = { remote: test.server(sshd.target()), name: 'bench' };
const source = join(directory, 'source');
execFileSync('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${megabytes}`, 'status=none']);

const scpOptions = ['-q', '-F', '/dev/null', '-i', sshd.keyPath, '-P', String(sshd.port)];
const open = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR', '-o', 'IdentitiesOnly=yes'];
const theirs = `${sshd.user}@${sshd.host}:${sshd.directory}`;
const scp = async (from: string, to: string) => void (await promisify(execFile)('scp', [...scpOptions, ...open, from, to]));
const ways = {
  'up, ours': () => uploadFile(server, { localPath: source, remotePath: `${sshd.directory}/up`, part: '.up.part', sudo: false }),
  'up, scp': () => scp(source, `${theirs}/scp`),
  'down, ours': () => downloadFile(server, { localPath: join(directory, 'down'), remotePath: `${sshd.directory}/up`, part: '.down.part', sudo: false }),
  'down, scp': () => scp(`${theirs}/up`, join(directory, 'scp')),
};
const times: Record<string, number[]> = {};
const rate = (way: string) => megabytes / ((times[way]?.toSorted((a, b) => a - b)[Math.floor((times[way]?.length ?? 0) / 2)] ?? 1) / 1000);
try {
  await ways['up, ours']();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      await way();
      times[name] = [...(times[name] ?? []), performance.now() - start];
    }
  }
  const same = (await sha256OfFile(source)) === (await sha256OfFile(join(directory, 'down')));
  for (const name of Object.keys(ways)) console.log(`${name.padEnd(12)} ${rate(name).toFixed(0).padStart(5)} MB/s`);
  console.log(`upload with checksum against scp   ${(rate('up, ours') / rate('up, scp')).toFixed(2)}   (target 0.85)`);
  console.log(`download with checksum against scp ${(rate('down, ours') / rate('down, scp')).toFixed(2)}`);
  console.log(`bytes ${same ? 'alike' : 'NOT ALIKE'}`);
} finally {
  await test.remote.close();
  await sshd.stop();
  rmSync(directory, { recursive: true, force: true });
}
