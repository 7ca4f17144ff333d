/** Splits text into words as a POSIX shell does, without expanding anything; `#` before a word begins a comment. Null: a quote is open. */
export function shellWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === '#' && word === null) break;
    else if (character === "'") {
      const end = text.indexOf("'", index + 1);
      if (end < 0) return null;
      word = (word ?? '') + text.slice(index + 1, end);
      index = end;
    } else if (character === '"') {
      const quoted = inDoubleQuotes(text, index + 1);
      if (quoted === null) return null;
      word = (word ?? '') + quoted.text;
      index = quoted.end;
    } else if (character === '\\') {
      if (index + 1 >= text.length) return null;
      index += 1;
      word = (word ?? '') + text.charAt(index);
    } else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  return words;
}

function inDoubleQuotes(text: string, start: number): { text: string; end: number } | null {
  let inner = '';
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') return { text: inner, end: index };
    const next = text.charAt(index + 1);
    if (character === '\\' && (next === '"' || next === '\\')) {
      inner += next;
      index += 1;
    } else inner += character;
  }
  return null;
}

/** A word as a shell takes it back. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9@%+=:,./~_-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
