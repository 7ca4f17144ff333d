import { type MouseEvent, memo } from 'react';
import { cx } from './cx.ts';
import { RowCheckbox } from './RowCheckbox.tsx';
import type { TableColumn } from './tableModel.ts';

/** What a row reports; stable for the life of its table. */
export interface RowEvents {
  click(index: number, event: MouseEvent): void;
  toggle(index: number): void;
}

interface TableRowProps<T> {
  id: string;
  rowKey: string;
  row: T;
  index: number;
  columns: readonly TableColumn<T>[];
  /** Of each column, in px. */
  widths: readonly number[];
  tracks: string;
  top: number;
  height: number;
  selectable: boolean;
  selected: boolean;
  active: boolean;
  opens: boolean;
  events: RowEvents;
}

/** Of a cell, both sides together, in px. */
const cellPadding = 22;

// Nothing in a row clips, svgs neither: each that does costs every frame a little, and has its row painted again whenever much was scrolled.
function Row<T>({ id, rowKey, row, index, columns, widths, tracks, top, height, selectable, selected, active, opens, events }: TableRowProps<T>) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it handles the keys.
    <div
      id={id}
      data-row={rowKey}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      onClick={(event) => events.click(index, event)}
      className={cx(
        'group/row absolute inset-x-0 grid items-center border-b border-hairline contain-[size_layout_style]',
        selected ? 'bg-accent-bg' : 'hover:bg-raised/60',
        active && 'group-focus-within/table:shadow-[inset_2px_0_0_var(--accent)]',
        opens && 'cursor-default',
      )}
      style={{ gridTemplateColumns: tracks, top, height }}
    >
      {selectable && (
        <span role="gridcell" className="flex items-center pl-2">
          <RowCheckbox checked={selected} onChange={() => events.toggle(index)} ariaLabel={`Select row ${index + 1}`} />
        </span>
      )}
      {columns.map((column, at) => (
        <span
          key={column.id}
          role="gridcell"
          title={column.hint?.(row)}
          className={cx('flex min-w-0 items-center pr-3.5 pl-2 whitespace-nowrap', column.align === 'end' && 'justify-end', column.look?.(row))}
        >
          {column.cell(row, (widths[at] ?? 0) - cellPadding)}
        </span>
      ))}
    </div>
  );
}

/** One row of a table, redrawn only when what it shows has changed. */
export const TableRow = memo(Row) as typeof Row;
