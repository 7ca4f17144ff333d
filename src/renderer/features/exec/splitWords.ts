/** A line split into words, or why it cannot be. */
export type SplitWords = { ok: true; words: string[] } | { ok: false; problem: string };

/** Splits a line into words as a POSIX shell does for quotes and backslashes; nothing is expanded. */
export function splitWords(line: string): SplitWords {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote === "'") {
      if (character === "'") quote = null;
      else word = (word ?? '') + character;
    } else if (character === '\\') {
      const escaped = line[at + 1];
      if (escaped === undefined) return { ok: false, problem: 'a backslash at the end escapes nothing' };
      // Within double quotes a backslash only escapes what would otherwise be special there.
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(escaped) ? `\\${escaped}` : escaped);
      at += 1;
    } else if (quote === '"') {
      if (character === '"') quote = null;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote) return { ok: false, problem: `a ${quote} is not closed` };
  if (word !== null) words.push(word);
  return { ok: true, words };
}
