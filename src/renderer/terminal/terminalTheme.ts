import type { ISearchOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';

/** The colours of panes: those of the app, or always the same. */
export type PaneTheme = 'app' | 'dark' | 'light';

/** Gives tokens of the theme as xterm reads colours: `oklch` and `light-dark` are resolved by drawing one pixel. */
function withTokens<T>(theme: PaneTheme, use: (colour: (token: string) => string) => T): T | null {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!canvas) return null;
  const probe = document.createElement('span');
  if (theme !== 'app') probe.style.colorScheme = theme;
  document.body.append(probe);
  try {
    return use((token) => {
      probe.style.color = `var(--${token})`;
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = getComputedStyle(probe).color;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    });
  } finally {
    probe.remove();
  }
}

/** The colours of terminals from the tokens of the theme in use. */
export function terminalTheme(theme: PaneTheme = 'app'): ITheme {
  const made = withTokens(
    theme,
    (colour): ITheme => ({
      background: colour('surface'),
      foreground: colour('text'),
      cursor: colour('accent'),
      cursorAccent: colour('surface'),
      selectionBackground: colour('accent-bg'),
      selectionInactiveBackground: colour('raised'),
      overviewRulerBorder: colour('surface'),
      black: colour('raised'),
      red: colour('bad'),
      green: colour('good'),
      yellow: colour('warn'),
      blue: colour('info'),
      magenta: colour('info'),
      cyan: colour('accent'),
      white: colour('muted'),
      brightBlack: colour('faint'),
      brightRed: colour('bad'),
      brightGreen: colour('good'),
      brightYellow: colour('warn'),
      brightBlue: colour('info'),
      brightMagenta: colour('info'),
      brightCyan: colour('accent'),
      brightWhite: colour('text'),
    }),
  );
  return made ?? {};
}

/** Marks of matches: all of them quiet, the current one strong. */
export function searchColours(): NonNullable<ISearchOptions['decorations']> {
  const made = withTokens('app', (colour) => ({
    matchBackground: colour('warn-bg'),
    matchBorder: colour('warn'),
    matchOverviewRuler: colour('warn'),
    activeMatchBackground: colour('accent-bg'),
    activeMatchBorder: colour('accent'),
    activeMatchColorOverviewRuler: colour('accent'),
  }));
  return made ?? { matchOverviewRuler: '#888888', activeMatchColorOverviewRuler: '#444444' };
}
