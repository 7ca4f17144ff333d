import { Terminal } from '@xterm/xterm';
import { boundUnicode } from './boundedUnicode.ts';
import { type Cast, sizeOf } from './cast.ts';
import { keepQuiet } from './quietParser.ts';
import { terminalTheme } from './terminalTheme.ts';

/** A recording on a screen of its own, at any moment of it. */
export interface Replay {
  /** Shows it as it was after the first `count` events. */
  showUntil(count: number): void;
  dispose(): void;
}

const widthOfCell = 0.602;

/** Puts a recording's screen into an element, as large as fits. Nothing typed into it goes anywhere. */
export function createReplay(cast: Cast, place: HTMLElement, look: { fontSizePx: number }): Replay {
  const fitting = Math.floor((place.clientWidth - 24) / (cast.cols * widthOfCell));
  const xterm = new Terminal({
    allowProposedApi: true,
    cols: cast.cols,
    rows: cast.rows,
    disableStdin: true,
    logLevel: 'off',
    fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
    fontSize: Math.max(7, Math.min(look.fontSizePx + 2, fitting)),
    lineHeight: 1.25,
    minimumContrastRatio: 4.5,
    scrollback: 1_000,
    theme: terminalTheme(),
    linkHandler: { activate: () => {} },
  });
  keepQuiet(xterm);
  boundUnicode(xterm);
  xterm.open(place);
  const themes = new MutationObserver(() => {
    xterm.options.theme = terminalTheme();
  });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  let shown = 0;
  return {
    showUntil(count) {
      if (count < shown) {
        xterm.reset();
        xterm.resize(cast.cols, cast.rows);
        shown = 0;
      }
      let output = '';
      for (const { kind, data } of cast.events.slice(shown, count)) {
        const size = kind === 'r' ? sizeOf(data) : null;
        if (kind === 'o') output += data;
        if (!size) continue;
        const before = output;
        output = '';
        // A size holds for what comes after it.
        xterm.write(before, () => xterm.resize(size.cols, size.rows));
      }
      xterm.write(output);
      shown = count;
    },
    dispose() {
      themes.disconnect();
      xterm.dispose();
    },
  };
}
