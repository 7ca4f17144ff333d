/** What OpenSSH takes for white space between words. */
const blank = /[ \t\r\n]/;

/** One line of a configuration, taken apart. */
export interface ConfigLine {
  /** In lower case, as it is compared. */
  keyword: string;
  /** All that follows the keyword, comments included. */
  rest: string;
  words: string[];
}

/**
 * Takes a line apart as OpenSSH does: null for blank lines and comments. `problem` says why ssh refuses the line.
 * Source: readconf.c `process_config_line_depth`, misc.c `strdelim` and `argv_split` (OpenSSH 9.2), ssh_config(5).
 */
export function parseLine(line: string): ConfigLine | { keyword: string; problem: string } | null {
  let text = line.replace(/[ \t\r\n\f]+$/, '');
  let first = nextWord(text);
  // White space in front is an empty first word.
  if (first?.word === '' && first.rest !== null) {
    text = first.rest;
    first = nextWord(text);
  }
  if (first === null) return { keyword: '', problem: 'a quotation mark is not closed' };
  if (first.word === '' || first.word.startsWith('#')) return null;
  const keyword = first.word.toLowerCase();
  const rest = (first.rest ?? '').replace(/^[ \t\r\n]+/, '');
  if (rest === '') return { keyword, problem: `${first.word} has no value` };
  const words = splitWords(rest);
  return words === null ? { keyword, problem: 'a quotation mark is not closed' } : { keyword, rest, words };
}

/** Takes the first word off: it ends at white space or at one `=`. Null when a quotation mark is not closed; `rest` null at the end. */
export function nextWord(text: string): { word: string; rest: string | null } | null {
  const end = text.search(/[ \t\r\n"=]/);
  if (end < 0) return { word: text, rest: null };
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close < 0) return null;
    return { word: text.slice(0, end) + text.slice(end + 1, close), rest: skipBlanks(text, close + 1) };
  }
  const after = skipBlanks(text, end + 1);
  if (text[end] !== '=' && after.startsWith('=')) return { word: text.slice(0, end), rest: skipBlanks(after, 1) };
  return { word: text.slice(0, end), rest: after };
}

function skipBlanks(text: string, from: number): string {
  let start = from;
  while (start < text.length && blank.test(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** Splits values at blanks, with quotation marks and backslashes; a word that begins with `#` ends them. Null: a quotation mark is open. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let index = 0;
  while (index < text.length) {
    const start = text.charAt(index);
    if (start === ' ' || start === '\t') {
      index += 1;
      continue;
    }
    if (start === '#') break;
    const taken = takeWord(text, index);
    if (taken === null) return null;
    words.push(taken.word);
    index = taken.end;
  }
  return words;
}

function takeWord(text: string, start: number): { word: string; end: number } | null {
  let word = '';
  let quote = '';
  let index = start;
  for (; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && (next === "'" || next === '"' || next === '\\' || (quote === '' && next === ' '))) {
      word += next;
      index += 1;
    } else if (quote === '' && (character === ' ' || character === '\t')) break;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote !== '' && character === quote) quote = '';
    else word += character;
  }
  return quote === '' ? { word, end: index } : null;
}
