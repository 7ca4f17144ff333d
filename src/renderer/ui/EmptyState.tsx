import type { ReactNode } from 'react';

/** Nothing here: says what would be here, and the next thing to do. */
export function EmptyState({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-1 flex-col items-start gap-2 px-2 py-8">
      <h2 className="text-lg font-semibold tracking-[-0.01em]">{title}</h2>
      {children && <div className="max-w-[62ch] text-muted">{children}</div>}
      {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
