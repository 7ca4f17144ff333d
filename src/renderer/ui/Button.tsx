import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './Spinner.tsx';

const variants = {
  primary: 'border-accent bg-accent text-on-accent font-semibold hover:not-disabled:bg-accent-strong hover:not-disabled:border-accent-strong',
  secondary:
    'border-line bg-surface text-muted hover:not-disabled:text-text hover:not-disabled:border-line-strong aria-pressed:border-accent aria-pressed:text-text',
  ghost: 'border-transparent text-muted hover:not-disabled:bg-raised hover:not-disabled:text-text',
  danger: 'border-bad/50 bg-bad-bg text-bad font-medium hover:not-disabled:border-bad',
};

/** Class names of a button, for links that look like one. */
export function buttonClass(variant: keyof typeof variants = 'secondary', className?: string): string {
  return cx(
    'inline-flex h-[26px] shrink-0 items-center justify-center gap-1.5 rounded border px-2.5 whitespace-nowrap select-none transition-colors duration-100',
    'disabled:opacity-50 data-disabled:opacity-50 active:not-disabled:translate-y-px',
    variants[variant],
    className,
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: keyof typeof variants;
  icon?: LucideIcon;
  /** Shows that the action is on its way and refuses another press. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** The one button: four weights, an optional icon, and a busy state that keeps its width. */
export function Button({ variant = 'secondary', icon: Icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} disabled={disabled || busy} aria-busy={busy || undefined} className={buttonClass(variant, className)}>
      {busy ? <Spinner /> : Icon ? <Icon aria-hidden size={14} strokeWidth={1.8} className="shrink-0" /> : null}
      {children}
    </button>
  );
}
