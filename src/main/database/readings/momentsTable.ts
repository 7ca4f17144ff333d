import type { Database as Connection } from 'better-sqlite3';
import type { Dictionary } from './dictionary.ts';
import { type Columns, packHour, unpackHour } from './hourBlock.ts';
import { chosenOf, type Layout, layoutFor, type Moment, mergeInOrder, mergeMoments } from './moments.ts';

export const hourMs = 3_600_000;

const noSeries = layoutFor([]);

interface HotRow {
  at_ms: number;
  layout: number;
  figures: Uint8Array;
}

interface HourRow {
  hour: number;
  layout: number;
  block: Uint8Array;
}

/** What is written of moments: rows, and packed hours. Where both have a time, the row came later and its values count. */
export class MomentsTable {
  readonly #dictionary: Dictionary;
  readonly #log: (event: string, fields: Record<string, unknown>) => void;
  readonly #statements;

  constructor(connection: Connection, dictionary: Dictionary, log: (event: string, fields: Record<string, unknown>) => void) {
    this.#dictionary = dictionary;
    this.#log = log;
    this.#statements = {
      insert: connection.prepare<[number, number, number, Uint8Array]>(
        'INSERT INTO moments (server, at_ms, layout, figures) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ),
      update: connection.prepare<[number, Uint8Array, number, number]>('UPDATE moments SET layout = ?, figures = ? WHERE server = ? AND at_ms = ?'),
      rows: connection.prepare<[number, number, number], HotRow>(
        'SELECT at_ms, layout, figures FROM moments WHERE server = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
      ),
      hours: connection.prepare<[number, number, number], HourRow>(
        'SELECT hour, layout, block FROM hours WHERE server = ? AND hour >= ? AND hour < ? ORDER BY hour',
      ),
      countRows: connection.prepare<[number, number, number], number>('SELECT count(*) FROM moments WHERE server = ? AND at_ms >= ? AND at_ms < ?').pluck(),
      countHours: connection
        .prepare<[number, number, number], number>('SELECT coalesce(sum(moments), 0) FROM hours WHERE server = ? AND hour >= ? AND hour < ?')
        .pluck(),
      oldest: connection.prepare<[number], number>('SELECT at_ms FROM moments WHERE server = ? ORDER BY at_ms LIMIT 1').pluck(),
      newest: connection.prepare<[number], number>('SELECT at_ms FROM moments WHERE server = ? ORDER BY at_ms DESC LIMIT 1').pluck(),
      newestHour: connection.prepare<[number], number>('SELECT hour FROM hours WHERE server = ? ORDER BY hour DESC LIMIT 1').pluck(),
      putHour: connection.prepare<[number, number, number, number, Uint8Array]>(
        `INSERT INTO hours (server, hour, layout, moments, block) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET layout = excluded.layout, moments = excluded.moments, block = excluded.block`,
      ),
      deleteRows: connection.prepare<[number, number, number]>('DELETE FROM moments WHERE server = ? AND at_ms >= ? AND at_ms < ?'),
      deleteHours: connection.prepare<[number, number, number, number]>(
        'DELETE FROM hours WHERE server = ? AND hour IN (SELECT hour FROM hours WHERE server = ? AND hour < ? ORDER BY hour LIMIT ?)',
      ),
    };
  }

  /** Writes a moment, within a transaction. A row of that time is added to. */
  put(server: number, moment: Moment): Layout {
    if (this.#statements.insert.run(server, moment.atMs, moment.layout.number, bytesOf(moment.values)).changes === 1) return moment.layout;
    const [same] = this.#rows(server, moment.atMs, moment.atMs + 1);
    const merged = same === undefined ? moment : mergeMoments(same, moment, this.#dictionary.layoutOf);
    this.#statements.update.run(merged.layout.number, bytesOf(merged.values), server, moment.atMs);
    return merged.layout;
  }

  /** Moments with `fromMs <= time < toMs`, in order of time; with `wanted`, only its series. */
  read(server: number, fromMs: number, toMs: number, wanted: Layout | null): Moment[] {
    const rows = this.#rows(server, fromMs, toMs).map((row) => (wanted === null ? row : chosenOf(row, wanted)));
    const packed = this.#statements.hours
      .all(server, floorHour(fromMs), toMs)
      .flatMap((row) => this.#unpack(server, row, wanted).filter(({ atMs }) => atMs >= fromMs && atMs < toMs));
    return mergeInOrder(packed, rows, wanted === null ? this.#dictionary.layoutOf : () => wanted);
  }

  /** As many as `read` would give, and those twice that are packed and have a later row. */
  count(server: number, fromMs: number, toMs: number): number {
    const [firstWhole, lastHour] = [Math.ceil(fromMs / hourMs) * hourMs, floorHour(toMs)];
    const whole = this.#statements.countHours.get(server, firstWhole, lastHour) ?? 0;
    const cut = [...new Set([floorHour(fromMs), lastHour])]
      .filter((hour) => (hour < firstWhole || hour >= lastHour) && hour < toMs)
      .flatMap((hour) => this.#statements.hours.all(server, hour, hour + 1))
      .flatMap((row) => this.#unpack(server, row, noSeries))
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    return whole + cut.length + (this.#statements.countRows.get(server, fromMs, toMs) ?? 0);
  }

  /** The time of the first row that is not packed; undefined where there is none. */
  oldestRow(server: number): number | undefined {
    return this.#statements.oldest.get(server);
  }

  /** No moment that is written is later than this. */
  newest(server: number): number {
    const hour = this.#statements.newestHour.get(server);
    return Math.max(this.#statements.newest.get(server) ?? Number.NEGATIVE_INFINITY, hour === undefined ? Number.NEGATIVE_INFINITY : hour + hourMs - 1);
  }

  /** Packs all of a server's hour into one block in place of its rows, within a transaction. Returns the layout of the block. */
  packHour(server: number, hour: number): Layout | null {
    const moments = this.read(server, hour, hour + hourMs, null);
    if (moments.length === 0) return null;
    const layout = this.#dictionary.layoutOf([...new Set(moments.flatMap((moment) => moment.layout.series))].sort((a, b) => a - b));
    const columns: Columns = { atMs: moments.map(({ atMs }) => atMs), values: layout.series.map(() => new Float32Array(moments.length)) };
    for (const [index, moment] of moments.entries()) {
      const { values } = chosenOf(moment, layout);
      for (const [place, column] of columns.values.entries()) column[index] = values[place] ?? Number.NaN;
    }
    this.#statements.putHour.run(server, hour, layout.number, moments.length, packHour(hour, columns));
    this.#statements.deleteRows.run(server, hour, hour + hourMs);
    return layout;
  }

  /** Deletes packed hours before a time, so many at most. Returns how many went. */
  deleteHours(server: number, beforeMs: number, limit: number): number {
    return this.#statements.deleteHours.run(server, server, beforeMs, limit).changes;
  }

  #rows(server: number, fromMs: number, toMs: number): Moment[] {
    return this.#statements.rows.all(server, fromMs, toMs).flatMap((row) => {
      const layout = this.#dictionary.layout(row.layout);
      return layout === null ? [] : [{ atMs: row.at_ms, layout, values: floatsOf(row.figures) }];
    });
  }

  /** An hour that cannot be unpacked is as good as none, and told of. */
  #unpack(server: number, { hour, layout: number, block }: HourRow, wanted: Layout | null): Moment[] {
    const layout = this.#dictionary.layout(number);
    if (layout === null) return [];
    const target = wanted ?? layout;
    try {
      const { atMs, values } = unpackHour(
        hour,
        block,
        target.series.map((series) => layout.placeOf.get(series) ?? null),
      );
      return atMs.map((time, index) => {
        const own = values.map((column) => column?.[index] ?? Number.NaN);
        return { atMs: time, layout: target, values: own };
      });
    } catch (error) {
      this.#log('database.readings-hour-unreadable', { server, hour, error: error instanceof Error ? error.message : String(error) });
      return [];
    }
  }
}

/** The hour in which a time lies. */
export function floorHour(atMs: number): number {
  return Math.floor(atMs / hourMs) * hourMs;
}

function bytesOf(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Buffers of SQLite need not begin where a float may. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const isAligned = bytes.byteOffset % 4 === 0;
  const own = isAligned ? bytes : new Uint8Array(bytes);
  return new Float32Array(own.buffer, own.byteOffset, Math.floor(own.byteLength / 4));
}
