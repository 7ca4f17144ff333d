import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectorSchema } from '../contract/base.ts';
import { AppError } from '../errors.ts';
import { filterServers, formatSelector, maxSelectorLength, parseSelector, resolveSelector, type Selectable, type Selector, selects } from './selector.ts';

const server = (name: string, environment: Selectable['environment'], tags: string[], groups: string[], roles?: string[]): Selectable => ({
  ...{ name, environment, tags, groups, roles },
});
const fleet = [
  server('gpu-1', 'production', ['a100', 'eu'], ['pool-a']),
  server('gpu-2', 'production', ['a100'], ['pool-b'], ['gpu', 'vector-db']),
  server('gpu-10', 'staging', ['h100'], ['pool-a']),
  server('web.1', 'development', [], [], ['lb']),
];
const picked = (text: string) => filterServers(text, fleet).map(({ name }) => name);

function problemOf(text: string): string {
  try {
    parseSelector(text);
  } catch (error) {
    if (AppError.is(error, 'selector.invalid')) return error.data.problem;
    throw error;
  }
  return 'none';
}

describe('what a selector picks', () => {
  it.each([
    ['gpu-1', ['gpu-1']],
    ['gpu-*', ['gpu-1', 'gpu-2', 'gpu-10']],
    ['gpu-?', ['gpu-1', 'gpu-2']],
    ['web.?', ['web.1']],
    ['webx1', []],
    ['env:staging', ['gpu-10']],
    ['env:*tion', ['gpu-1', 'gpu-2']],
    ['tag:a100', ['gpu-1', 'gpu-2']],
    ['group:pool-a', ['gpu-1', 'gpu-10']],
    ['group:pool-a tag:a100', ['gpu-1']],
    ['role:lb', ['web.1']],
    ['role:*db, role:lb', ['gpu-2', 'web.1']],
    ['!role:*', ['gpu-1', 'gpu-10']],
    ['!tag:a100', ['gpu-10', 'web.1']],
    ['!!tag:a100', ['gpu-1', 'gpu-2']],
    ['gpu-* !env:production', ['gpu-10']],
    ['env:staging, web.1', ['gpu-10', 'web.1']],
    ['tag:a100 group:pool-b,env:development', ['gpu-2', 'web.1']],
    ['all', ['gpu-1', 'gpu-2', 'gpu-10', 'web.1']],
    ['*', ['gpu-1', 'gpu-2', 'gpu-10', 'web.1']],
    ['!all', []],
    ['  gpu-1\t,\n web.1 ', ['gpu-1', 'web.1']],
  ])('%j', (text, names) => expect(picked(text)).toEqual(names));

  it('keeps the given order and names each server once', () => expect(picked('web.1,gpu-1,gpu-1')).toEqual(['gpu-1', 'web.1']));
});

describe('what is wrong with a selector', () => {
  it.each([
    ['', 'position 1: the selector is empty'],
    ['  ', 'position 1: the selector is empty'],
    ['a,,b', 'position 3: a name is missing beside the comma'],
    ['a,', 'position 3: a name is missing beside the comma'],
    ['a !', 'position 3: "!" stands before a word without a space between'],
    ['a envs:staging', 'position 3: "envs:" is not known; there are env:, tag:, group: and role:'],
    ['env:prod', 'position 5: an environment is one of development, staging, production'],
    ['tag:', 'position 5: a word is missing after the colon'],
    ['a b$c', 'position 4: "$" is not allowed in a name, tag, group or role'],
    ['!tag:a:b', 'position 7: ":" is not allowed in a name, tag, group or role'],
    ['gpu-🙂', 'position 5: "🙂" is not allowed in a name, tag, group or role'],
  ])('%j', (text, problem) => expect(problemOf(text)).toBe(problem));

  it('answers any text with a selector or with selector.invalid', () => {
    const near = fc.string({ unit: fc.constantFrom('a', '1', '-', '*', '?', '!', ':', ',', ' ', 'env:', 'tag:', 'all', '$', '\n'), maxLength: 40 });
    fc.assert(fc.property(fc.oneof(fc.string(), near), (text) => typeof problemOf(text) === 'string'));
  });
});

describe('servers that a command is to reach', () => {
  const codeOf = (text: string) => {
    try {
      return resolveSelector(text, fleet).map(({ name }) => name);
    } catch (error) {
      return error instanceof AppError ? { code: error.code, ...error.data } : error;
    }
  };
  it('resolves', () => expect(codeOf('gpu-1,web.*')).toEqual(['gpu-1', 'web.1']));
  it('refuses a name that no server has, even beside one that exists', () =>
    expect(codeOf('gpu-1,gpu-22')).toEqual({ code: 'selector.no-match', selector: 'gpu-22' }));
  it('refuses an unknown name that was to be left out', () => expect(codeOf('gpu-* !gpu-22')).toEqual({ code: 'selector.no-match', selector: 'gpu-22' }));
  it('refuses an empty result', () => expect(codeOf('tag:none')).toEqual({ code: 'selector.no-match', selector: 'tag:none' }));
});

describe('a long selector', () => {
  const name = (index: number) => `${'n'.repeat(58)}-${String(index).padStart(4, '0')}`;
  const many = Array.from({ length: 1400 }, (_, index) => server(name(index), 'production', [], []));
  const named = (count: number) =>
    many
      .slice(0, count)
      .map((each) => each.name)
      .join(',');

  it('names a thousand servers by hand, and the contract takes it', () => {
    const text = named(1000);
    expect(selectorSchema.safeParse(text).success).toBe(true);
    expect(resolveSelector(text, many)).toEqual(many.slice(0, 1000));
    expect(resolveSelector(`${text},!${name(1399)}`, many)).toHaveLength(1399);
  });

  it('ends at its greatest length, which is still read at once', () => {
    expect(selectorSchema.safeParse('a'.repeat(maxSelectorLength + 1)).success).toBe(false);
    const worst = [
      named(1400),
      'a '.repeat(50_000),
      'a,'.repeat(50_000),
      '!'.repeat(99_999),
      `${'!'.repeat(99_999)}a`,
      `${'a'.repeat(99_999)}$`,
      '*'.repeat(100_000),
    ];
    for (const text of worst) {
      const startMs = performance.now();
      problemOf(text);
      if (problemOf(text) === 'none') filterServers(text, many);
      // Milliseconds where time grows with the length; minutes where it grew with its square.
      expect(performance.now() - startMs).toBeLessThan(2000);
    }
  });
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '0', '.', '_', '-'), minLength: 1, maxLength: 6 }).filter((text) => text !== 'all');
const wild = fc.string({ unit: fc.constantFrom('a', 'b', '0', '-', '*', '?'), minLength: 1, maxLength: 6 }).filter((text) => text !== '*' && /[*?]/.test(text));
const label = fc.oneof(
  word.map((pattern) => ({ pattern, plain: true })),
  wild.map((pattern) => ({ pattern, plain: false })),
);
const atom: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant<Selector>({ kind: 'all' }),
  fc.tuple(fc.constantFrom('name', 'tag', 'group'), label).map(([key, match]): Selector => ({ kind: 'match', key, ...match })),
  fc.constantFrom('development', 'staging', 'production').map((pattern): Selector => ({ kind: 'match', key: 'env', pattern, plain: true })),
);
const factor = fc.oneof(
  atom,
  atom.map((of): Selector => ({ kind: 'not', of })),
);
const joined = (kind: 'and' | 'or', part: fc.Arbitrary<Selector>) =>
  fc.oneof(
    part,
    fc.array(part, { minLength: 2, maxLength: 3 }).map((of): Selector => ({ kind, of })),
  );
const selectorOf = joined('or', joined('and', factor));
const anyServer = fc.record({
  name: word,
  environment: fc.constantFrom<Selectable['environment']>('development', 'staging', 'production'),
  tags: fc.array(word, { maxLength: 3 }),
  groups: fc.array(word, { maxLength: 3 }),
});

describe('laws', () => {
  it('what is written is read back', () => {
    fc.assert(
      fc.property(selectorOf, (selector) => {
        expect(parseSelector(formatSelector(selector))).toEqual(selector);
      }),
    );
  });

  it('not is the complement, or the union, and the intersection', () => {
    fc.assert(
      fc.property(atom, atom, anyServer, (left, right, target) => {
        const [a, b] = [formatSelector(left), formatSelector(right)];
        const holds = (text: string) => selects(parseSelector(text), target);
        expect(holds(`!${a}`)).toBe(!holds(a));
        expect(holds(`${a},${b}`)).toBe(holds(a) || holds(b));
        expect(holds(`${a} ${b}`)).toBe(holds(a) && holds(b));
      }),
    );
  });

  it('wildcards agree with the regular expression that they stand for', () => {
    fc.assert(
      fc.property(wild, word, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll(/[.*?]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : '\\.'))}$`).test(name);
        expect(selects(parseSelector(pattern), server(name, 'staging', [], []))).toBe(expected);
      }),
    );
  });
});
