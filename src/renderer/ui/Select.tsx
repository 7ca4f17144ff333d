import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import { cx } from './cx.ts';

export interface SelectOption<V extends string> {
  value: V;
  label: string;
  hint?: string;
}

interface SelectProps<V extends string> {
  value: V;
  options: readonly SelectOption<V>[];
  onChange(value: V): void;
  id?: string;
  label?: string;
  /** Said before the value in the trigger, for toolbars: `Group: environment`. */
  prefix?: string;
  /** As tall as the inputs beside it in a form. */
  field?: boolean;
  className?: string;
  disabled?: boolean;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
}

/** One of a few. */
export function Select<V extends string>({ value, options, onChange, id, label, prefix, field = false, className, disabled = false, ...aria }: SelectProps<V>) {
  const current = options.find((option) => option.value === value);
  return (
    <Base.Root value={value} onValueChange={(next) => next !== null && onChange(next as V)} disabled={disabled} items={options}>
      <Base.Trigger
        id={id}
        aria-label={label}
        {...aria}
        className={cx(
          field ? 'h-7 w-full bg-bg px-2 text-text' : 'h-[26px] bg-surface px-2.5 text-muted',
          'inline-flex min-w-0 items-center gap-1.5 rounded border border-line transition-colors duration-100 hover:border-line-strong hover:text-text data-popup-open:border-accent',
          className,
        )}
      >
        <span className="min-w-0 flex-1 truncate text-left">
          {prefix && <span className="text-faint">{prefix} </span>}
          <Base.Value>{() => current?.label ?? value}</Base.Value>
        </span>
        <Base.Icon className="shrink-0 text-faint">
          <ChevronDown aria-hidden size={13} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="appear max-h-80 min-w-[var(--anchor-width)] overflow-y-auto rounded bg-float p-1 shadow-float focus-visible:outline-none">
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className="flex items-center gap-2 rounded-sm px-2 py-1 data-highlighted:bg-accent-bg">
                <Base.ItemText className="flex-1">{option.label}</Base.ItemText>
                {option.hint && <span className="text-sm text-faint">{option.hint}</span>}
                <span className="w-3.5">
                  <Base.ItemIndicator>
                    <Check aria-hidden size={13} />
                  </Base.ItemIndicator>
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
