import { closeSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openReadingsFile, readingsFile } from './openReadingsFile.ts';
import { a, freshDirectory, hostReadings, hour, named, settle, start, testStore } from './testReadings.ts';

test('a new file gives pages back, has small ones, and does not wait for the disk at each commit', () => {
  const directory = freshDirectory();
  const connection = openReadingsFile(directory, () => {});
  const pragmas = ['page_size', 'auto_vacuum', 'journal_mode', 'synchronous'].map((name) => connection.pragma(name, { simple: true }));
  expect(pragmas).toEqual([1024, 2, 'wal', 1]);
  connection.close();
});

test('damage that a query meets has the file checked whole at the next opening', () => {
  const directory = freshDirectory();
  const file = readingsFile(directory);
  const first = testStore({ directory });
  for (let at = 0; at < hour; at += 5000) first.store.append(a, start + at, hostReadings({ load1: Math.sqrt(at), load5: Math.sqrt(at + 1) }));
  first.store.close();
  const { store } = testStore({ directory });
  const raw = new Sqlite(file);
  const root = Number(raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'moments'").pluck().get());
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, new Uint8Array(1024).fill(0xaa), 0, 1024, (root - 1) * 1024);
  closeSync(descriptor);
  // What another one writes makes the store read its pages anew.
  raw.exec("INSERT INTO bounds VALUES ('other', 0)");
  raw.close();
  const query = () => store.query({ serverId: a, series: named('load1'), fromMs: start, toMs: start + hour, maxPoints: 1000 });
  expect(query).toThrow(expect.objectContaining({ code: 'database.unreadable' }));
  expect(existsSync(`${file}.suspect`)).toBe(true);
  store.close();
  const again = testStore({ directory });
  expect(again.events.map(({ event }) => event)).toEqual(['database.readings-set-aside']);
  expect([existsSync(`${file}.unreadable`), existsSync(`${file}.suspect`)]).toEqual([true, false]);
  expect(again.store.append(a, start, hostReadings({ load1: 1 }))).toBe(true);
  settle(again.store);
});

test('a suspicion that proves wrong is forgotten', () => {
  const directory = freshDirectory();
  testStore({ directory }).store.close();
  const marker = `${readingsFile(directory)}.suspect`;
  writeFileSync(marker, '');
  const { events } = testStore({ directory });
  expect([events, existsSync(marker)]).toEqual([[], false]);
});
