import { beforeEach, expect, it } from 'vitest';
import { logQuery } from '../../features/logs/logQuery.ts';
import { readLayout, writeLayout } from './dockLayout.ts';
import { clampDockHeight, type DockTab, groupOf, useDock } from './dockStore.ts';
import { paneIds } from './splitTree.ts';

const tab = (id: string): DockTab => ({ id, kind: 'terminal', terminalId: id, serverName: 'a', title: id });
const state = () => useDock.getState();
const tabs = () => state().groups.map((group) => paneIds(group.root).join(' '));
const front = () => state().groups.find((group) => group.id === state().current);
beforeEach(() => useDock.setState({ panes: {}, groups: [], current: null, open: true, heightPx: 240 }));

it('opens each pane in a tab of its own or beside another, and shows one that is there already', () => {
  state().add(tab('a'));
  state().add(tab('b'), { pane: 'a', direction: 'row' });
  state().add(tab('c'));
  expect(tabs()).toEqual(['a b', 'c']);
  expect(front()?.focus).toBe('c');
  state().add(tab('a'));
  expect(tabs()).toEqual(['a b', 'c']);
  expect(front()?.focus).toBe('a');
  state().add(tab('d'), { pane: 'gone', direction: 'row' });
  expect(tabs()).toEqual(['a b', 'c', 'd']);
});

it('goes on with the neighbour when a pane or a tab goes', () => {
  state().add(tab('a'));
  state().add(tab('b'), { pane: 'a', direction: 'row' });
  state().add(tab('c'));
  state().show('a');
  state().remove('a');
  expect(tabs()).toEqual(['b', 'c']);
  expect(front()?.focus).toBe('b');
  state().remove('b');
  expect(front()?.focus).toBe('c');
  state().remove('c');
  expect(state()).toMatchObject({ groups: [], current: null, panes: {} });
});

it('moves the focus and panes about', () => {
  for (const id of ['a', 'b', 'c']) state().add(tab(id));
  state().moveBeside('b', 'a', 'row');
  expect(tabs()).toEqual(['a b', 'c']);
  state().focusTowards('left');
  expect(front()?.focus).toBe('a');
  state().focusTowards('left');
  expect(front()?.focus).toBe('a');
  state().toggleMaximised('a');
  expect(front()?.maximised).toBe('a');
  state().show('b');
  expect(front()).toMatchObject({ focus: 'b', maximised: null });
  state().moveOut('b');
  expect(tabs()).toEqual(['a', 'c', 'b']);
  expect(front()?.focus).toBe('b');
  state().toggleMaximised('b');
  expect(front()?.maximised).toBeNull();
});

it('puts a new shell where a closed one was', () => {
  state().add(tab('a'));
  state().add(tab('b'), { pane: 'a', direction: 'column' });
  state().replace('b', tab('x'));
  expect(tabs()).toEqual(['a x']);
  expect(front()?.focus).toBe('x');
  expect(state().panes['b']).toBeUndefined();
});

it('comes back as it was, without the terminals that are gone', () => {
  state().add(tab('a'));
  state().add(tab('b'), { pane: 'a', direction: 'row' });
  state().add({ id: 'logs:x', kind: 'logs', query: logQuery('all', { units: ['docker.service'] }), title: 'docker' }, { pane: 'b', direction: 'column' });
  state().add(tab('c'));
  state().resize(groupOf(state().groups, 'a')?.id ?? '', [], 0, 0.2);
  const text = writeLayout(state());
  const all = readLayout(text, new Set(['a', 'b', 'c']), 900);
  expect(all).toMatchObject({ groups: state().groups, panes: state().panes, current: state().current, open: true, heightPx: 240 });
  const some = readLayout(text, new Set(['a']), 900);
  expect(some?.groups.map((group) => paneIds(group.root).join(' '))).toEqual(['a logs:x']);
  expect(some?.current).toBe(some?.groups[0]?.id);
  expect(Object.keys(some?.panes ?? {}).sort()).toEqual(['a', 'logs:x']);
});

it.each([null, '', '{', '[]', '{"version":2}', '{"version":1,"panes":[],"groups":[]}'])('a layout that is none, %s, is left alone', (text) =>
  expect(readLayout(text, new Set(), 900)).toBeNull(),
);

it('what does not fit together is left out', () => {
  const pane = { kind: 'pane', id: 'a' };
  const bad = [
    { id: 'g', root: { kind: 'split', direction: 'row', sizes: [1], children: [pane] }, focus: 'a' },
    { id: 'g', root: { kind: 'split', direction: 'up', sizes: [0.5, 0.5], children: [pane, pane] }, focus: 'a' },
    { root: pane },
    { id: 'twice', root: { kind: 'split', direction: 'row', sizes: [0.5, 0.5], children: [pane, pane] }, focus: 'elsewhere', maximised: 'elsewhere' },
  ];
  const text = JSON.stringify({
    version: 1,
    panes: { a: tab('a'), x: { id: 'x', title: 'x', kind: 'other' } },
    groups: bad,
    current: 'none',
    heightPx: 'tall',
  });
  expect(readLayout(text, new Set(['a']), 900)).toEqual({ panes: {}, groups: [], current: null, open: true, heightPx: 240 });
});

it('keeps a usable height', () => {
  expect(clampDockHeight(10, 900)).toBe(120);
  expect(clampDockHeight(5_000, 900)).toBe(675);
});
