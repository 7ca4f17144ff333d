import type { ReactNode } from 'react';
import { cx } from './cx.ts';

const tones = {
  neutral: 'border-line text-muted',
  good: 'border-good/40 text-good',
  warn: 'border-warn/45 text-warn',
  bad: 'border-bad/45 text-bad',
  info: 'border-info/45 text-info',
  accent: 'border-accent/50 text-accent',
};

/** A short word on an object: its environment, a tag, `demo`. */
export function Badge({ tone = 'neutral', mono = false, children }: { tone?: keyof typeof tones; mono?: boolean; children: ReactNode }) {
  return (
    <span className={cx('inline-flex h-[18px] shrink-0 items-center rounded-sm border px-1.5 text-2xs whitespace-nowrap', mono && 'font-mono', tones[tone])}>
      {children}
    </span>
  );
}
