import { AppError } from '../errors.ts';
import { environmentSchema, type Server } from './server.ts';

/** What a selector looks at in a server. */
export type Selectable = Pick<Server, 'name' | 'environment' | 'tags' | 'groups' | 'roles'>;

/** A parsed selector. `plain` names stand without a wildcard: a typing mistake in one of them can be told. */
export type Selector =
  | { kind: 'all' }
  | { kind: 'match'; key: 'name' | (typeof keys)[number]; pattern: string; plain: boolean }
  | { kind: 'not'; of: Selector }
  | { kind: 'and'; of: readonly Selector[] }
  | { kind: 'or'; of: readonly Selector[] };

/**
 * The longest selector. Fourteen hundred names of the greatest length fit, so that a selection by hand of a whole large fleet can be
 * sent; far less than the largest message.
 */
export const maxSelectorLength = 100_000;

const keys = ['env', 'tag', 'group', 'role'] as const;
const patternText = /^[A-Za-z0-9._*?-]+$/;

/** A word of the text that is not a comma, with its 1-based position. */
interface Word {
  text: string;
  at: number;
}

/**
 * Reads a selector: words are server names with `*` and `?`, `env:`, `tag:`, `group:`, `role:`, `all` or `*`; a `!` before a word
 * means not; spaces mean and; commas mean or and bind less. Throws `selector.invalid` with the position of the problem.
 */
export function parseSelector(text: string): Selector {
  const alternatives: Selector[] = [];
  for (const part of splitAtCommas(text)) {
    if (part.words.length === 0) throw invalid(text, part.at, text.trim() === '' ? 'the selector is empty' : 'a name is missing beside the comma');
    alternatives.push(join('and', parseWords(text, part.words)));
  }
  return join('or', alternatives);
}

/** Writes a selector so that `parseSelector` reads the same again. */
export function formatSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'all':
      return 'all';
    case 'match':
      return selector.key === 'name' ? selector.pattern : `${selector.key}:${selector.pattern}`;
    case 'not':
      return `!${formatSelector(selector.of)}`;
    case 'and':
      return selector.of.map(formatSelector).join(' ');
    case 'or':
      return selector.of.map(formatSelector).join(', ');
  }
}

/** Whether a server is among those that the selector picks. For many servers `selectorTest` is faster. */
export function selects(selector: Selector, server: Selectable): boolean {
  return selectorTest(selector)(server);
}

/** A test for servers. However many names stand side by side, a server's own is looked up among them once. */
export function selectorTest(selector: Selector): (server: Selectable) => boolean {
  switch (selector.kind) {
    case 'all':
      return () => true;
    case 'match': {
      const { key } = selector;
      const pattern = selector.pattern.replaceAll(/\*+/g, '*');
      const matches = selector.plain ? (value: string) => value === pattern : (value: string) => wildcardMatches(pattern, value);
      return (server) => valuesOf(server, key).some(matches);
    }
    case 'not': {
      const of = selectorTest(selector.of);
      return (server) => !of(server);
    }
    case 'and': {
      const parts = selector.of.map(selectorTest);
      return (server) => parts.every((part) => part(server));
    }
    case 'or': {
      const names = new Set(selector.of.flatMap((part) => (isPlainName(part) ? [part.pattern] : [])));
      const parts = selector.of.filter((part) => !isPlainName(part)).map(selectorTest);
      return (server) => names.has(server.name) || parts.some((part) => part(server));
    }
  }
}

/** The servers that a selector picks, in their given order; none is a result like any other. Throws `selector.invalid`. */
export function filterServers<T extends Selectable>(text: string, servers: readonly T[]): T[] {
  return servers.filter(selectorTest(parseSelector(text)));
}

/**
 * The servers that a command is to reach. Stricter than `filterServers`: a name that no server has is a typing mistake, and an
 * empty result is none, so both throw `selector.no-match`. Throws `selector.invalid`.
 */
export function resolveSelector<T extends Selectable>(text: string, servers: readonly T[]): T[] {
  const selector = parseSelector(text);
  const names = new Set(servers.map((server) => server.name));
  const unknown = plainNames(selector).find((name) => !names.has(name));
  if (unknown !== undefined) throw new AppError('selector.no-match', { selector: unknown });
  const picked = servers.filter(selectorTest(selector));
  if (picked.length === 0) throw new AppError('selector.no-match', { selector: text.slice(0, 500) });
  return picked;
}

function parseWords(text: string, words: readonly Word[]): Selector[] {
  return words.map((word) => {
    const stripped = word.text.replace(/^!+/, '');
    const negations = word.text.length - stripped.length;
    const at = word.at + negations;
    if (stripped === '') throw invalid(text, word.at, '"!" stands before a word without a space between');
    const selector = parseAtom(text, stripped, at);
    // Not not is nothing: whoever goes through a selector never gets deeper than its text can be written.
    return negations % 2 === 1 ? { kind: 'not', of: selector } : selector;
  });
}

function parseAtom(text: string, word: string, at: number): Selector {
  if (word === 'all' || word === '*') return { kind: 'all' };
  const colon = word.indexOf(':');
  if (colon < 0) return { kind: 'match', key: 'name', ...pattern(text, word, at) };
  const prefix = word.slice(0, colon);
  const key = keys.find((candidate) => candidate === prefix);
  if (key === undefined) throw invalid(text, at, `"${prefix}:" is not known; there are env:, tag:, group: and role:`);
  const match = pattern(text, word.slice(colon + 1), at + colon + 1);
  if (key === 'env' && match.plain && !environmentSchema.safeParse(match.pattern).success) {
    throw invalid(text, at + colon + 1, `an environment is one of ${environmentSchema.options.join(', ')}`);
  }
  return { kind: 'match', key, ...match };
}

function pattern(text: string, word: string, at: number): { pattern: string; plain: boolean } {
  if (word === '') throw invalid(text, at, 'a word is missing after the colon');
  if (!patternText.test(word)) {
    const offset = [...word].findIndex((character) => !patternText.test(character));
    const character = [...word][offset] ?? '';
    throw invalid(text, at + [...word].slice(0, offset).join('').length, `"${character}" is not allowed in a name, tag, group or role`);
  }
  return { pattern: word, plain: !/[*?]/.test(word) };
}

function splitAtCommas(text: string): { words: Word[]; at: number }[] {
  const parts: { words: Word[]; at: number }[] = [];
  let start = 0;
  for (const part of text.split(',')) {
    const words = [...part.matchAll(/\S+/g)].map((found) => ({ text: found[0], at: start + found.index + 1 }));
    parts.push({ words, at: start + 1 });
    start += part.length + 1;
  }
  return parts;
}

function join(kind: 'and' | 'or', parts: readonly Selector[]): Selector {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, of: parts };
}

function valuesOf(server: Selectable, key: 'name' | (typeof keys)[number]): readonly string[] {
  switch (key) {
    case 'name':
      return [server.name];
    case 'env':
      return [server.environment];
    case 'tag':
      return server.tags;
    case 'group':
      return server.groups;
    case 'role':
      return server.roles ?? [];
  }
}

/** Whether a value matches a pattern with `*` and `?`. Greedy matching with one point to fall back to: linear in practice, never exponential, whatever the pattern. */
export function wildcardMatches(wildcard: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let mark = 0;
  while (v < value.length) {
    if (wildcard[p] === '*') {
      star = p;
      mark = v;
      p += 1;
    } else if (p < wildcard.length && (wildcard[p] === '?' || wildcard[p] === value[v])) {
      p += 1;
      v += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      v = mark;
    } else {
      return false;
    }
  }
  while (wildcard[p] === '*') p += 1;
  return p === wildcard.length;
}

function isPlainName(selector: Selector): selector is Selector & { kind: 'match' } {
  return selector.kind === 'match' && selector.key === 'name' && selector.plain;
}

/** Names without a wildcard in a selector, whether they are wanted or not. */
export function plainNames(selector: Selector): string[] {
  switch (selector.kind) {
    case 'all':
      return [];
    case 'match':
      return isPlainName(selector) ? [selector.pattern] : [];
    case 'not':
      return plainNames(selector.of);
    case 'and':
    case 'or':
      return selector.of.flatMap(plainNames);
  }
}

function invalid(selector: string, at: number, problem: string): AppError {
  return new AppError('selector.invalid', { selector: selector.slice(0, 500), problem: `position ${at}: ${problem}` });
}
