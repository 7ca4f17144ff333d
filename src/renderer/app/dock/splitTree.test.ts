import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dividers, moveDivider, paneIds, paneRectangles, paneTowards, replacePane, type SplitNode, splitPane, withoutPane } from './splitTree.ts';

const pane = (id: string): SplitNode => ({ kind: 'pane', id });
// a │ b
//   │───
//   │ c
const tree = splitPane(splitPane(pane('a'), 'a', 'row', 'b'), 'b', 'column', 'c');

it('puts panes right of and below each other, nested', () => {
  expect(paneIds(tree)).toEqual(['a', 'b', 'c']);
  expect([...paneRectangles(tree)]).toEqual([
    ['a', { x: 0, y: 0, width: 0.5, height: 1 }],
    ['b', { x: 0.5, y: 0, width: 0.5, height: 0.5 }],
    ['c', { x: 0.5, y: 0.5, width: 0.5, height: 0.5 }],
  ]);
  const wider = splitPane(tree, 'a', 'row', 'd');
  expect(wider).toMatchObject({ direction: 'row', sizes: [0.25, 0.25, 0.5] });
});

it('goes to the neighbour that faces the middle, and stops at the edge', () => {
  expect(paneTowards(tree, 'a', 'right')).toBe('c');
  expect(paneTowards(tree, 'c', 'left')).toBe('a');
  expect(paneTowards(tree, 'c', 'up')).toBe('b');
  expect(paneTowards(tree, 'b', 'down')).toBe('c');
  expect(paneTowards(tree, 'b', 'right')).toBeNull();
  expect(paneTowards(tree, 'nothing', 'right')).toBeNull();
});

it('moves dividers between the smallest sizes that can be got hold of', () => {
  expect(dividers(tree).map(({ path, index, direction, at }) => ({ path, index, direction, at }))).toEqual([
    { path: [], index: 0, direction: 'row', at: 0.5 },
    { path: [1], index: 0, direction: 'column', at: 0.5 },
  ]);
  expect(paneRectangles(moveDivider(tree, [1], 0, 0.25)).get('b')).toMatchObject({ height: 0.75 });
  expect(paneRectangles(moveDivider(tree, [], 0, -5)).get('a')).toMatchObject({ width: 0.08 });
  expect(moveDivider(tree, [7], 0, 0.1)).toEqual(tree);
});

it('gives the space of a pane that goes to its neighbours, and leaves no split of one', () => {
  expect(withoutPane(tree, 'b')).toEqual({ kind: 'split', direction: 'row', sizes: [0.5, 0.5], children: [pane('a'), pane('c')] });
  expect(withoutPane(pane('a'), 'a')).toBeNull();
  expect(withoutPane(tree, 'elsewhere')).toEqual(tree);
});

it('puts a pane in the place of another', () => {
  expect(paneIds(replacePane(tree, 'b', 'x'))).toEqual(['a', 'x', 'c']);
});

const step = fc.record({
  at: fc.nat(),
  direction: fc.constantFrom('row' as const, 'column' as const),
  remove: fc.boolean(),
  by: fc.double({ min: -1, max: 1, noNaN: true }),
});

it('whatever is split, moved and taken away, the panes fill the space and none lies on another', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let node: SplitNode = pane('0');
      let made = 0;
      for (const { at, direction, remove, by } of steps) {
        const ids = paneIds(node);
        const id = ids[at % ids.length] ?? '0';
        const lines = dividers(node);
        const line = lines[at % Math.max(1, lines.length)];
        if (line) node = moveDivider(node, line.path, line.index, by);
        made += 1;
        node = remove && ids.length > 1 ? (withoutPane(node, id) ?? node) : splitPane(node, id, direction, `${made}`);
      }
      const places = [...paneRectangles(node).values()];
      const area = places.reduce((sum, { width, height }) => sum + width * height, 0);
      expect(new Set(paneIds(node)).size).toBe(places.length);
      expect(area).toBeCloseTo(1, 6);
      expect(dividers(node)).toHaveLength(places.length - 1);
    }),
  );
});
