import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectChoiceSchema } from '../../../../shared/contract/projects.ts';
import type { ExecRequest, RemoteServer } from '../../../remote/remote.ts';
import { readRemoteFolder } from './remoteFolder.ts';
import { takeProject } from './takeProject.ts';

let root: string;
let asked: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'far-'));
  asked = 0;
  for (const folder of ['conf/deep', 'pgdata', 'beside']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, 'compose.yml'),
    'services:\n  db: { image: "postgres:16", env_file: [db.env], volumes: ["./pgdata:/var/lib/postgresql/data", "./conf:/c:ro"] }\n',
  );
  writeFileSync(join(root, 'db.env'), 'POSTGRES_PASSWORD=pass-4711\n');
  writeFileSync(join(root, 'conf/deep/a b.bin'), Buffer.from([0, 255, 10]));
  writeFileSync(join(root, 'conf/.hidden'), 'x');
  chmodSync(join(root, 'conf/.hidden'), 0o750);
  symlinkSync('deep', join(root, 'conf/link'));
  writeFileSync(join(root, 'pgdata/large'), Buffer.alloc(1024));
  writeFileSync(join(root, 'beside/unrelated'), 'never asked for');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A server whose shell is this computer's. */
function serverWith(shell: readonly string[]): RemoteServer {
  const exec = async ({ script, env, stdin }: ExecRequest) => {
    asked += 1;
    const [program = 'sh', ...words] = shell;
    const result = spawnSync(program, [...words, '-c', script], { input: stdin as Uint8Array, env: { PATH: process.env['PATH'], ...env }, maxBuffer: 1e9 });
    return { exitCode: result.status, signal: null, stdout: result.stdout.toString(), stderr: result.stderr.toString() };
  };
  return { exec } as unknown as RemoteServer;
}

describe.each([
  ['dash', ['sh']],
  ['busybox', ['busybox', 'sh']],
])('a folder far away, read by %s', (_name, shell) => {
  const take = () =>
    readRemoteFolder(serverWith(shell), { serverName: 'web-1', root, sudo: false }, (folder) =>
      takeProject(folder, {
        ...{ id: 'far', from: { kind: 'server', server: 'web-1', project: 'far', path: root }, asked: projectChoiceSchema.parse({}) },
        ...{ previous: null, known: async () => null, nowMs: 1, name: 'far', keptIn: root },
      }),
    );

  test('gives what the project names, with modes and links, and neither its data nor what lies beside', async () => {
    const { record, values, blobs } = await take();
    expect(record.files.map(({ path, mode }) => [path, mode?.toString(8)])).toEqual([
      ['compose.yml', '644'],
      ['conf/.hidden', '750'],
      ['conf/deep/a b.bin', '644'],
      ['conf/link', '120777'],
    ]);
    expect([...values]).toEqual([['POSTGRES_PASSWORD', 'pass-4711']]);
    expect([...blobs.values()].map((bytes) => [...bytes])).toEqual([[0, 255, 10]]);
    expect(record).toMatchObject({ kept: ['pgdata'], keptIn: root, name: 'far' });
    expect(asked).toBeLessThan(20);
  });

  test('with a pipe among its files is refused', async () => {
    spawnSync('mkfifo', [join(root, 'conf/pipe')]);
    await expect(take()).rejects.toMatchObject({ code: 'local.file-unreadable' });
  });
});
