import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { readingsMigrations } from './readingsMigrations.ts';

test('there is one row for a server and time, and one number for a series', () => {
  const connection = new Sqlite(':memory:');
  migrate(connection, readingsMigrations, { file: ':memory:', beforeChange: () => {} });
  connection.exec("INSERT INTO series VALUES (1, '', 'load1'); INSERT INTO moments VALUES (1, 5, 1, x'00')");
  expect(() => connection.exec("INSERT INTO series VALUES (2, '', 'load1')")).toThrow('UNIQUE');
  expect(() => connection.exec("INSERT INTO moments VALUES (1, 5, 1, x'01')")).toThrow('UNIQUE');
  expect(() => connection.exec("INSERT INTO layouts VALUES (1, 'text', 0)")).toThrow('TEXT');
});
