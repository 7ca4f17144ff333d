/** Control sequences (CSI), operating-system commands (OSC) and other escapes; ECMA-48. */
const escapes = new RegExp(
  [String.raw`\u001b\[[0-9;:?<=>]*[ -/]*[@-~]`, String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)`, String.raw`\u001b[ -/]*[0-Z\\^-~]`].join('|'),
  'g',
);

/**
 * Output without what does not make it another one: escape sequences, carriage returns at line ends, blanks at the ends of lines and
 * empty lines at the end.
 */
export function normalised(text: string): string {
  const lines = text.replace(escapes, '').split('\n');
  // Not by an expression: blanks in the middle of a long line would cost their square.
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

/** The beginning of a text that takes `limit` characters at most when encoded as JSON, without half a character at its end. */
export function cutToJson(text: string, limit: number): string {
  const cost = (length: number) => JSON.stringify(text.slice(0, length)).length;
  let fits = 0;
  let tooMuch = Math.min(text.length, limit) + 1;
  while (tooMuch - fits > 1) {
    const middle = (fits + tooMuch) >> 1;
    if (cost(middle) <= limit) fits = middle;
    else tooMuch = middle;
  }
  const last = text.charCodeAt(fits - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 && fits < text.length ? fits - 1 : fits);
}
