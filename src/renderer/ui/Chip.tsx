import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** A filter that is on or off. */
export function Chip({ on, onClick, children, count }: { on: boolean; onClick(): void; children: ReactNode; count?: number }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={cx(
        'inline-flex h-[26px] shrink-0 items-center gap-1.5 rounded border bg-surface px-2.5 whitespace-nowrap transition-colors duration-100',
        on ? 'border-accent text-text' : 'border-line text-muted hover:border-line-strong hover:text-text',
      )}
    >
      {children}
      {count !== undefined && <span className="text-faint">{count.toLocaleString('en')}</span>}
    </button>
  );
}
