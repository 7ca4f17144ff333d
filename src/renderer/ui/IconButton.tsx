import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from './cx.ts';
import { Tooltip } from './Tooltip.tsx';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: LucideIcon;
  /** What it does, as a tooltip and for screen readers. */
  label: string;
  shortcut?: string;
  size?: 'small' | 'normal';
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon; its words are in the tooltip. */
export function IconButton({ icon: Icon, label, shortcut, size = 'normal', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={shortcut ? `${label} (${shortcut})` : label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          'inline-flex shrink-0 items-center justify-center rounded text-muted transition-colors duration-100 hover:not-disabled:bg-raised hover:not-disabled:text-text aria-pressed:text-accent disabled:opacity-40',
          size === 'small' ? 'size-5' : 'size-7',
          className,
        )}
      >
        <Icon aria-hidden size={size === 'small' ? 13 : 15} strokeWidth={1.7} />
      </button>
    </Tooltip>
  );
}
