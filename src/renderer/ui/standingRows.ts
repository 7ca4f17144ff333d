import type { TableColumn, TableItem } from './tableModel.ts';

/** Rows as they are now, by key: what they show may change more often than the list that they are in is put together. */
export interface LiveRows<T> {
  /** The listener is called where rows may be others. */
  subscribe(listener: () => void): () => void;
  rowOf(key: string): T | undefined;
  /** Whether what changed of a row may be drawn a moment later, with few others in a frame, and while it is scrolled not before that rests. */
  mayWait(drawn: T, now: T): boolean;
}

/** What all rows of a table have in common; another object where one of it is another. */
export interface RowFrame<T> {
  id: string;
  columns: readonly TableColumn<T>[];
  /** Of each column, in px. */
  widths: readonly number[];
  tracks: string;
  selectable: boolean;
  opens: boolean;
}

/** A row as it is drawn. */
export interface DrawnRow<T> {
  frame: RowFrame<T>;
  rowKey: string;
  row: T;
  index: number;
  /** Where it begins, in px. */
  top: number;
  height: number;
  selected: boolean;
  active: boolean;
}

/** A table as it is now. */
export interface TableNow<T> {
  frame: RowFrame<T>;
  items: readonly TableItem<T>[];
  /** Where each item begins, and where the last ends, in px. */
  offsets: readonly number[];
  /** Another object where rows are others, or in another order. */
  order: unknown;
  selected: ReadonlySet<string>;
  /** Index of the row that the keyboard stands on. */
  active: number;
  live: LiveRows<T> | undefined;
}

/** Items that are in view: from the first up to, without, the last. */
export type Window = readonly [from: number, to: number];

function isSame<T>(a: DrawnRow<T>, b: DrawnRow<T>): boolean {
  return Object.keys(a).every((name) => a[name as keyof DrawnRow<T>] === b[name as keyof DrawnRow<T>]);
}

/** An element that shows a row, and may come to show another. */
export class RowSlot<T> {
  readonly id: number;
  #drawn: DrawnRow<T>;
  #listener: (() => void) | null = null;

  constructor(id: number, drawn: DrawnRow<T>) {
    this.id = id;
    this.#drawn = drawn;
  }

  readonly get = (): DrawnRow<T> => this.#drawn;

  readonly subscribe = (listener: () => void) => {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  };

  /** Says whether that is another than what it shows. */
  give(drawn: DrawnRow<T>): boolean {
    if (isSame(drawn, this.#drawn)) return false;
    this.#drawn = drawn;
    this.#listener?.();
    return true;
  }
}

/** The elements of a table, in the order in which they stand. */
export interface Standing<T> {
  slots: readonly RowSlot<T>[];
  /** Their rows' indexes in order, where elements stand in another one; else null. */
  order: readonly number[] | null;
}

/**
 * The rows of a table that have an element in the page. Those out of view stay there as they were drawn, so that scrolling to them makes
 * nothing; what changed of them is drawn when they come into view, or, where it may wait, when scrolling rests. Of more than `most` rows the
 * furthest away gives its element to one that comes.
 */
export class StandingRows<T> {
  readonly #most: number;
  readonly #listeners = new Set<() => void>();
  readonly #slots = new Map<string, RowSlot<T>>();
  #standing: Standing<T> = { slots: [], order: null };
  #now: TableNow<T> | null = null;
  /** Place of each row among the items. */
  #places = new Map<string, number>();
  #window: Window = [0, 0];
  #made = 0;

  constructor(most = 1_000) {
    this.#most = most;
  }

  readonly get = (): Standing<T> => this.#standing;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  /** The table is another, or was scrolled, or both. Rows out of view whose columns are others leave the page: drawing all of them again takes long. */
  show(now: TableNow<T>, window: Window): void {
    const before = this.#now;
    this.#now = now;
    this.#window = window;
    if (before?.items !== now.items) this.#places = new Map(now.items.flatMap((item, at) => (item.kind === 'row' ? [[item.key, at]] : [])));
    const isOtherFrame = before !== null && before.frame !== now.frame;
    const free: RowSlot<T>[] = [];
    for (const [key, slot] of this.#slots) {
      if (this.#places.has(key) && (!isOtherFrame || this.#isInView(key))) continue;
      this.#slots.delete(key);
      free.push(slot);
    }
    this.#takeInView(free);
    for (const [key, slot] of this.#slots) slot.give(this.#drawn(key, this.#isInView(key) && !this.#mayWait(key, slot) ? undefined : slot.get().row));
    this.#stand(before?.order !== now.order);
  }

  /** It was scrolled: another part is in view. */
  scroll(window: Window): void {
    const [before, after] = this.#window;
    if (before === window[0] && after === window[1]) return;
    this.#window = window;
    if (this.#takeInView([])) this.#stand(false);
    for (const [at, key] of this.#inView()) {
      const slot = this.#slots.get(key);
      if (slot !== undefined && (at < before || at >= after) && !this.#mayWait(key, slot)) slot.give(this.#drawn(key));
    }
  }

  /** Draws what changed of up to `count` rows in view. Says whether there may be more of them. */
  refresh(count: number): boolean {
    let left = count;
    for (const [, key] of this.#inView()) {
      if (left === 0) return true;
      if (this.#slots.get(key)?.give(this.#drawn(key)) === true) left -= 1;
    }
    return false;
  }

  /** Makes elements for up to `count` more rows, the nearest to what is in view first. Says whether there are more to make. */
  fill(count: number): boolean {
    const { items = [] } = this.#now ?? {};
    const [from, to] = this.#window;
    let left = Math.min(count, this.#most - this.#slots.size);
    const isFull = left < count;
    for (let away = 0; left > 0 && away < items.length; away += 1)
      for (const at of [to + away, from - 1 - away]) {
        const item = items[at];
        if (left === 0 || item?.kind !== 'row' || this.#slots.has(item.key)) continue;
        this.#take(item.key, undefined);
        left -= 1;
      }
    this.#stand(false);
    return left === 0 && !isFull;
  }

  #isInView(key: string): boolean {
    const at = this.#places.get(key) ?? -1;
    return at >= this.#window[0] && at < this.#window[1];
  }

  *#inView(): Generator<[at: number, key: string]> {
    const [from, to] = this.#window;
    for (let at = from; at < to; at += 1) {
      const item = this.#now?.items[at];
      if (item?.kind === 'row') yield [at, item.key];
    }
  }

  #mayWait(key: string, slot: RowSlot<T>): boolean {
    const { live } = this.#now ?? {};
    const row = live?.rowOf(key);
    return live !== undefined && row !== undefined && live.mayWait(slot.get().row, row);
  }

  /** Gives each row in view an element: one of those that are free, a new one, or that of the row which is furthest away. Says whether any had none. */
  #takeInView(free: RowSlot<T>[]): boolean {
    const coming = [...this.#inView()].map(([, key]) => key).filter((key) => !this.#slots.has(key));
    for (const key of coming) this.#take(key, free.pop() ?? (this.#slots.size < this.#most ? undefined : this.#furthest()));
    return coming.length > 0;
  }

  #take(key: string, slot: RowSlot<T> | undefined): void {
    const drawn = this.#drawn(key);
    slot?.give(drawn);
    this.#made += slot === undefined ? 1 : 0;
    this.#slots.set(key, slot ?? new RowSlot(this.#made, drawn));
  }

  #furthest(): RowSlot<T> | undefined {
    const middle = (this.#window[0] + this.#window[1]) / 2;
    let [far, key] = [0, ''];
    for (const each of this.#slots.keys()) {
      const away = Math.abs((this.#places.get(each) ?? 0) - middle);
      if (away > far && !this.#isInView(each)) [far, key] = [away, each];
    }
    const slot = this.#slots.get(key);
    this.#slots.delete(key);
    return slot;
  }

  #drawn(key: string, row?: T): DrawnRow<T> {
    const now = this.#now;
    const at = this.#places.get(key) ?? -1;
    const item = now?.items[at];
    if (now === null || item?.kind !== 'row') throw new Error(`no row ${key}`);
    const { frame, offsets, selected, active } = now;
    const top = offsets[at] ?? 0;
    return {
      ...{ frame, rowKey: key, row: row ?? now.live?.rowOf(key) ?? item.row, index: item.index },
      ...{ top, height: (offsets[at + 1] ?? 0) - top, selected: selected.has(key), active: item.index === active },
    };
  }

  /**
   * Says how elements stand. They stand in order where none has to be moved for it: moving one costs as much as making it. Where the order
   * became another those in view are moved nevertheless, as the keyboard goes from one element to the next.
   */
  #stand(isOtherOrder: boolean): void {
    const all = new Set(this.#slots.values());
    const index = (slot: RowSlot<T>) => slot.get().index;
    const sorted = [...all].sort((a, b) => index(a) - index(b));
    const stood = this.#standing.slots.filter((slot) => all.has(slot));
    const isInOrder = stood.every((slot, at) => at === 0 || index(stood[at - 1] ?? slot) <= index(slot));
    let slots = sorted;
    if (!isInOrder) {
      const isMoved = isOtherOrder ? (slot: RowSlot<T>) => this.#isInView(slot.get().rowKey) : () => false;
      slots = [...new Set([...stood.filter((slot) => !isMoved(slot)), ...sorted.filter(isMoved), ...sorted])];
    }
    const order = isInOrder ? null : sorted.map(index);
    const before = this.#standing;
    const isSameList = (a: readonly unknown[] | null, b: readonly unknown[] | null) =>
      a === b || (a !== null && b !== null && a.length === b.length && a.every((each, at) => each === b[at]));
    if (isSameList(slots, before.slots) && isSameList(order, before.order)) return;
    this.#standing = { slots, order };
    for (const listener of this.#listeners) listener();
  }
}
