import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import { lookAtKeyFile } from '../../remote/keyFile.ts';
import type { RemoteTarget } from '../../remote/remote.ts';
import { openTestRemote, type TestRemote } from '../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { readKeysFile } from './authorizedKeysFile.ts';
import { installOperation, type KeyOperationsPorts, removeOperation } from './keyOperations.ts';
import { LocalKeys } from './localKeys.ts';

let directory: string;
let sshd: TestSshd;
let remote: TestRemote;
let target: RemoteTarget;
let server: Server;
let notes: string;
let switched: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ph-keys-'));
  sshd = await startTestSshd({ config: [`AuthorizedKeysFile %h/none ${join(directory, 'keys-of-%u')}`] });
  // The file is where sshd of this test looks, and where the script finds it: in the home of the session.
  mkdirSync(join(sshd.directory, '.ssh'), { mode: 0o700 });
  copyFileSync(`${sshd.keyPath}.pub`, file());
  chmodSync(file(), 0o640);
  symlinkSync(file(), join(directory, `keys-of-${sshd.user}`));
  target = sshd.target();
  remote = openTestRemote([target]);
  server = { id: target.serverId, name: target.name, user: sshd.user, auth: { kind: 'key', path: sshd.keyPath } } as Server;
  notes = '';
  switched = [];
});
afterEach(async () => {
  await remote.remote.close();
  await sshd.stop();
  rmSync(directory, { recursive: true, force: true });
});

const file = () => join(sshd.directory, '.ssh', 'authorized_keys');
const held = () => readFileSync(file(), 'utf8');
const ports: KeyOperationsPorts = {
  byId: () => server,
  authWith: (_server, path) => ({ kind: 'key', path, passphrase: async () => null }),
  switchToKey: async (_server, path, gone = []) => void switched.push([path, ...gone].join(' instead of ')),
  fingerprintOf: async (path) => (await lookAtKeyFile(path))?.fingerprint ?? null,
};
function context(): CellContext {
  return {
    ...{ operationId: 'op_test' as OperationId, serverId: server.id, serverName: server.name, stepId: 's', attempt: 1, signal: new AbortController().signal },
    remote: remote.server(target),
    phase: () => {},
    output: async (_stream, text) => {
      notes += text;
    },
    effect: async (_name, _effect, body) => body(),
    started: () => false,
    job: async () => ({ exitCode: 0, tail: '' }),
    ask: () => {
      throw new Error('nothing is asked here');
    },
    memory: { get: () => undefined, set: () => {} },
  };
}
const local = () => new LocalKeys({ directory: join(directory, 'own'), inUse: () => [{ path: sshd.keyPath, server: server.name }] });
async function made(name: string, passphrase?: string) {
  return local().generate({ name, passphrase });
}
const install = async (key: { path: string; publicKey: string; fingerprint: string }, use = false): Promise<CellOutcome> =>
  installOperation(ports).runCell({ key, user: null, use }, context());
const remove = async (fingerprint: string, takeOver: { path: string; publicKey: string; fingerprint: string } | null = null): Promise<CellOutcome> =>
  removeOperation(ports).runCell({ fingerprint, user: null, takeOver }, context());
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((e: unknown) => e);
  return error instanceof AppError ? error.code : String(error);
}

describe('keys of this computer', () => {
  it('are made for nobody else to read, as OpenSSH can, and never over another', async () => {
    const plain = await made('laptop');
    expect(plain).toMatchObject({ name: 'laptop', type: 'ssh-ed25519', bits: 256, comment: 'laptop', encrypted: false, own: true, usedBy: [] });
    expect([statSync(plain.path).mode & 0o777, statSync(join(directory, 'own')).mode & 0o777]).toEqual([0o600, 0o700]);
    const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' });
    expect(keygen('-lf', plain.path)).toContain(plain.fingerprint);
    const locked = await made('locked', 'open sesame');
    expect(locked).toMatchObject({ encrypted: true });
    expect(keygen('-y', '-P', 'open sesame', '-f', locked.path)).toContain(locked.publicKey.split(' ')[1]);
    expect(readFileSync(locked.path, 'utf8')).not.toContain('sesame');
    expect(await codeOf(made('laptop'))).toBe('key.exists');
    expect(await codeOf(local().generate({ name: 'x', path: 'relative/x' }))).toBe('key.unusable');
    expect(await codeOf(local().find('nothing'))).toBe('key.not-found');
    const elsewhere = await local().generate({ name: 'x', path: join(directory, 'chosen', 'x') });
    expect(await local().find(elsewhere.path)).toMatchObject({ own: false });
    expect((await local().list()).map(({ name, usedBy }) => [name, usedBy])).toEqual([
      ['laptop', []],
      ['locked', []],
      ['login', [server.name]],
    ]);
  });
});

describe('keys on servers', () => {
  it('are installed beside the others, proved by a fresh login, and put to use', async () => {
    const before = `# of ada\n${held()}from="10.0.0.0/8,::1",command="echo \\"hi\\"" ssh-rsa AAAA broken\n\xe4\xf6`;
    writeFileSync(file(), Buffer.from(before, 'latin1'));
    const key = await made('laptop');
    expect(await install(key, true)).toMatchObject({ state: 'done', detail: expect.stringContaining('a fresh login') });
    expect(readFileSync(file(), 'latin1')).toBe(`${before}\n${key.publicKey}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(switched).toEqual([key.path]);
    expect(notes).toMatch(/Logged in freshly with SHA256:/);
    expect(await install(key)).toMatchObject({ state: 'satisfied' });
    const read = await readKeysFile({ server: 'x', remote: remote.server(target), user: undefined, sudo: false });
    expect(read).toMatchObject({ user: sshd.user, file: file() });
  });

  it('that cannot log in are not left behind', async () => {
    const key = await made('laptop');
    const before = held();
    appendFileSync(join(sshd.directory, 'revoked'), `${key.publicKey}\n`);
    const wrong = { ...(await made('other')), publicKey: key.publicKey };
    expect(await codeOf(install(wrong))).toBe('key.not-proved');
    expect(held()).toBe(before);
  });

  it('go, but not the one that carries us unless another was proved', async () => {
    const carrier = (await lookAtKeyFile(sshd.keyPath))?.fingerprint ?? '';
    const key = await made('laptop');
    expect(await codeOf(remove(carrier))).toBe('key.carries-us');
    expect(await codeOf(remove(carrier, key))).toBe('key.not-proved');
    expect(held()).toContain('ssh-ed25519');
    await install(key);
    // A further key of the record takes over by itself.
    server = { ...server, auth: { kind: 'key', path: sshd.keyPath, others: [key.path] } };
    expect(await remove(carrier)).toMatchObject({ state: 'done', detail: expect.stringContaining(key.fingerprint) });
    expect(held()).toBe(`${key.publicKey}\n`);
    expect(switched).toEqual([`${key.path} instead of ${sshd.keyPath}`]);
    expect(await remove(carrier)).toMatchObject({ state: 'satisfied' });
  });

  it('come back when there is no login without them', async () => {
    const key = await made('laptop');
    await install(key);
    // We are let in by one key, and the record says another: a fresh login has to be had before the first is given up.
    target = { ...target, auth: { kind: 'key', path: key.path, passphrase: async () => null } };
    const before = held();
    expect(await codeOf(remove(key.fingerprint))).toBe('key.not-proved');
    expect(held()).toBe(before);
  });
});
