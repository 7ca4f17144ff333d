import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface CheckboxProps {
  checked: boolean;
  indeterminate?: boolean;
  onChange(checked: boolean): void;
  /** Words beside it; without them give `ariaLabel`. */
  children?: ReactNode;
  ariaLabel?: string;
  disabled?: boolean;
  tabIndex?: number;
  className?: string;
}

/** Yes or no. */
export function Checkbox({ checked, indeterminate = false, onChange, children, ariaLabel, disabled = false, tabIndex, className }: CheckboxProps) {
  const box = (
    <Base.Root
      checked={checked}
      indeterminate={indeterminate}
      disabled={disabled}
      aria-label={ariaLabel}
      tabIndex={tabIndex}
      onCheckedChange={(next) => onChange(next)}
      className="flex size-3.5 shrink-0 items-center justify-center rounded-[3px] border border-line-strong bg-bg text-on-accent data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent data-disabled:opacity-50"
    >
      <Base.Indicator className="flex">
        {indeterminate ? <Minus aria-hidden size={11} strokeWidth={3} /> : <Check aria-hidden size={11} strokeWidth={3} />}
      </Base.Indicator>
    </Base.Root>
  );
  if (children === undefined) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the checkbox rendered inside.
    <label className={cx('flex items-start gap-2', className)}>
      <span className="flex h-[1.45em] items-center">{box}</span>
      <span className="min-w-0">{children}</span>
    </label>
  );
}
