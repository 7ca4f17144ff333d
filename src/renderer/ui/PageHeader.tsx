import type { ReactNode } from 'react';

/** The quiet title of a screen, a line of figures beside it, and its actions at the right. */
export function PageHeader({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex min-h-[50px] shrink-0 flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-2.5 pb-2">
      <h1 className="text-xl font-semibold tracking-[-0.012em]">{title}</h1>
      {children && <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-muted">{children}</div>}
      {actions && <div className="ml-auto flex items-center gap-1.5">{actions}</div>}
    </header>
  );
}

/** A part of a screen under a small heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <div className="mb-1.5 flex h-6 items-center gap-3 border-b border-line">
        <h2 className="text-sm font-semibold text-muted">{title}</h2>
        {aside && <div className="ml-auto text-sm text-faint">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
