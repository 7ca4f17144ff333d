import { cx } from './cx.ts';

export type MeterTone = 'normal' | 'warn' | 'bad';

const tones: Record<MeterTone, string> = { normal: 'text-muted', warn: 'text-warn', bad: 'text-bad' };

/** A share as a small bar with its figure; null is shown as unknown. `ratio` is 0…1. */
export function Meter({ ratio, label, tone = 'normal', wide = false }: { ratio: number | null; label: string; tone?: MeterTone; wide?: boolean }) {
  if (ratio === null) return <span className="text-faint">—</span>;
  const percent = Math.round(Math.min(1, Math.max(0, ratio)) * 100);
  return (
    <span className={cx('inline-flex items-center', wide ? 'w-[136px]' : 'w-[82px]', tones[tone])} title={`${label} ${percent} %`}>
      <span
        aria-hidden
        className={cx('bar-fill mr-1.5 inline-block h-1.5 rounded-xs bg-bar', wide ? 'w-24' : 'w-[42px]')}
        // One box instead of a bar that is cut out by another: hundreds of them are in a table.
        style={{ backgroundSize: `${percent}% 100%` }}
      />
      {percent}%
    </span>
  );
}

/** How far something is, 0…1; null while that cannot be said. */
export function ProgressBar({ ratio, label, tone = 'accent' }: { ratio: number | null; label: string; tone?: 'accent' | 'good' | 'bad' | 'warn' }) {
  const fill = { accent: 'bg-accent', good: 'bg-good', bad: 'bg-bad', warn: 'bg-warn' }[tone];
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(ratio === null ? {} : { 'aria-valuenow': Math.round(ratio * 100) })}
      className="inline-block h-1 w-24 overflow-hidden rounded-xs bg-bar"
    >
      <span
        className={cx('block h-full transition-[width] duration-300 ease-out', fill, ratio === null && 'pulse')}
        style={{ width: `${ratio === null ? 100 : Math.round(ratio * 100)}%` }}
      />
    </span>
  );
}
