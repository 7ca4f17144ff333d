import type { ReactNode } from 'react';

/** A key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[17px] min-w-[17px] items-center justify-center rounded-sm border border-line px-1 font-mono text-2xs text-faint">
      {children}
    </kbd>
  );
}
