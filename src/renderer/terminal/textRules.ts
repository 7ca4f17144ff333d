const longestTitle = 80;

/** What a program calls itself, as one short line: nothing in it moves the cursor, turns the text or hides. */
export function plainTitle(title: string): string {
  const line = [
    ...title
      .slice(0, 1_000)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]+/gu, ' ')
      .replace(/\p{M}{3,}/gu, '')
      .replace(/\s+/g, ' ')
      .trim(),
  ];
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1).join('')}…` : line.join('');
}

/** Text with its control characters made visible, for a look before it is pasted: `␛` for ESC, `␀` for NUL. Line breaks and tabs stay. */
export function visibleControls(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\n' || character === '\t') return character;
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '␡';
  });
}

/** Why a paste is worth a second look: more lines than one, an Enter at its end, control characters. Null: it is one plain line. */
export function pasteWarning(text: string): { lines: number; controls: number } | null {
  const lines = text.replace(/(\r\n?|\n)$/, '').split(/\r\n?|\n/).length;
  const controls = (text.match(/\p{Cc}/gu) ?? []).filter((character) => !'\t\r\n'.includes(character)).length;
  return lines > 1 || controls > 0 || /[\r\n]$/.test(text) ? { lines, controls } : null;
}
