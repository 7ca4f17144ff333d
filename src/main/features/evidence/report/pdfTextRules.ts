/** Whether a typeface has a letter for a code point. */
export type LetterTest = (codePoint: number) => boolean;

/** What stands for marks that programs like to print, where a typeface lacks them. */
const standIns: Readonly<Record<string, string>> = {
  ...{
    '✓': '√',
    '✔': '√',
    '✅': '√',
    '✗': '×',
    '✘': '×',
    '❌': '×',
    '○': 'o',
    '●': '•',
    '⚠': '!',
    '▲': '!',
    '─': '-',
    '━': '-',
    '│': '|',
    '┃': '|',
    '\u2011': '-',
  },
};

/**
 * Text as a typeface can set it: tabs as spaces, without control characters and colours, and what it has no letter for as its Unicode
 * number, so that nothing is lost silently.
 */
export function setIn(text: string, has: LetterTest): string {
  let set = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  for (const letter of text.replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]|\r(?=\n)/g, '').replaceAll('\t', '    ')) {
    const codePoint = letter.codePointAt(0) ?? 0;
    if (letter === '\n') set += letter;
    else if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0) || (codePoint >= 0xfe00 && codePoint <= 0xfe0f)) set += '';
    else if (has(codePoint)) set += letter;
    else set += standIn(letter, has) ?? `‹U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}›`;
  }
  return set;
}

function standIn(letter: string, has: LetterTest): string | null {
  const other = standIns[letter];
  return other !== undefined && has(other.codePointAt(0) ?? 0) ? other : null;
}
