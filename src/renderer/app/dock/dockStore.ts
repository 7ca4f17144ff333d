import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** What a tab of the dock shows: a terminal held by the core, or the followed logs of a stack. */
export type DockTab = { id: string; title: string } & (
  | { kind: 'terminal'; terminalId: string; serverName: string }
  | { kind: 'logs'; stackId: string; selector: string; services: string[] }
);

interface DockState {
  tabs: readonly DockTab[];
  /** Ids of the tabs side by side, left to right; never empty while there are tabs. */
  shown: readonly string[];
  /** Which of the shown has the next tab that is chosen. */
  focus: number;
  open: boolean;
  heightPx: number;
  add(tab: DockTab): void;
  remove(id: string): void;
  show(id: string): void;
  /** Shows a tab beside the others, or takes it away from beside them. */
  split(id: string): void;
  setFocus(index: number): void;
  setHeight(px: number): void;
  toggle(): void;
}

const maxPanes = 4;
const minHeightPx = 120;

/** Keeps the height between a usable pane and most of the window. */
export function clampDockHeight(px: number, windowPx: number): number {
  return Math.round(Math.max(minHeightPx, Math.min(px, windowPx * 0.75)));
}

/** The dock: tabs, which of them stand side by side, and its size. Kept over reloads; the terminals themselves live in the core. */
export const useDock = create<DockState>()(
  persist(
    (set) => ({
      tabs: [],
      shown: [],
      focus: 0,
      open: true,
      heightPx: 208,
      add: (tab) =>
        set((state) => {
          const tabs = state.tabs.some((each) => each.id === tab.id) ? state.tabs : [...state.tabs, tab];
          return { tabs, open: true, ...showing(state, tab.id) };
        }),
      remove: (id) =>
        set((state) => {
          const tabs = state.tabs.filter((tab) => tab.id !== id);
          const rest = state.shown.filter((each) => each !== id);
          const next = tabs.find((tab) => !rest.includes(tab.id));
          const shown = rest.length > 0 ? rest : next ? [next.id] : [];
          return { tabs, shown, focus: Math.max(0, Math.min(state.focus, shown.length - 1)) };
        }),
      show: (id) => set((state) => ({ open: true, ...showing(state, id) })),
      split: (id) =>
        set((state) => {
          if (state.shown.includes(id)) {
            if (state.shown.length === 1) return {};
            return { shown: state.shown.filter((each) => each !== id), focus: 0 };
          }
          if (state.shown.length >= maxPanes) return {};
          return { open: true, shown: [...state.shown, id], focus: state.shown.length };
        }),
      setFocus: (focus) => set({ focus }),
      setHeight: (px) => set({ heightPx: clampDockHeight(px, window.innerHeight) }),
      toggle: () => set((state) => ({ open: !state.open })),
    }),
    { name: 'pilothouse.dock', partialize: ({ tabs, shown, focus, open, heightPx }) => ({ tabs, shown, focus, open, heightPx }) },
  ),
);

function showing(state: DockState, id: string): { shown: readonly string[]; focus: number } {
  const at = state.shown.indexOf(id);
  if (at >= 0) return { shown: state.shown, focus: at };
  if (state.shown.length === 0) return { shown: [id], focus: 0 };
  return { shown: state.shown.map((each, index) => (index === state.focus ? id : each)), focus: state.focus };
}
