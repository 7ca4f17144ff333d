import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** One column of a plain table. */
export interface PlainColumn<T> {
  id: string;
  title: string;
  align?: 'start' | 'end';
  /** CSS width, as `96px` or `40%`; absent: what is left. */
  width?: string;
  /** Only where the window is wide. */
  wide?: boolean;
  cell(row: T): ReactNode;
}

interface PlainTableProps<T> {
  label: string;
  columns: readonly PlainColumn<T>[];
  rows: readonly T[];
  rowKey(row: T): string;
  /** Sums or the like, below a stronger line; the first column is its heading. */
  foot?: readonly { key: string; cells: readonly ReactNode[] }[];
}

const hidden = 'max-wide:hidden';

/** A short table whose rows are as high as what they hold; for what is read, not worked in. The first column is the heading of its row. */
export function PlainTable<T>({ label, columns, rows, rowKey, foot = [] }: PlainTableProps<T>) {
  return (
    <table aria-label={label} className="w-full table-fixed border-collapse">
      <colgroup>
        {columns.map((column) => (
          <col key={column.id} className={column.wide ? hidden : ''} style={column.width === undefined ? undefined : { width: column.width }} />
        ))}
      </colgroup>
      <thead>
        <tr className="h-7 border-b border-line text-xs text-faint">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={cx('truncate px-2 font-normal', column.align === 'end' ? 'text-right' : 'text-left', column.wide && hidden)}
            >
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="border-b border-hairline hover:bg-raised/60">
            {columns.map((column, index) => {
              const Cell = index === 0 ? 'th' : 'td';
              return (
                <Cell
                  key={column.id}
                  {...(index === 0 ? { scope: 'row' as const } : {})}
                  className={cx('min-w-0 px-2 py-1.5 align-top font-normal', column.align === 'end' ? 'text-right' : 'text-left', column.wide && hidden)}
                >
                  {column.cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
      {foot.length > 0 && (
        <tfoot className="border-t border-line">
          {foot.map(({ key, cells }) => (
            <tr key={key} className="border-b border-hairline text-muted">
              {columns.map((column, index) => {
                const Cell = index === 0 ? 'th' : 'td';
                return (
                  <Cell
                    key={column.id}
                    {...(index === 0 ? { scope: 'row' as const } : {})}
                    className={cx('px-2 py-1 font-normal', column.align === 'end' ? 'text-right' : 'text-left', column.wide && hidden)}
                  >
                    {cells[index]}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tfoot>
      )}
    </table>
  );
}
