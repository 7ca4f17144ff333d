import type { Database as Connection } from 'better-sqlite3';
import type { Dictionary } from './dictionary.ts';
import type { KeepBounds } from './keepBounds.ts';
import { floorHour, hourMs, type MomentsTable } from './momentsTable.ts';
import { minutes, tenMinutes } from './rollupLevels.ts';
import type { RollupsTable } from './rollupsTable.ts';

const lookEveryMs = 60_000;
const dayMs = 24 * hourMs;
/** What one step deletes at most: packed hours, and rows of roll-ups of one level. */
const mostHours = 24;
const mostRollups = 1000;
/** Pages that are given back in one step, and how many have to lie free before any are. */
const pagesEach = 200;
const freePages = 2000;

/** Packs what has grown cold, and deletes what is kept no longer, in steps of a few milliseconds. */
export class Upkeep {
  readonly #connection: Connection;
  readonly #dictionary: Dictionary;
  readonly #moments: MomentsTable;
  readonly #rollups: RollupsTable;
  readonly #bounds: KeepBounds;
  #toPack: number[] = [];
  #toPrune: number[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #prunedHour = Number.NEGATIVE_INFINITY;
  #tidiedDay = Number.NEGATIVE_INFINITY;
  #mayGiveBack = false;

  constructor(parts: { connection: Connection; dictionary: Dictionary; moments: MomentsTable; rollups: RollupsTable; bounds: KeepBounds }) {
    this.#connection = parts.connection;
    this.#dictionary = parts.dictionary;
    this.#moments = parts.moments;
    this.#rollups = parts.rollups;
    this.#bounds = parts.bounds;
  }

  /** Has the next steps look for work at once, as after a change of the rules. */
  lookAgain(): void {
    this.#lookedMs = Number.NEGATIVE_INFINITY;
    this.#prunedHour = Number.NEGATIVE_INFINITY;
  }

  /** Does one step of what is due. False: there is nothing left to do now. */
  step(nowMs: number): boolean {
    this.#look(nowMs);
    return this.#pack(nowMs) || this.#prune(nowMs) || this.#tidy(nowMs) || this.#giveBack();
  }

  #look(nowMs: number): void {
    // A clock that was set back is no reason to wait.
    if (Math.abs(nowMs - this.#lookedMs) < lookEveryMs) return;
    this.#lookedMs = nowMs;
    this.#toPack = [...this.#dictionary.servers.values()];
    if (floorHour(nowMs) === this.#prunedHour) return;
    this.#prunedHour = floorHour(nowMs);
    this.#toPrune = [...this.#dictionary.servers.values()];
    this.#mayGiveBack = true;
  }

  /** Packs one hour of one server. Servers that have none to pack cost one look at an index. */
  #pack(nowMs: number): boolean {
    const beforeMs = this.#bounds.hotFromMs(nowMs);
    for (let server = this.#toPack.at(-1); server !== undefined; server = this.#toPack.at(-1)) {
      const oldest = this.#moments.oldestRow(server);
      if (oldest !== undefined && oldest < beforeMs) {
        this.#packHour(server, floorHour(oldest), nowMs);
        return true;
      }
      this.#toPack.pop();
    }
    return false;
  }

  #packHour(server: number, hour: number, nowMs: number): void {
    this.#connection.transaction(() => {
      const layout = this.#moments.packHour(server, hour);
      if (layout !== null) this.#dictionary.use(server, layout, nowMs);
      this.#dictionary.save();
    })();
    this.#dictionary.saved();
  }

  #prune(nowMs: number): boolean {
    const server = this.#toPrune.at(-1);
    if (server === undefined) return false;
    const rawFromMs = this.#bounds.rawFromMs(nowMs);
    const isMore = this.#connection.transaction(() => {
      this.#bounds.noteRawDeleted(rawFromMs);
      const hours = this.#moments.deleteHours(server, rawFromMs, mostHours);
      const fine = this.#rollups.delete(minutes, server, this.#bounds.minutesFromMs(nowMs), mostRollups);
      const coarse = this.#rollups.delete(tenMinutes, server, this.#bounds.tenMinutesFromMs(nowMs), mostRollups);
      return hours === mostHours || fine === mostRollups || coarse === mostRollups;
    })();
    if (!isMore) this.#toPrune.pop();
    return true;
  }

  /** Once a day forgets layouts, series and servers of which nothing is left; a day late, so that none goes that is just being used. */
  #tidy(nowMs: number): boolean {
    const day = Math.floor(nowMs / dayMs);
    if (day === this.#tidiedDay || !this.#dictionary.isSaved) return false;
    this.#tidiedDay = day;
    this.#connection.transaction(() => {
      const run = (sql: string, ...days: number[]) => this.#connection.prepare(sql).run(...days);
      run('DELETE FROM layouts WHERE used_day < ?', day - this.#bounds.rawDays - 2);
      run('DELETE FROM held WHERE used_day < ?', day - this.#bounds.longestDays - 2);
      run('DELETE FROM series WHERE number NOT IN (SELECT series FROM held)');
      run('DELETE FROM servers WHERE number NOT IN (SELECT server FROM held)');
    })();
    this.#dictionary.load();
    return true;
  }

  /** Once an hour gives free pages back to the file system, where they are many and a quarter of the file: usually new rows need them soon. */
  #giveBack(): boolean {
    if (!this.#mayGiveBack) return false;
    const free = Number(this.#connection.pragma('freelist_count', { simple: true }));
    this.#mayGiveBack = free >= freePages && free * 4 >= Number(this.#connection.pragma('page_count', { simple: true }));
    if (!this.#mayGiveBack) return false;
    this.#connection.exec(`PRAGMA incremental_vacuum(${pagesEach})`);
    return true;
  }
}
