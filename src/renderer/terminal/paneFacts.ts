import { create } from 'zustand';

/** What tabs and headers tell of a terminal without having its screen. */
export interface PaneFacts {
  state: 'opening' | 'open' | 'reconnecting' | 'closed';
  /** What the program calls itself, as a short plain line; empty: nothing. */
  title: string;
  /** It rang while it had not the keyboard. */
  rang: boolean;
}

/** Facts of the terminals that this window has a screen of, by their id. */
export const usePaneFacts = create<{ facts: Readonly<Record<string, PaneFacts>> }>()(() => ({ facts: {} }));

const fresh: PaneFacts = { state: 'opening', title: '', rang: false };

/** Notes what changed of a terminal; nothing happens where it is known already. */
export function notePane(id: string, changed: Partial<PaneFacts>): void {
  const before = usePaneFacts.getState().facts[id] ?? fresh;
  if (Object.entries(changed).every(([key, value]) => before[key as keyof PaneFacts] === value)) return;
  usePaneFacts.setState((all) => ({ facts: { ...all.facts, [id]: { ...before, ...changed } } }));
}

/** Forgets a terminal that this window has no screen of any more. */
export function forgetPane(id: string): void {
  usePaneFacts.setState((all) => {
    const { [id]: _gone, ...facts } = all.facts;
    return { facts };
  });
}
