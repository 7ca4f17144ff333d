import { create } from 'zustand';

/** Who gets every key that is typed into any of them. */
export interface Broadcast {
  /** Ids of terminals; empty: nothing is sent to several. */
  targets: ReadonlySet<string>;
  start(targets: Iterable<string>): void;
  /** Takes one target away; with one left there is nothing to send to several. */
  drop(target: string): void;
  stop(): void;
}

const none: ReadonlySet<string> = new Set();

/** Typing into several terminals at once. It is kept nowhere: a window that is opened or reloaded never does it by itself. */
export const useBroadcast = create<Broadcast>()((set) => ({
  targets: none,
  start: (targets) =>
    set(() => {
      const chosen = new Set(targets);
      return { targets: chosen.size > 1 ? chosen : none };
    }),
  drop: (target) =>
    set((state) => {
      const rest = new Set([...state.targets].filter((each) => each !== target));
      return { targets: rest.size > 1 ? rest : none };
    }),
  stop: () => set({ targets: none }),
}));

/** Reports of mouse and focus: of the pane that they come from, and of no other. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: reports begin with ESC.
const report = /^\u001b\[(?:[IO]$|M|<)/;

/** The terminals that typed data goes to: all targets where its own is one of them, else its own alone. */
export function receivers(id: string, data: string): readonly string[] {
  const { targets } = useBroadcast.getState();
  return targets.has(id) && !report.test(data) ? [...targets] : [id];
}
