import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { TimeStyle } from './logTimes.ts';

interface LogLooks {
  wrap: boolean;
  times: TimeStyle;
  /** The list of sources is shown beside the lines. */
  sources: boolean;
  change(changes: Partial<Pick<LogLooks, 'wrap' | 'times' | 'sources'>>): void;
}

/** How a person likes to read logs; the same in every viewer, kept over reloads. */
export const useLogLooks = create<LogLooks>()(
  persist((set) => ({ wrap: false, times: 'local', sources: true, change: (changes) => set(changes) }), {
    name: 'pilothouse.logs',
    partialize: ({ wrap, times, sources }) => ({ wrap, times, sources }),
  }),
);
