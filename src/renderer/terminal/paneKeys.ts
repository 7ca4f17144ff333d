import type { KeyboardEvent } from 'react';

/** What a pane is told to do by keyboard. All else goes to the program. */
export type PaneKey =
  | 'search'
  | 'copy'
  | 'splitRight'
  | 'splitDown'
  | 'maximise'
  | 'leave'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'larger'
  | 'smaller'
  | 'wider'
  | 'narrower'
  | 'browserPaste';

const withControl: Readonly<Record<string, PaneKey>> = {
  f: 'search',
  c: 'copy',
  v: 'browserPaste',
  l: 'leave',
  enter: 'maximise',
  arrowleft: 'left',
  arrowright: 'right',
  arrowup: 'up',
  arrowdown: 'down',
};

const withAlt: Readonly<Record<string, PaneKey>> = {
  arrowleft: 'narrower',
  arrowright: 'wider',
  arrowup: 'smaller',
  arrowdown: 'larger',
};

/** The keys as the list of shortcuts shows them. */
export const paneShortcuts: readonly { keys: string; does: string }[] = [
  { keys: 'Ctrl Shift F', does: 'Search in a terminal' },
  { keys: 'Ctrl Shift C', does: 'Copy what is selected' },
  { keys: 'Ctrl Shift V', does: 'Paste' },
  { keys: 'Alt Shift +', does: 'Split to the right' },
  { keys: 'Alt Shift −', does: 'Split downwards' },
  { keys: 'Ctrl Shift ←↑→↓', does: 'Go to the next pane' },
  { keys: 'Alt Shift ←↑→↓', does: 'Resize the pane' },
  { keys: 'Ctrl Shift Enter', does: 'Maximise the pane' },
  { keys: 'Ctrl Shift L', does: 'Leave the terminal' },
];

/** What a key means to a pane; null: it is the program's. */
export function paneKey(event: Pick<KeyboardEvent, 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey' | 'key' | 'code'>): PaneKey | null {
  if (!event.shiftKey || event.metaKey || event.ctrlKey === event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey) return withControl[key] ?? null;
  // With Alt and Shift the character depends on the layout; the key does not.
  if (event.code === 'Equal' || event.code === 'NumpadAdd' || key === '+') return 'splitRight';
  if (event.code === 'Minus' || event.code === 'NumpadSubtract' || key === '-' || key === '_') return 'splitDown';
  return withAlt[key] ?? null;
}
