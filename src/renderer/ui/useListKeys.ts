import { type KeyboardEvent, useState } from 'react';

interface ListKeysOptions {
  count: number;
  /** Brings the item into view. */
  reveal(index: number): void;
  open?: ((index: number) => void) | undefined;
  toggle?: ((index: number) => void) | undefined;
  /** Selects everything between two items, inclusive. */
  range?: ((from: number, to: number) => void) | undefined;
  all?: (() => void) | undefined;
  clear?: (() => void) | undefined;
}

export interface ListKeys {
  active: number;
  setActive(index: number): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** Where a key leads in a list of `count`, or null when it is not a key of movement. */
export function moveInList(key: string, active: number, count: number, page = 12): number | null {
  const last = count - 1;
  const clamp = (index: number) => Math.max(0, Math.min(last, index));
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return clamp(active + 1);
    case 'k':
    case 'ArrowUp':
      return clamp(active - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown':
      return clamp(active + page);
    case 'PageUp':
      return clamp(active - page);
    default:
      return null;
  }
}

/** Keys of a list: j/k and arrows move, Shift extends, x or space picks, Enter opens, Ctrl-A picks all, Escape clears. */
export function useListKeys({ count, reveal, open, toggle, range, all, clear }: ListKeysOptions): ListKeys {
  const [active, setActive] = useState(-1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || count === 0) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, [contenteditable]')) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && key === 'a' && all) {
      event.preventDefault();
      all();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const next = moveInList(key, active, count);
    if (next !== null) {
      event.preventDefault();
      if (event.shiftKey && range && active >= 0) range(active, next);
      setActive(next);
      reveal(next);
      return;
    }
    if (key === 'Escape' && clear) {
      clear();
      return;
    }
    if (active < 0 || active >= count) return;
    if ((key === 'x' || key === ' ') && toggle && !target.closest('button, a')) {
      event.preventDefault();
      toggle(active);
    } else if (key === 'Enter' && open && !target.closest('button, a')) {
      event.preventDefault();
      open(active);
    }
  };
  return { active: Math.min(active, count - 1), setActive, onKeyDown };
}
