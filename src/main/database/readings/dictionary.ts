import type { Database as Connection } from 'better-sqlite3';
import type { ServerId } from '../../../shared/model/ids.ts';
import { type Layout, layoutFor } from './moments.ts';
import type { SeriesName } from './readingsTypes.ts';

const dayMs = 24 * 3_600_000;
/** How many of a server's layouts are tried for a moment that lacks some of their series. */
const triedLayouts = 4;

/**
 * The numbers that stand for servers, series and layouts in the tables. All are held in memory; new ones are given at once and written by `save` in
 * the transaction that first stores them. One process writes the file, so nobody else gives numbers.
 */
export class Dictionary {
  readonly #connection: Connection;
  #serverNumbers = new Map<ServerId, number>();
  #serverIds = new Map<number, ServerId>();
  #seriesNumbers = new Map<string, Map<string, number>>();
  #seriesNames = new Map<number, SeriesName>();
  #layouts = new Map<number, Layout>();
  #layoutsBySeries = new Map<string, Layout>();
  #recentLayouts = new Map<number, Layout[]>();
  #held = new Map<number, Set<number>>();
  #unsaved: (() => void)[] = [];
  #usedDays = new Map<string, number>();
  #next = { server: 1, series: 1, layout: 1 };

  constructor(connection: Connection) {
    this.#connection = connection;
    this.load();
  }

  /** Reads everything anew. Not while something is unsaved. */
  load(): void {
    for (const map of [this.#serverNumbers, this.#serverIds, this.#seriesNumbers, this.#seriesNames, this.#layouts, this.#layoutsBySeries]) map.clear();
    for (const map of [this.#recentLayouts, this.#held, this.#usedDays]) map.clear();
    const rows = <T>(sql: string) => this.#connection.prepare<[], T>(sql).all();
    for (const { number, id } of rows<{ number: number; id: ServerId }>('SELECT number, id FROM servers')) this.#putServer(number, id);
    for (const { number, ...name } of rows<{ number: number } & SeriesName>('SELECT number, subject, metric FROM series')) this.#putSeries(number, name);
    for (const { number, series } of rows<{ number: number; series: Uint8Array }>('SELECT number, series FROM layouts')) {
      this.#putLayout(layoutFor([...new Uint32Array(new Uint8Array(series).buffer)], number));
    }
    for (const { server, series } of rows<{ server: number; series: number }>('SELECT server, series FROM held')) this.#hold(server, series);
  }

  /** All servers of which anything is known, with their numbers. */
  get servers(): ReadonlyMap<ServerId, number> {
    return this.#serverNumbers;
  }

  serverNumber(id: ServerId): number {
    const known = this.#serverNumbers.get(id);
    if (known !== undefined) return known;
    const number = this.#next.server;
    this.#putServer(number, id);
    this.#unsaved.push(() => this.#connection.prepare('INSERT INTO servers (number, id) VALUES (?, ?)').run(number, id));
    return number;
  }

  seriesNumber(subject: string, metric: string): number {
    const known = this.#seriesNumbers.get(metric)?.get(subject);
    if (known !== undefined) return known;
    const number = this.#next.series;
    this.#putSeries(number, { subject, metric });
    this.#unsaved.push(() => this.#connection.prepare('INSERT INTO series (number, subject, metric) VALUES (?, ?, ?)').run(number, subject, metric));
    return number;
  }

  /** Numbers of a metric's series by subject; with a subject, of that one only. */
  seriesOfMetric(metric: string, subject: string | null): number[] {
    const subjects = this.#seriesNumbers.get(metric);
    if (subjects === undefined) return [];
    if (subject === null) return [...subjects.values()];
    const number = subjects.get(subject);
    return number === undefined ? [] : [number];
  }

  /** Throws where no series has the number, which no stored row can say. */
  seriesName(number: number): SeriesName {
    const name = this.#seriesNames.get(number);
    if (name === undefined) throw new Error(`series ${number} has no name`);
    return name;
  }

  /** Which series a server has or had. */
  heldBy(server: number): ReadonlySet<number> {
    return this.#held.get(server) ?? new Set();
  }

  /** A stored layout. Null where it is unknown, as in a file that was damaged. */
  layout(number: number): Layout | null {
    return this.#layouts.get(number) ?? null;
  }

  /** The layout of exactly these series, which ascend; a new one where none has them. */
  readonly layoutOf = (series: readonly number[]): Layout => {
    const key = series.join();
    const known = this.#layoutsBySeries.get(key);
    if (known !== undefined) return known;
    const layout = layoutFor([...series], this.#next.layout);
    this.#putLayout(layout);
    const bytes = new Uint8Array(Uint32Array.from(series).buffer);
    this.#unsaved.push(() => this.#connection.prepare('INSERT INTO layouts (number, series, used_day) VALUES (?, ?, 0)').run(layout.number, bytes));
    return layout;
  };

  /**
   * The layout for a server's moment with these series, which ascend. One that it has had lately and of which at most half would be absent is
   * taken before a new one is made: a figure that comes and goes would make many.
   */
  layoutFor(server: number, series: readonly number[]): Layout {
    const exact = this.#layoutsBySeries.get(series.join());
    const recent = this.#recentLayouts.get(server) ?? [];
    const wider = () => recent.find((known) => known.series.length <= series.length * 2 && series.every((number) => known.placeOf.has(number)));
    const layout = exact ?? wider() ?? this.layoutOf(series);
    if (recent[0] !== layout) {
      this.#recentLayouts.set(server, [layout, ...recent.filter((known) => known !== layout)].slice(0, triedLayouts));
      for (const number of layout.series) this.#hold(server, number);
    }
    return layout;
  }

  /** Notes, to be saved, that a server's rows with this layout are written today. */
  use(server: number, layout: Layout, nowMs: number): void {
    const day = Math.floor(nowMs / dayMs);
    const key = `${server} ${layout.number}`;
    if (this.#usedDays.get(key) === day) return;
    this.#usedDays.set(key, day);
    this.#unsaved.push(() => {
      this.#connection.prepare('UPDATE layouts SET used_day = max(used_day, ?) WHERE number = ?').run(day, layout.number);
      const hold = this.#connection.prepare(
        'INSERT INTO held (server, series, used_day) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used_day = max(used_day, excluded.used_day)',
      );
      for (const number of layout.series) hold.run(server, number, day);
    });
  }

  /** Writes what is new, within the caller's transaction; `saved` follows once that is through. */
  save(): void {
    for (const write of this.#unsaved) write();
  }

  saved(): void {
    this.#unsaved = [];
  }

  /** Whether everything known is in the file. */
  get isSaved(): boolean {
    return this.#unsaved.length === 0;
  }

  #putServer(number: number, id: ServerId): void {
    this.#serverNumbers.set(id, number);
    this.#serverIds.set(number, id);
    this.#next.server = Math.max(this.#next.server, number + 1);
  }

  #putSeries(number: number, name: SeriesName): void {
    const subjects = this.#seriesNumbers.get(name.metric) ?? new Map<string, number>();
    this.#seriesNumbers.set(name.metric, subjects.set(name.subject, number));
    this.#seriesNames.set(number, name);
    this.#next.series = Math.max(this.#next.series, number + 1);
  }

  #putLayout(layout: Layout): void {
    this.#layouts.set(layout.number, layout);
    this.#layoutsBySeries.set(layout.series.join(), layout);
    this.#next.layout = Math.max(this.#next.layout, layout.number + 1);
  }

  #hold(server: number, series: number): void {
    const held = this.#held.get(server);
    if (held === undefined) this.#held.set(server, new Set([series]));
    else held.add(series);
  }
}
