import { cx } from './cx.ts';

/** Picks a row. Plain, as one comes and goes with each row that scrolls by. */
export function RowCheckbox({ checked, onChange, ariaLabel }: { checked: boolean; onChange(): void; ariaLabel: string }) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={checked}
      aria-label={ariaLabel}
      tabIndex={-1}
      onClick={onChange}
      className={cx(
        'flex size-3.5 shrink-0 items-center justify-center rounded-[3px] border text-on-accent',
        checked ? 'border-accent bg-accent' : 'border-line bg-bg group-hover/row:border-line-strong',
      )}
    >
      {checked && (
        <svg aria-hidden="true" width="11" height="11" viewBox="0 0 11 11" fill="none" stroke="currentColor" strokeWidth="1.6">
          <path d="M1.8 5.8 4.3 8.3 9.2 3" />
        </svg>
      )}
    </button>
  );
}
