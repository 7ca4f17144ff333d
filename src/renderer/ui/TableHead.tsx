import { ArrowDown, ArrowUp } from 'lucide-react';
import { Checkbox } from './Checkbox.tsx';
import { cx } from './cx.ts';
import type { TableColumn, TableSort } from './tableModel.ts';

interface TableHeadProps<T> {
  columns: readonly TableColumn<T>[];
  tracks: string;
  sort: TableSort | null;
  /** Sorts by a column: up, down, then as it was. Absent: headings are no buttons. */
  onSort: ((column: string) => void) | undefined;
  selection: { all: boolean; some: boolean; toggle(): void } | null;
}

/** The heading of a table; it stays in view. */
export function TableHead<T>({ columns, tracks, sort, onSort, selection }: TableHeadProps<T>) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-bg">
      <div role="row" aria-rowindex={1} className="grid h-7 items-center border-b border-line text-xs text-faint" style={{ gridTemplateColumns: tracks }}>
        {selection && (
          <span role="columnheader" className="flex h-full items-center pl-2">
            <Checkbox checked={selection.all} indeterminate={selection.some && !selection.all} onChange={selection.toggle} ariaLabel="Select all" />
          </span>
        )}
        {columns.map((column) => {
          const sorted = sort?.column !== column.id || !column.sortBy ? undefined : sort.descending ? 'descending' : 'ascending';
          const place = column.align === 'end' ? 'justify-end' : 'justify-start';
          return (
            <span key={column.id} role="columnheader" aria-sort={sorted} className={cx('flex h-full min-w-0 items-center pr-3.5 pl-2', place)}>
              {column.sortBy && onSort ? (
                <button
                  type="button"
                  onClick={() => onSort(column.id)}
                  className={cx(
                    'flex min-w-0 items-center gap-1 rounded-sm hover:text-text',
                    column.align === 'end' && 'flex-row-reverse',
                    sorted && 'text-text',
                  )}
                >
                  <span className="truncate">{column.title}</span>
                  {sorted === 'ascending' && <ArrowUp aria-hidden size={11} />}
                  {sorted === 'descending' && <ArrowDown aria-hidden size={11} />}
                </button>
              ) : (
                <span className="truncate">{column.title}</span>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
