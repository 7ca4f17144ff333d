import { cx } from './cx.ts';

/** A grey stand-in of the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('pulse inline-block h-2.5 rounded-sm bg-raised', className)} />;
}

/** Rows that are on their way. */
export function SkeletonRows({ count = 8, label = 'Loading' }: { count?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col">
      {Array.from({ length: count }, (_, index) => (
        <div key={`row-${index + 1}`} className="flex h-[var(--row)] items-center gap-6 border-b border-hairline px-2">
          <Skeleton className="w-28" />
          <Skeleton className="w-20" />
          <Skeleton className={index % 2 ? 'w-40' : 'w-52'} />
          <Skeleton className="w-16" />
        </div>
      ))}
    </div>
  );
}
