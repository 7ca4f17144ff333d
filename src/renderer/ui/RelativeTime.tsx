import { useMemo } from 'react';
import { useAgeMs } from './clock.ts';
import { cx } from './cx.ts';
import { formatAge, formatExact } from './format.ts';

interface AgeProps {
  atMs: number;
  /** How long ago that is. */
  ageMs: number;
  /** Older than this it turns amber: it can no longer be relied on. */
  staleAfterMs?: number | undefined;
  /** How finely it is told, in ms: in a list of a thousand, seconds are noise. */
  stepMs?: number;
  suffix?: string | undefined;
  className?: string | undefined;
}

/** How long ago something was when this was drawn; the exact time on hover. */
export function Age({ atMs, ageMs, staleAfterMs, stepMs = 1_000, suffix, className }: AgeProps) {
  const stale = staleAfterMs !== undefined && ageMs >= staleAfterMs;
  const [iso, exact] = useMemo(() => [new Date(atMs).toISOString(), formatExact(atMs)], [atMs]);
  return (
    <time dateTime={iso} title={exact + (stale ? ' — stale' : '')} className={cx('whitespace-nowrap', stale ? 'text-warn' : className)}>
      {ageMs < stepMs && stepMs > 1_000 ? `< ${formatAge(stepMs)}` : formatAge(ageMs)}
      {suffix}
    </time>
  );
}

/** How long ago, live. */
export function RelativeTime({ atMs, ...rest }: Omit<AgeProps, 'ageMs' | 'stepMs'>) {
  return <Age {...rest} atMs={atMs} ageMs={useAgeMs(atMs)} />;
}

/** Says that what is shown is from then, not from now. */
export function StaleMark({ sinceMs, children = 'Not live' }: { sinceMs: number; children?: string }) {
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-warn">
      <svg aria-hidden="true" width="11" height="11" viewBox="0 0 12 12">
        <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 1.8" />
      </svg>
      {children} · last news <RelativeTime atMs={sinceMs} suffix=" ago" />
    </span>
  );
}
