import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { paneShortcuts } from '../terminal/paneKeys.ts';
import { useDock } from './dock/dockStore.ts';
import type { Overlay } from './overlay.ts';

const places = {
  f: '/fleet',
  s: '/stacks',
  w: '/workflows',
  c: '/schedules',
  h: '/health',
  t: '/terminals',
  l: '/logs',
  b: '/backups',
  r: '/records',
  i: '/incidents',
  n: '/alerts',
  a: '/activity',
  o: '/operations',
  ',': '/settings',
} as const;

/** Keys that work everywhere, for the list behind `?`. */
export const shortcuts: readonly { keys: string; does: string; group: 'Anywhere' | 'Lists' | 'Alerts' | 'Terminals' | 'Logs' }[] = [
  { keys: 'Ctrl K', does: 'Search and commands', group: 'Anywhere' },
  { keys: '/', does: 'Filter this list', group: 'Anywhere' },
  { keys: '?', does: 'This list', group: 'Anywhere' },
  { keys: 'g f', does: 'Go to Fleet', group: 'Anywhere' },
  { keys: 'g s', does: 'Go to Stacks', group: 'Anywhere' },
  { keys: 'g w', does: 'Go to Workflows', group: 'Anywhere' },
  { keys: 'g c', does: 'Go to Schedules', group: 'Anywhere' },
  { keys: 'g h', does: 'Go to Health', group: 'Anywhere' },
  { keys: 'g t', does: 'Go to Terminals', group: 'Anywhere' },
  { keys: 'g l', does: 'Go to Logs', group: 'Anywhere' },
  { keys: 'g b', does: 'Go to Backups', group: 'Anywhere' },
  { keys: 'g r', does: 'Go to Records', group: 'Anywhere' },
  { keys: 'g n', does: 'Go to Alerts', group: 'Anywhere' },
  { keys: 'g i', does: 'Go to Incidents', group: 'Anywhere' },
  { keys: 'g a', does: 'Go to Activity', group: 'Anywhere' },
  { keys: 'g o', does: 'Go to Operations', group: 'Anywhere' },
  { keys: 'g ,', does: 'Go to Settings', group: 'Anywhere' },
  { keys: 'Ctrl `', does: 'Show or hide the dock', group: 'Terminals' },
  ...paneShortcuts.map((shortcut) => ({ ...shortcut, group: 'Terminals' as const })),
  { keys: 'j ↓', does: 'Next row', group: 'Lists' },
  { keys: 'k ↑', does: 'Previous row', group: 'Lists' },
  { keys: 'x', does: 'Pick or unpick the row', group: 'Lists' },
  { keys: 'Shift j', does: 'Pick as you move', group: 'Lists' },
  { keys: 'Ctrl A', does: 'Pick all', group: 'Lists' },
  { keys: 'Enter', does: 'Open the row', group: 'Lists' },
  { keys: 'Esc', does: 'Unpick, close', group: 'Lists' },
  { keys: 'a', does: 'Acknowledge, all that are picked', group: 'Alerts' },
  { keys: 's', does: 'Silence with an end', group: 'Alerts' },
  { keys: 'i', does: 'Open an incident', group: 'Alerts' },
  { keys: 'r', does: 'Go to the runbook', group: 'Alerts' },
  { keys: '/', does: 'Find', group: 'Logs' },
  { keys: '&', does: 'Filter', group: 'Logs' },
  { keys: 'n N', does: 'Next found, the one before', group: 'Logs' },
  { keys: 'f', does: 'Follow or pause', group: 'Logs' },
  { keys: 'Enter', does: 'Expand the line', group: 'Logs' },
  { keys: 'y', does: 'Copy the line', group: 'Logs' },
  { keys: 'w', does: 'Wrap lines', group: 'Logs' },
  { keys: 't', does: 'Times: local, UTC, none', group: 'Logs' },
];

/** Of a window that is just there, zero would be a moment ago. */
const never = Number.NEGATIVE_INFINITY;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], .xterm') !== null;
}

/** Listens for the keys that work everywhere. A list takes j and k even when nothing has the focus yet. */
export function useShortcuts(show: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  const goAtMs = useRef(never);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'k' && !event.shiftKey) {
        event.preventDefault();
        show('palette');
        return;
      }
      if (event.ctrlKey && event.key === '`') {
        event.preventDefault();
        useDock.getState().toggle();
        return;
      }
      if (command || event.altKey || isTyping(event.target)) return;
      if (performance.now() - goAtMs.current < 1_200 && event.key in places) {
        event.preventDefault();
        goAtMs.current = never;
        void navigate({ to: places[event.key as keyof typeof places] });
        return;
      }
      if (event.key === 'g') goAtMs.current = performance.now();
      else if (event.key === '?') show('shortcuts');
      else if (event.key === '/') focusOn(event, '[data-filter]');
      else if ((event.key === 'j' || event.key === 'k') && document.activeElement === document.body) focusOn(event, '[data-list]');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, show]);
}

function focusOn(event: KeyboardEvent, selector: string): void {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return;
  event.preventDefault();
  element.focus();
}
