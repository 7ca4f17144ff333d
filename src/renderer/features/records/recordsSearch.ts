/** What the address of a kind of record holds beside it. */
export interface RecordsSearch {
  /** Filter. */
  q?: string | undefined;
  sort?: string | undefined;
  /** The record that is open; with `add`, none. */
  item?: string | undefined;
  dialog?: 'add' | 'remove' | undefined;
  /** Documents: those whose review is due alone. */
  due?: true | undefined;
  provider?: string | undefined;
  gpu?: string | undefined;
  vram?: number | undefined;
}

/** What a kind of record is given. */
export interface RecordsTabProps {
  search: RecordsSearch;
  /** Changes the address; undefined takes a part away. */
  change(changes: RecordsSearch): void;
}
