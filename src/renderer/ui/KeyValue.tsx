import { Fragment, type ReactNode } from 'react';
import { cx } from './cx.ts';

/** Names and values in two columns; null is left out. */
export function KeyValue({ rows, className }: { rows: readonly (readonly [name: string, value: ReactNode] | null)[]; className?: string }) {
  return (
    <dl className={cx('grid grid-cols-[minmax(84px,max-content)_1fr] gap-x-4 gap-y-1', className)}>
      {rows.map(
        (row) =>
          row && (
            <Fragment key={row[0]}>
              <dt className="text-muted">{row[0]}</dt>
              <dd className="min-w-0 break-words">{row[1]}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
