import { Unicode11Addon } from '@xterm/addon-unicode11';
import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm';

/** More marks than any script puts on one character. */
const mostMarks = 12;

/**
 * Widths of Unicode 11 by code point, as the programs on servers count them (wcwidth of their C library), so that cursors agree; whole
 * clusters would be narrower than the programs believe. A cell takes a bounded number of marks: one with a million of them would
 * stop the window.
 */
export function boundUnicode(terminal: Terminal): void {
  let widths: IUnicodeVersionProvider | undefined;
  // The add-on has the tables; it hands them to whoever registers versions.
  new Unicode11Addon().activate({ unicode: { register: (provider: IUnicodeVersionProvider) => (widths = provider) } } as unknown as Terminal);
  const tables = widths;
  if (!tables) return;
  terminal.unicode.register({
    version: '11-bounded',
    wcwidth: (codepoint) => tables.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      // Asked for every character: most are these.
      if (codepoint >= 32 && codepoint < 127) return plain;
      const width = tables.wcwidth(codepoint);
      const marks = preceding >> 3;
      const widthBefore = (preceding >> 1) & 3;
      // A mark that joins nothing gets a cell that is not drawn.
      if (width > 0 || widthBefore === 0 || marks >= mostMarks) return properties(0, width, false);
      return properties(marks + 1, widthBefore, true);
    },
  });
  terminal.unicode.activeVersion = '11-bounded';
}

/** Of a character that takes one cell of its own. */
const plain = properties(0, 1, false);

/** As the emulator packs them: state, width, and whether the character joins the one before. */
function properties(state: number, width: number, joins: boolean): number {
  return (state << 3) | (width << 1) | (joins ? 1 : 0);
}
