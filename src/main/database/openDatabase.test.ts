import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { isUniqueBreach } from './databaseErrors.ts';
import { migrations } from './migrations.ts';
import { openDatabase } from './openDatabase.ts';
import { testDirectory } from './testDirectory.ts';

const fields = (name: string) => JSON.stringify({ name });
const server = (id: string, name: string) => ({ id, fields: fields(name), host_keys: '[]', demo: 0 as const, created_at_ms: 1, updated_at_ms: 1 });

function caught(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('is durable: WAL, full synchronisation, foreign keys on', () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  const pragma = (name: string) => database.first({ compile: () => ({ ...sql.raw(`PRAGMA ${name}`).compile(database.query) }) });
  expect(pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(pragma('synchronous')).toEqual({ synchronous: 2 });
  expect(pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
  database.close();
});

test('keeps rows over closing, derives the name, and refuses a second server of that name', () => {
  using directory = testDirectory();
  const first = openDatabase({ directory: directory.path });
  expect(first.run(first.query.insertInto('servers').values(server('srv_1', 'gpu-1')))).toBe(1);
  first.close();
  const second = openDatabase({ directory: directory.path });
  expect(second.all(second.query.selectFrom('servers').select(['id', 'name']))).toEqual([{ id: 'srv_1', name: 'gpu-1' }]);
  const error = caught(() => second.run(second.query.insertInto('servers').values(server('srv_2', 'gpu-1'))));
  expect(isUniqueBreach(error)).toBe(true);
  expect(isUniqueBreach(new Error('x'))).toBe(false);
  second.close();
});

test('facts go with their server', () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  database.run(database.query.insertInto('servers').values(server('srv_1', 'gpu-1')));
  database.run(database.query.insertInto('facts').values({ server_id: 'srv_1', facts: '{}', collected_at_ms: 1 }));
  database.run(database.query.deleteFrom('servers'));
  expect(database.all(database.query.selectFrom('facts').selectAll())).toEqual([]);
  database.close();
});

test('a transaction that throws leaves nothing, a nested one only its own part', () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  const put = (key: string) => database.run(database.query.insertInto('settings').values({ key, value: '1', updated_at_ms: 1 }));
  const keys = () => database.all(database.query.selectFrom('settings').select('key').orderBy('key')).map((row) => row.key);
  expect(() =>
    database.transaction(() => {
      put('a');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(keys()).toEqual([]);
  database.transaction(() => {
    put('b');
    expect(() =>
      database.transaction(() => {
        put('c');
        throw new Error('inner');
      }),
    ).toThrow('inner');
  });
  expect(keys()).toEqual(['b']);
  expect(() => database.transaction(async () => put('d'))).toThrow('must not be async');
  expect(keys()).toEqual(['b']);
  database.close();
});

test('kysely runs single statements by itself and refuses its asynchronous transactions', async () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  await database.query.insertInto('settings').values({ key: 'a', value: '1', updated_at_ms: 1 }).execute();
  expect(await database.query.selectFrom('settings').select('value').execute()).toEqual([{ value: '1' }]);
  await expect(database.query.transaction().execute(async () => {})).rejects.toThrow('Database.transaction');
  database.close();
});

test('a slow query is logged without its values', () => {
  using directory = testDirectory();
  const seen: unknown[] = [];
  let clockMs = 0;
  const database = openDatabase({ directory: directory.path, log: (event, detail) => seen.push([event, detail]), monotonicMs: () => (clockMs += 41) });
  database.first(database.query.selectFrom('settings').select('value').where('key', '=', 'very private'));
  expect(seen).toEqual([['database.slow-query', { sql: 'select "value" from "settings" where "key" = ?', tookMs: 41 }]]);
  database.close();
});

test('a database from the future is refused and left as it was', () => {
  using directory = testDirectory();
  openDatabase({ directory: directory.path }).close();
  const file = join(directory.path, 'pilothouse.db');
  const raw = new Sqlite(file);
  raw.pragma('user_version = 99');
  raw.close();
  const error = caught(() => openDatabase({ directory: directory.path }));
  expect(AppError.is(error, 'database.from-future') && error.data).toEqual({ file, found: 99, supported: migrations.length });
  const again = new Sqlite(file);
  expect(again.pragma('user_version', { simple: true })).toBe(99);
  again.close();
});

test('a file that is no database is unreadable and left as it was', () => {
  using directory = testDirectory();
  const file = join(directory.path, 'pilothouse.db');
  writeFileSync(file, 'these are notes, not a database'.repeat(100));
  const before = readFileSync(file);
  const error = caught(() => openDatabase({ directory: directory.path }));
  expect(AppError.is(error, 'database.unreadable') && error.data.file).toBe(file);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a damaged page is found at opening', () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  for (let n = 0; n < 200; n += 1) {
    database.run(database.query.insertInto('settings').values({ key: `k${n}`, value: JSON.stringify('x'.repeat(500)), updated_at_ms: n }));
  }
  database.close();
  const file = join(directory.path, 'pilothouse.db');
  const bytes = readFileSync(file);
  bytes.fill(0x5a, bytes.length - 3 * 4096, bytes.length - 4096);
  writeFileSync(file, bytes);
  expect(
    AppError.is(
      caught(() => openDatabase({ directory: directory.path })),
      'database.unreadable',
    ),
  ).toBe(true);
});

test('a truncated file is found at opening', () => {
  using directory = testDirectory();
  openDatabase({ directory: directory.path }).close();
  const file = join(directory.path, 'pilothouse.db');
  truncateSync(file, statSync(file).size - 4096);
  expect(
    AppError.is(
      caught(() => openDatabase({ directory: directory.path })),
      'database.unreadable',
    ),
  ).toBe(true);
});

test('a data directory that cannot be made is unreadable', () => {
  using directory = testDirectory();
  writeFileSync(join(directory.path, 'file'), '');
  const error = caught(() => openDatabase({ directory: join(directory.path, 'file', 'data') }));
  expect(AppError.is(error, 'database.unreadable')).toBe(true);
});

test('a full disk has its own code and rolls the transaction back', () => {
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  database.first({ compile: () => sql.raw('PRAGMA max_page_count = 60').compile(database.query) });
  const error = caught(() =>
    database.transaction(() => {
      for (let n = 0; n < 100; n += 1) {
        database.run(database.query.insertInto('settings').values({ key: `k${n}`, value: JSON.stringify('x'.repeat(4000)), updated_at_ms: n }));
      }
    }),
  );
  expect(AppError.is(error, 'local.disk-full') && error.data.path).toBe(database.file);
  expect(database.all(database.query.selectFrom('settings').select('key'))).toEqual([]);
  database.close();
});

test('the file is backed up before a schema change, and the copy opens with the data of before', () => {
  using directory = testDirectory();
  const first = openDatabase({ directory: directory.path });
  first.run(first.query.insertInto('settings').values({ key: 'kept', value: '1', updated_at_ms: 1 }));
  first.close();
  const version = migrations.length;
  const next = { version: version + 1, sql: 'ALTER TABLE settings ADD COLUMN added TEXT; DELETE FROM settings;' };
  const events: unknown[] = [];
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  const log = (event: string, detail: Record<string, unknown>) => events.push([event, detail]);
  openDatabase({ directory: directory.path, migrations: [...migrations, next], log, nowMs: () => nowMs }).close();
  const backup = join(directory.path, 'backups', `pilothouse-v${version}-2026-01-02T03-04-05-000Z.db`);
  expect(events).toEqual([['database.backup', { path: backup }]]);
  expect(existsSync(`${backup}.tmp`)).toBe(false);

  using restored = testDirectory();
  copyFileSync(backup, join(restored.path, 'pilothouse.db'));
  const old = openDatabase({ directory: restored.path });
  expect(old.all(old.query.selectFrom('settings').select('key'))).toEqual([{ key: 'kept' }]);
  old.close();
});

test('a migration that fails leaves the version before it', () => {
  using directory = testDirectory();
  openDatabase({ directory: directory.path }).close();
  const broken = { version: migrations.length + 1, sql: 'DELETE FROM settings; CREATE TABLE settings (x);' };
  expect(() => openDatabase({ directory: directory.path, migrations: [...migrations, broken] })).toThrow('already exists');
  openDatabase({ directory: directory.path }).close();
});

test('what is committed to be synchronised later is there at once, and stays when it was', async () => {
  using directory = testDirectory();
  const first = openDatabase({ directory: directory.path });
  const add = (number: number) => first.run(first.query.insertInto('servers').values(server(`srv_${number}`, `gpu-${number}`)));
  first.transactionToSync(() => add(1));
  await first.sync();
  first.transactionToSync(() => add(2));
  first.syncNow();
  expect(() => first.transaction(() => first.transactionToSync(() => add(3)))).toThrow('stands alone');
  const pragma = first.first({ compile: () => ({ ...sql.raw('PRAGMA synchronous').compile(first.query) }) });
  expect(pragma).toEqual({ synchronous: 2 });
  first.close();
  const second = openDatabase({ directory: directory.path });
  expect(second.all(second.query.selectFrom('servers').select('name')).map(({ name }) => name)).toEqual(['gpu-1', 'gpu-2']);
  second.close();
});
