import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { type ActivityService, createActivityService } from './activityService.ts';
import { readLine } from './ledgerLine.ts';
import type { NewEntry } from './newEntry.ts';

/** A key's line and fingerprint as OpenSSH has them. */
const blob = (key: KeyObject) =>
  Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')]);
const line = (key: KeyObject) => `ssh-ed25519 ${blob(key).toString('base64')}`;
const print = (key: KeyObject) => `SHA256:${createHash('sha256').update(blob(key)).digest('base64').replace('=', '')}`;
const keys = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
const srv = { id: 'srv_1' as ServerId, name: 'gpu-1' };
let directory: ReturnType<typeof testDirectory>;
let closing: (() => Promise<void>)[];
/** What happens to a command before it begins, and to its answer. */
let faults: { before?: () => void; after?: () => void };

interface Laptop {
  activity: ActivityService;
  database: Database;
  directory: string;
  reach(): void;
}

/** A laptop with a key of its own; opened again by the same name it is its next life. */
function laptop(who: string): Laptop {
  const path = join(directory.path, who);
  const key = keys.get(who) ?? generateKeyPairSync('ed25519');
  keys.set(who, key);
  const database = openDatabase({ directory: path });
  let listener: (id: ServerId) => void = () => {};
  const activity = createActivityService({
    ...{ database, directory: path, who: () => who, nowMs: () => 1_700_000_000_000, log: () => {}, retryMs: 20 },
    operations: { onChange: () => () => {} } as unknown as Operations,
    identity: {
      sign: (text) => ({ key: print(key.publicKey), signature: sign(null, Buffer.from(text), key.privateKey).toString('base64') }),
      check({ key: name, text, signature }) {
        const known = [...keys.values()].find((each) => print(each.publicKey) === name);
        return known === undefined ? 'unknown-key' : verify(null, Buffer.from(text), known.publicKey, Buffer.from(signature, 'base64')) ? 'good' : 'bad';
      },
      nameOf: (name) => name,
      keys: () => [...keys].map(([name, { publicKey }]) => `${line(publicKey)} ${name}`),
    },
    remote: () => server,
    onReached(told) {
      listener = told;
      return () => {};
    },
    server: (id) => (id === srv.id ? { ...srv, demo: false } : null),
    select: () => [srv],
    mask: (data) => JSON.parse(JSON.stringify(data).replaceAll('canary-4711', '[secret]')) as typeof data,
  });
  let closed = false;
  closing.push(async () => {
    if (closed) return;
    closed = true;
    await activity.close();
    database.close();
  });
  return { activity, database, directory: path, reach: () => listener(srv.id) };
}

const server: Pick<RemoteServer, 'exec' | 'stateDirectory'> = {
  stateDirectory: async () => ({ path: serverDirectory(), sudo: false }),
  async exec({ script, env, stdin }) {
    faults.before?.();
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
      env: { PATH: process.env['PATH'], ...env },
      input: (stdin as Uint8Array | undefined) ?? '',
      encoding: 'utf8',
    });
    faults.after?.();
    return { exitCode: status, signal: null, stdout, stderr };
  },
};
const serverDirectory = () => {
  const path = join(directory.path, 'server');
  mkdirSync(path, { recursive: true });
  return path;
};
const lost = () => {
  throw new AppError('ssh.connection-lost', { server: 'gpu-1' });
};
const ledgerOnServer = () => join(serverDirectory(), 'activity.jsonl');
const lines = () => readFileSync(ledgerOnServer(), 'utf8').trimEnd().split('\n');
const entry = (what: string, change: Partial<NewEntry> = {}): NewEntry => ({
  ...{ action: 'files.save', outcome: 'done', what, servers: [srv], dedupe: null, onServers: true },
  ...change,
});

beforeEach(() => {
  directory = testDirectory();
  closing = [];
  faults = {};
});
afterEach(async () => {
  for (const close of closing) await close();
  directory[Symbol.dispose]();
});

test('what was done is here and on the server, in order, and both agree', async () => {
  const { activity } = laptop('Ada');
  activity.record(entry('one'));
  activity.record(entry('two', { dedupe: 'once' }));
  activity.record(entry('two', { dedupe: 'once' }));
  activity.record(entry('only here', { onServers: false }));
  await activity.settled();
  expect(lines().map((line) => readLine(line)?.entry.what)).toEqual(['one', 'two']);
  expect(statSync(ledgerOnServer()).mode & 0o777).toBe(0o600);
  expect(activity.list({ limit: 2 })).toMatchObject({ records: [{ seq: 3, entry: { what: 'only here' } }, { seq: 2 }], more: true, total: 3 });
  expect(activity.copies.get(srv.id)).toMatchObject({ pending: 0, delivered: 2, problem: null });
  const verified = await activity.verify({ laptopOnly: false });
  expect(verified).toMatchObject({
    ok: true,
    ledgers: [
      { server: null, records: 3 },
      { server: 'gpu-1', records: 2 },
    ],
  });
});

test('what waits while a server is out of reach comes once it is reached, across lives of the core', async () => {
  faults = { before: lost };
  const first = laptop('Ada');
  for (const what of ['one', 'two', 'three']) first.activity.record(entry(what));
  await first.activity.settled();
  expect(first.activity.copies.get(srv.id)).toMatchObject({ pending: 3, delivered: 0, problem: 'ssh.connection-lost' });
  expect(existsSync(ledgerOnServer())).toBe(false);
  await closing.pop()?.();
  const second = laptop('Ada');
  second.activity.resume();
  second.activity.record(entry('four'));
  await second.activity.settled();
  faults = {};
  second.reach();
  await expect.poll(() => second.activity.copies.get(srv.id)?.pending).toBe(0);
  expect(lines().map((line) => readLine(line)?.entry.what)).toEqual(['one', 'two', 'three', 'four']);
  expect((await second.activity.verify({ laptopOnly: false })).ok).toBe(true);
});

test('an answer that is lost after the lines were written does not write them twice', async () => {
  const { activity, reach } = laptop('Ada');
  activity.record(entry('one'));
  await activity.settled();
  faults = { after: lost };
  activity.record(entry('two'));
  await activity.settled();
  expect(lines()).toHaveLength(2);
  expect(activity.copies.get(srv.id)).toMatchObject({ pending: 1, problem: 'ssh.connection-lost' });
  faults = {};
  reach();
  await expect.poll(() => activity.copies.get(srv.id)?.pending).toBe(0);
  expect(lines().map((line) => readLine(line)?.entry.what)).toEqual(['one', 'two']);
});

test('two laptops that write at once make one chain, with every entry once', async () => {
  const [ada, grace] = [laptop('Ada'), laptop('Grace')];
  for (let index = 0; index < 12; index += 1) {
    ada.activity.record(entry(`Ada ${index}`));
    grace.activity.record(entry(`Grace ${index}`));
    if (index % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await expect.poll(() => [ada, grace].map(({ activity }) => activity.copies.get(srv.id)?.pending)).toEqual([0, 0]);
  const all = lines().map((line) => readLine(line));
  expect(all.map((record) => record?.seq)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  for (const who of ['Ada', 'Grace'])
    expect(all.filter((record) => record?.entry.who === who).map((record) => record?.entry.what)).toEqual(
      Array.from({ length: 12 }, (_, index) => `${who} ${index}`),
    );
  for (const { activity } of [ada, grace]) expect(await activity.verify({ laptopOnly: false })).toMatchObject({ ok: true });
  // Each has now seen what the other wrote: it cannot be cut off unnoticed by either.
  writeFileSync(ledgerOnServer(), `${lines().slice(0, -1).join('\n')}\n`);
  for (const { activity } of [ada, grace])
    expect((await activity.verify({ laptopOnly: false })).ledgers[1]?.findings).toContainEqual(expect.objectContaining({ kind: 'cut', seq: 24 }));
});

test("tampering with a server's copy is found with its place, and stays to be found after new entries", async () => {
  const { activity } = laptop('Ada');
  for (const what of ['one', 'two', 'three', 'four']) activity.record(entry(what));
  await activity.settled();
  const good = readFileSync(ledgerOnServer(), 'utf8');
  const findings = async () => (await activity.verify({ laptopOnly: false })).ledgers[1]?.findings.map(({ kind, line, seq }) => [kind, line, seq]);
  writeFileSync(ledgerOnServer(), good.replace('"what":"two"', '"what":"too"'));
  expect(await findings()).toEqual([
    ['changed', 2, 2],
    ['differs', 2, 2],
  ]);
  writeFileSync(ledgerOnServer(), `${good.split('\n').slice(0, 2).join('\n')}\n`);
  expect(await findings()).toEqual([
    ['cut', 2, 4],
    ['missing-there', null, 3],
    ['missing-there', null, 4],
  ]);
  activity.record(entry('five'));
  await activity.settled();
  expect(await findings()).toEqual([
    ['removed', 3, 3],
    ['missing-there', null, 3],
    ['missing-there', null, 4],
  ]);
  truncateSync(ledgerOnServer());
  expect(await findings()).toContainEqual(['cut', null, 5]);
});

test('a ledger that was cut in the database of the laptop is told by the head noted beside it, and by the servers', async () => {
  const { activity, database } = laptop('Ada');
  for (const what of ['one', 'two', 'three']) activity.record(entry(what));
  await activity.settled();
  await expect
    .poll(() => existsSync(join(directory.path, 'Ada', 'activity.head')) && readFileSync(join(directory.path, 'Ada', 'activity.head'), 'utf8'))
    .toContain('"seq":3');
  database.run(database.query.deleteFrom('activity_deliveries').where('seq', '=', 3));
  database.run(database.query.deleteFrom('activity_records').where('seq', '=', 3));
  const { ok, ledgers } = await activity.verify({ laptopOnly: false });
  expect(ok).toBe(false);
  expect(ledgers.map(({ findings }) => findings.map(({ kind, seq }) => [kind, seq]))).toEqual([[['cut', 3]], [['missing-here', 3]]]);
});

test('a line that a crash left half written goes, and what comes after it is whole', async () => {
  const { activity } = laptop('Ada');
  activity.record(entry('one'));
  await activity.settled();
  appendFileSync(ledgerOnServer(), '{"chain":"server-1","entr');
  activity.record(entry('two'));
  await activity.settled();
  expect(lines().map((line) => readLine(line)?.entry.what)).toEqual(['one', 'two']);
  expect((await activity.verify({ laptopOnly: false })).ok).toBe(true);
});

test('no secret that is known gets into either place', async () => {
  const { activity, directory: path } = laptop('Ada');
  activity.record(entry('Set token to canary-4711', { details: { reason: 'it was canary-4711' } }));
  await activity.settled();
  expect(readFileSync(ledgerOnServer(), 'utf8')).toContain('[secret]');
  expect(spawnSync('grep', ['-rla', 'canary-4711', path, serverDirectory()], { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '' });
});

describe('the verifier that is shipped', () => {
  const verifier = join(import.meta.dirname, '../../../../resources/activity/verifyLedger.mjs');
  const run = async (change: (text: string) => string) => {
    const { activity } = laptop('Ada');
    for (const what of ['one', 'two', 'three']) activity.record(entry(what));
    const { lines: exported, next, keys: known } = await activity.export({ afterSeq: 0, limit: 100 });
    expect(next).toBeNull();
    const [ledger, people] = [join(directory.path, 'ledger.jsonl'), join(directory.path, 'people.txt')];
    writeFileSync(ledger, change(`${exported.join('\n')}\n`));
    writeFileSync(people, `${known.join('\n')}\n`);
    const { status, stdout } = spawnSync(process.execPath, [verifier, ledger, people], { encoding: 'utf8' });
    return { status, stdout };
  };

  it('is thirty lines of code and needs nothing of Pilothouse', () => {
    const code = readFileSync(verifier, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(code.length).toBeLessThanOrEqual(30);
    expect(code.filter((line) => line.startsWith('import')).every((line) => line.includes("'node:"))).toBe(true);
  });
  it('agrees with a ledger as it was written', async () => {
    expect(await run((text) => text)).toEqual({ status: 0, stdout: expect.stringMatching(/^3 records, 0 findings, head [0-9a-f]{64}\n$/) });
  });
  it.each<[string, (text: string) => string, RegExp]>([
    ['changed', (text) => text.replace('"what":"two"', '"what":"too"'), /line 2: the signature is wrong/],
    ['removed', (text) => text.replace(/\n.*"what":"two".*\n/, '\n'), /line 2: record 3 stands where record 2 is expected/],
    ['reordered', (text) => text.trimEnd().split('\n').reverse().join('\n'), /line 1: record 3 stands where record 1 is expected/],
    ['of nobody', (text) => text.replace('"key":"', '"key":"x'), /line 1: signed with a key that is not in the list/],
  ])('finds a record that was %s', async (_what, change, expected) => {
    expect(await run(change)).toEqual({ status: 1, stdout: expect.stringMatching(expected) });
  });
});
