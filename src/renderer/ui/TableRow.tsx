import { type MouseEvent, useMemo, useSyncExternalStore } from 'react';
import { cx } from './cx.ts';
import { RowCheckbox } from './RowCheckbox.tsx';
import type { DrawnRow, RowSlot } from './standingRows.ts';

/** What a row reports; stable for the life of its table. */
export interface RowEvents {
  click(index: number, event: MouseEvent): void;
  toggle(index: number): void;
}

/** Of a cell, both sides together, in px. */
const cellPadding = 22;

function Cells<T>({ frame, row }: Pick<DrawnRow<T>, 'frame' | 'row'>) {
  return frame.columns.map((column, at) => (
    <span
      key={column.id}
      role="gridcell"
      title={column.hint?.(row)}
      className={cx('flex min-w-0 items-center pr-3.5 pl-2 whitespace-nowrap', column.align === 'end' && 'justify-end', column.look?.(row))}
    >
      {column.cell(row, (frame.widths[at] ?? 0) - cellPadding)}
    </span>
  ));
}

// Nothing in a row clips, svgs neither: each that does costs every frame a little, and has its row painted again whenever much was scrolled.
/** One row of a table, drawn again only when it is given another. */
export function TableRow<T>({ slot, events }: { slot: RowSlot<T>; events: RowEvents }) {
  const { frame, rowKey, row, index, top, height, selected, active } = useSyncExternalStore(slot.subscribe, slot.get);
  const { id, tracks, selectable, opens } = frame;
  // What a cell keeps, as a menu that is open, is of its row.
  const cells = useMemo(() => <Cells key={rowKey} frame={frame} row={row} />, [frame, rowKey, row]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it handles the keys.
    <div
      id={`${id}-${index}`}
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
      {cells}
    </div>
  );
}
