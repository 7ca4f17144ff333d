import { beforeEach, expect, it } from 'vitest';
import { clampDockHeight, type DockTab, useDock } from './dockStore.ts';

const tab = (id: string): DockTab => ({ id, kind: 'terminal', terminalId: id, serverName: 'a', title: id });
const state = () => useDock.getState();
beforeEach(() => useDock.setState({ tabs: [], shown: [], focus: 0, open: true }));

it('shows a new tab in the pane that has the focus, and keeps the others as tabs', () => {
  state().add(tab('a'));
  state().add(tab('b'));
  expect(state()).toMatchObject({ shown: ['b'], open: true });
  expect(state().tabs.map((each) => each.id)).toEqual(['a', 'b']);
  state().add(tab('a'));
  expect(state().tabs).toHaveLength(2);
  expect(state().shown).toEqual(['a']);
});

it('puts panes side by side, four at most, and takes them away again', () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) state().add(tab(id));
  for (const id of ['a', 'b', 'c', 'd']) state().split(id);
  expect(state().shown).toEqual(['e', 'a', 'b', 'c']);
  state().split('a');
  expect(state().shown).toEqual(['e', 'b', 'c']);
});

it('shows another tab when the last shown one is closed, and nothing once all are', () => {
  state().add(tab('a'));
  state().add(tab('b'));
  state().remove('b');
  expect(state().shown).toEqual(['a']);
  state().remove('a');
  expect(state()).toMatchObject({ shown: [], tabs: [], focus: 0 });
});

it('keeps a usable height', () => {
  expect(clampDockHeight(10, 900)).toBe(120);
  expect(clampDockHeight(5_000, 900)).toBe(675);
});
