import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import { admitted, type Contender, mayReturn } from './queueRules.ts';

const contender = (id: string, servers: string[], mutates = true, parent: string | null = null): Contender => ({
  ...{ id: id as OperationId, mutates, servers: servers as ServerId[], parentId: parent as OperationId | null },
});

test.each<[string, Contender[], Contender[], string[]]>([
  ['all, where servers are free', [], [contender('1', ['a']), contender('2', ['b'])], ['1', '2']],
  ['none on a server that is held', [contender('0', ['a'])], [contender('1', ['a', 'b'])], []],
  ['readers always', [contender('0', ['a'])], [contender('1', ['a'], false)], ['1']],
  ['those that a reader does not hold up', [contender('0', ['a'], false)], [contender('1', ['a'])], ['1']],
  ['nobody before one that waits longer for the same server', [contender('0', ['a'])], [contender('1', ['a', 'b']), contender('2', ['b'])], []],
  ['a part beside the operation that it is a part of', [contender('0', ['a'])], [contender('1', ['a'], true, '0')], ['1']],
  ['no part where another holds the server', [contender('0', ['a']), contender('9', ['b'])], [contender('1', ['a', 'b'], true, '0')], []],
  ['a part before one that waits for its parent', [contender('0', ['a'])], [contender('1', ['a']), contender('2', ['a'], true, '0')], ['2']],
])('admits %s', (_, holding, waiting, expected) => {
  expect(admitted(holding, waiting)).toEqual(expected);
});

const contenders = (prefix: string) =>
  fc
    .array(fc.record({ mutates: fc.boolean(), servers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }) }), { maxLength: 6 })
    .map((all) => all.map(({ mutates, servers }, n) => contender(`${prefix}${n}`, servers, mutates)));

test('of those that change a server never two go at once, and somebody always goes', () => {
  fc.assert(
    fc.property(contenders('w'), (waiting) => {
      let holding: Contender[] = [];
      let queue = waiting;
      while (queue.length > 0 || holding.length > 0) {
        const ids = admitted(holding, queue);
        holding = [...holding, ...queue.filter(({ id }) => ids.includes(id))];
        queue = queue.filter(({ id }) => !ids.includes(id));
        const taken = holding.filter(({ mutates }) => mutates).flatMap(({ servers }) => servers);
        expect(new Set(taken).size).toBe(taken.length);
        expect(holding.length).toBeGreaterThan(0);
        holding = holding.slice(1);
      }
    }),
  );
});

test.each<[string, Contender[], boolean]>([
  ['nobody holds it', [contender('2', ['b'])], true],
  ['it holds it itself', [contender('1', ['a'])], true],
  ['its parent holds it', [contender('0', ['a'])], true],
  ['a part of it holds it', [contender('3', ['a'], true, '1')], true],
  ['a reader is there', [contender('2', ['a'], false)], true],
  ['another holds it', [contender('2', ['a'])], false],
])('who asked a person has the server back where %s', (_, holding, expected) => {
  expect(mayReturn({ id: '1' as OperationId, parentId: '0' as OperationId, server: 'a' as ServerId }, holding)).toBe(expected);
});
