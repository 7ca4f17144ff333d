import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

interface DisclosureProps {
  title: string;
  /** Said beside the title, of what is inside. */
  aside?: ReactNode;
  open: boolean;
  onChange(open: boolean): void;
  children: ReactNode;
  className?: string;
}

/** A part that is folded away until it is wanted. */
export function Disclosure({ title, aside, open, onChange, children, className }: DisclosureProps) {
  const id = useId();
  return (
    <section className={cx('min-w-0', className)}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onChange(!open)}
        className="flex h-7 w-full items-center gap-1.5 border-b border-line text-left text-sm font-semibold text-muted hover:text-text"
      >
        <ChevronRight aria-hidden size={13} className={cx('shrink-0 transition-transform duration-120', open && 'rotate-90')} />
        {title}
        {aside && <span className="ml-auto truncate font-normal text-faint">{aside}</span>}
      </button>
      <div id={id} hidden={!open}>
        {open && children}
      </div>
    </section>
  );
}
