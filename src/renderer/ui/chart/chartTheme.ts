import { useSyncExternalStore } from 'react';

/** How many hues there are to tell lines apart. */
export const chartHues = 10;

const names = ['accent', 'text', 'muted', 'faint', 'line', 'hairline', 'surface', 'bg', 'good', 'warn', 'bad', 'info'] as const;

/** Colours as a canvas takes them, of the theme that is on. */
export type ChartTheme = Record<(typeof names)[number], string> & { hues: string[] };

function read(): ChartTheme {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const theme = Object.fromEntries(names.map((name) => [name, colour(name)])) as Record<(typeof names)[number], string>;
  const hues = Array.from({ length: chartHues }, (_, hue) => colour(`lane-${hue}`));
  probe.remove();
  return { ...theme, hues };
}

let current: ChartTheme | null = null;
const listeners = new Set<() => void>();
let stop: (() => void) | null = null;

/** Follows the theme while somebody draws: the person's choice on the root element, and the system's. */
function follow(): () => void {
  const changed = () => {
    current = null;
    for (const listener of [...listeners]) listener();
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
    current = null;
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  stop ??= follow();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

/** The colours of charts; another object once the theme has changed. */
export function useChartTheme(): ChartTheme {
  return useSyncExternalStore(subscribe, () => {
    current ??= read();
    return current;
  });
}

/** The colour of a line. */
export const lineColour = (theme: ChartTheme, hue: number | null): string => (hue === null ? theme.accent : (theme.hues[hue % chartHues] ?? theme.accent));

/** The same colour, seen through. */
export const faded = (colour: string, alpha: number): string => `color-mix(in oklab, ${colour} ${alpha * 100}%, transparent)`;
