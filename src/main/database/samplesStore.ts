import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import type { Vitals } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { explainDatabaseError } from './databaseErrors.ts';
import { type Migration, migrate } from './migrate.ts';
import { packVitals, unpackVitals } from './packVitals.ts';

/** Every migration of `samples.db`, oldest first. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE servers (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE vitals (
        server INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        figures BLOB NOT NULL,
        PRIMARY KEY (server, at_ms)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** Samples of one server, in order of time. */
export interface ServerSamples {
  serverId: ServerId;
  samples: Vitals[];
}

/**
 * The samples database, used by its worker. Samples are kept in memory until `flush`: one row per server and time is cheap only when
 * many are written together. What was not flushed is lost with the process.
 */
export class SamplesStore {
  readonly file: string;
  readonly #connection: Connection;
  readonly #waiting = new Map<ServerId, Vitals[]>();

  /**
   * Opens `samples.db`. A damaged file is set aside as `samples.db.unreadable` and a new one begun: figures of the past are not worth
   * a refusal to start. Throws `database.from-future` and `local.disk-full`.
   */
  constructor(directory: string, log: (event: string, fields: Record<string, unknown>) => void) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.file = join(directory, 'samples.db');
    try {
      this.#connection = openSamplesFile(this.file);
    } catch (error) {
      if (!AppError.is(error, 'database.unreadable')) throw error;
      log('database.samples-set-aside', { file: this.file, reason: error.data.reason });
      renameSync(this.file, `${this.file}.unreadable`);
      for (const suffix of ['-wal', '-shm']) rmSync(`${this.file}${suffix}`, { force: true });
      this.#connection = openSamplesFile(this.file);
    }
  }

  append(serverId: ServerId, sample: Vitals): void {
    const samples = this.#waiting.get(serverId);
    if (samples === undefined) this.#waiting.set(serverId, [sample]);
    else samples.push(sample);
  }

  /** Writes what waits, in one transaction in the order of the key. A second sample of the same time replaces the first. */
  flush(): void {
    if (this.#waiting.size === 0) return;
    const insertServer = this.#connection.prepare('INSERT INTO servers (id) VALUES (?) ON CONFLICT DO NOTHING');
    const numberOf = this.#connection.prepare<[string], number>('SELECT number FROM servers WHERE id = ?').pluck();
    const insert = this.#connection.prepare(
      'INSERT INTO vitals (server, at_ms, figures) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET figures = excluded.figures',
    );
    this.#explained(() =>
      this.#connection.transaction(() => {
        for (const [serverId, samples] of this.#waiting) {
          insertServer.run(serverId);
          const number = numberOf.get(serverId);
          for (const sample of samples) insert.run(number, Math.round(sample.observedAtMs), packVitals(sample));
        }
      })(),
    );
    this.#waiting.clear();
  }

  /** Samples with `fromMs <= time < toMs` of one server, or of all; those that wait to be flushed included. */
  query(serverId: ServerId | null, fromMs: number, toMs: number): ServerSamples[] {
    const found = new Map<ServerId, Map<number, Vitals>>();
    const put = (id: ServerId, sample: Vitals | null): void => {
      if (sample === null) return;
      const samples = found.get(id) ?? new Map<number, Vitals>();
      found.set(id, samples.set(Math.round(sample.observedAtMs), sample));
    };
    const select =
      'SELECT id, at_ms, figures FROM servers CROSS JOIN vitals ON server = number WHERE (@id IS NULL OR id = @id) AND at_ms >= @fromMs AND at_ms < @toMs';
    const rows = this.#explained(() =>
      this.#connection
        .prepare<{ id: string | null; fromMs: number; toMs: number }, { id: ServerId; at_ms: number; figures: Uint8Array }>(select)
        .all({ id: serverId, fromMs, toMs }),
    );
    for (const row of rows) put(row.id, unpackVitals(row.figures, row.at_ms));
    for (const [id, samples] of this.#waiting) {
      if (serverId !== null && id !== serverId) continue;
      for (const sample of samples) if (sample.observedAtMs >= fromMs && sample.observedAtMs < toMs) put(id, sample);
    }
    return [...found].map(([id, samples]) => ({ serverId: id, samples: [...samples.values()].sort((a, b) => a.observedAtMs - b.observedAtMs) }));
  }

  /** Deletes what is older, and servers of which nothing is left. Returns how many samples went. */
  prune(beforeMs: number): number {
    return this.#explained(() =>
      this.#connection.transaction(() => {
        const { changes } = this.#connection.prepare('DELETE FROM vitals WHERE at_ms < ?').run(beforeMs);
        this.#connection.exec('DELETE FROM servers WHERE NOT EXISTS (SELECT 1 FROM vitals WHERE server = number)');
        return changes;
      })(),
    );
  }

  close(): void {
    this.flush();
    this.#connection.close();
  }

  #explained<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw explainDatabaseError(error, this.file);
    }
  }
}

function openSamplesFile(file: string): Connection {
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(file, { timeout: 5000 });
    const found = connection.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new AppError('database.unreadable', { file, reason: String(found).slice(0, 500) });
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    migrate(connection, migrations, { file, beforeChange: () => {} });
    return connection;
  } catch (error) {
    connection?.close();
    throw explainDatabaseError(error, file);
  }
}
