import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** How something is. Each tone has a shape of its own, so that colour is never alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'busy' | 'off' | 'unknown';

const colours: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  busy: 'text-accent',
  off: 'text-muted',
  unknown: 'text-faint',
};

const shapes: Record<Tone, ReactNode> = {
  good: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  warn: <path d="M6 1.2 11.2 10.6H.8Z" fill="currentColor" strokeLinejoin="round" />,
  bad: <rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1" fill="currentColor" />,
  info: <path d="M6 .9 11.1 6 6 11.1.9 6Z" fill="currentColor" />,
  busy: (
    <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
      <circle cx="6" cy="6" r="4.4" opacity="0.3" />
      <path d="M6 1.6a4.4 4.4 0 0 1 4.4 4.4" />
    </g>
  ),
  off: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 1.8" />,
};

/** The mark of a tone alone; give the word beside it. */
export function Mark({ tone, size = 11, className }: { tone: Tone; size?: number; className?: string }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 12 12" className={cx('shrink-0', tone === 'busy' && 'spin', colours[tone], className)}>
      {shapes[tone]}
    </svg>
  );
}

/** A state: mark and word. `title` says why, on hover. */
export function StateMark({ tone, children, title, className }: { tone: Tone; children: ReactNode; title?: string | undefined; className?: string }) {
  return (
    <span title={title} className={cx('inline-flex min-w-0 items-center gap-[7px]', className)}>
      <Mark tone={tone} />
      <span className="truncate">{children}</span>
    </span>
  );
}
