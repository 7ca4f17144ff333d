import { useMemo } from 'react';
import { useAgeMs } from './clock.ts';
import { cx } from './cx.ts';
import { formatAge, formatExact } from './format.ts';

interface RelativeTimeProps {
  atMs: number;
  /** Older than this it turns amber: it can no longer be relied on. */
  staleAfterMs?: number;
  /** How finely it is told, in ms: in a list of a thousand, seconds are noise. */
  stepMs?: number;
  suffix?: string;
  className?: string;
}

/** How long ago, live; the exact time on hover. */
export function RelativeTime({ atMs, staleAfterMs, stepMs = 1_000, suffix = '', className }: RelativeTimeProps) {
  const age = useAgeMs(atMs, stepMs);
  const stale = staleAfterMs !== undefined && age >= staleAfterMs;
  const [iso, exact] = useMemo(() => [new Date(atMs).toISOString(), formatExact(atMs)], [atMs]);
  return (
    <time dateTime={iso} title={exact + (stale ? ' — stale' : '')} className={cx('whitespace-nowrap', stale ? 'text-warn' : className)}>
      {age < stepMs && stepMs > 1_000 ? `< ${formatAge(stepMs)}` : formatAge(age)}
      {suffix}
    </time>
  );
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
