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

// Boxes: hundreds of marks stand in lists that scroll, where each svg would cost every frame a little.
const shapes: Record<Tone, string> = {
  good: 'mark-disc',
  warn: 'mark-triangle',
  bad: 'mark-square',
  info: 'mark-diamond',
  busy: 'mark-arc spin',
  off: 'mark-ring',
  unknown: 'mark-ring border-dashed',
};

/** The mark of a tone alone; give the word beside it. `size` is in px. */
export function Mark({ tone, size = 11, className }: { tone: Tone; size?: number; className?: string }) {
  return <span aria-hidden="true" className={cx('mark', shapes[tone], colours[tone], className)} style={{ fontSize: size }} />;
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
