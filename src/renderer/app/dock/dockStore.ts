import { create } from 'zustand';
import type { LogQuery } from '../../features/logs/logQuery.ts';
import { type Direction, moveDivider, paneIds, paneTowards, replacePane, type SplitNode, splitPane, withoutPane } from './splitTree.ts';

/** What a pane of the dock shows: a terminal held by the core, or followed logs. */
export type DockTab = { id: string; title: string } & ({ kind: 'terminal'; terminalId: string; serverName: string } | { kind: 'logs'; query: LogQuery });

/** Panes that are shown together: a tab of the dock. */
export interface PaneGroup {
  id: string;
  root: SplitNode;
  /** The pane that has, or gets, the keyboard. */
  focus: string;
  /** The pane that fills the whole for now. */
  maximised: string | null;
}

/** What is kept of the dock over restarts. */
export interface DockLayout {
  panes: Readonly<Record<string, DockTab>>;
  groups: readonly PaneGroup[];
  current: string | null;
  open: boolean;
  heightPx: number;
}

interface DockState extends DockLayout {
  /** Counts the wishes to have the keyboard in the focused pane; the pane follows them. */
  focusWish: number;
  /** Shows a pane: where it is already, beside another, or in a tab of its own. */
  add(tab: DockTab, beside?: { pane: string; direction: Direction }): void;
  remove(id: string): void;
  /** Puts another pane where one was. */
  replace(id: string, tab: DockTab): void;
  /** Brings a pane to the front and gives it the keyboard. */
  show(id: string): void;
  showGroup(id: string): void;
  /** Notes that a pane got the keyboard. */
  setFocus(id: string): void;
  focusTowards(where: 'left' | 'right' | 'up' | 'down'): void;
  toggleMaximised(id: string): void;
  resize(group: string, path: readonly number[], index: number, by: number): void;
  /** Puts a pane into a tab of its own. */
  moveOut(id: string): void;
  /** Takes a pane out of its tab and puts it beside another. */
  moveBeside(id: string, at: string, direction: Direction): void;
  restore(layout: DockLayout): void;
  setHeight(px: number): void;
  toggle(): void;
}

const minHeightPx = 120;

/** Keeps the height between a usable pane and most of the window. */
export function clampDockHeight(px: number, windowPx: number): number {
  return Math.round(Math.max(minHeightPx, Math.min(px, windowPx * 0.75)));
}

/** The tab that a pane is in. */
export function groupOf(groups: readonly PaneGroup[], pane: string): PaneGroup | undefined {
  return groups.find((group) => paneIds(group.root).includes(pane));
}

const alone = (id: string): PaneGroup => ({ id: `group:${id}`, root: { kind: 'pane', id }, focus: id, maximised: null });

function withoutPaneIn(groups: readonly PaneGroup[], id: string): PaneGroup[] {
  return groups.flatMap((group) => {
    const root = withoutPane(group.root, id);
    if (!root) return [];
    const focus = group.focus === id ? (paneIds(root)[0] ?? group.focus) : group.focus;
    // A tab is named by the pane that it began with, which may begin another one now.
    return [{ id: group.id === `group:${id}` ? `group:${focus}` : group.id, root, focus, maximised: group.maximised === id ? null : group.maximised }];
  });
}

function change(groups: readonly PaneGroup[], pane: string, by: (group: PaneGroup) => PaneGroup): PaneGroup[] {
  const found = groupOf(groups, pane);
  return groups.map((group) => (group === found ? by(group) : group));
}

/** The current tab after a change: the same one, else the neighbour of where it was. */
function currentAfter(before: DockLayout, groups: readonly PaneGroup[], pane: string): string | null {
  const at = before.groups.findIndex((group) => group.id === before.current);
  const same = groups.find((group) => group.id === before.current);
  if (same) return same.id;
  const old = before.groups[at];
  const renamed = old ? groups.find((group) => paneIds(group.root).some((id) => id !== pane && paneIds(old.root).includes(id))) : undefined;
  return (renamed ?? groups[Math.min(Math.max(at, 0), groups.length - 1)])?.id ?? null;
}

/** The dock: panes in tabs and splits, and its size. The terminals themselves live in the core, and so does what is kept of this. */
export const useDock = create<DockState>()((set) => ({
  panes: {},
  groups: [],
  current: null,
  open: true,
  heightPx: 240,
  focusWish: 0,
  add: (tab, beside) =>
    set((state) => {
      const panes = { ...state.panes, [tab.id]: tab };
      const focusWish = state.focusWish + 1;
      if (groupOf(state.groups, tab.id)) return { panes, open: true, focusWish, ...shown(state.groups, tab.id) };
      if (beside && groupOf(state.groups, beside.pane)) {
        const groups = change(state.groups, beside.pane, (group) => ({
          ...group,
          root: splitPane(group.root, beside.pane, beside.direction, tab.id),
          maximised: null,
        }));
        return { panes, open: true, focusWish, ...shown(groups, tab.id) };
      }
      const groups = [...state.groups, alone(tab.id)];
      return { panes, open: true, focusWish, ...shown(groups, tab.id) };
    }),
  remove: (id) =>
    set((state) => {
      const groups = withoutPaneIn(state.groups, id);
      const { [id]: _gone, ...panes } = state.panes;
      return { panes, groups, current: currentAfter(state, groups, id), focusWish: state.focusWish + 1 };
    }),
  replace: (id, tab) =>
    set((state) => {
      const { [id]: _gone, ...panes } = state.panes;
      const groups = change(state.groups, id, (group) => ({
        ...group,
        root: replacePane(group.root, id, tab.id),
        focus: group.focus === id ? tab.id : group.focus,
        maximised: group.maximised === id ? tab.id : group.maximised,
      }));
      return { panes: { ...panes, [tab.id]: tab }, groups, focusWish: state.focusWish + 1 };
    }),
  show: (id) => set((state) => ({ open: true, focusWish: state.focusWish + 1, ...shown(state.groups, id) })),
  showGroup: (id) => set((state) => ({ open: true, current: id, focusWish: state.focusWish + 1 })),
  setFocus: (id) => set((state) => ({ groups: change(state.groups, id, (group) => ({ ...group, focus: id })) })),
  focusTowards: (where) =>
    set((state) => {
      const group = state.groups.find((each) => each.id === state.current);
      const next = group && !group.maximised ? paneTowards(group.root, group.focus, where) : null;
      return next === null ? {} : { focusWish: state.focusWish + 1, ...shown(state.groups, next) };
    }),
  toggleMaximised: (id) =>
    set((state) => ({
      focusWish: state.focusWish + 1,
      groups: change(state.groups, id, (group) => ({ ...group, focus: id, maximised: group.maximised === id || group.root.kind === 'pane' ? null : id })),
    })),
  resize: (group, path, index, by) =>
    set((state) => ({ groups: state.groups.map((each) => (each.id === group ? { ...each, root: moveDivider(each.root, path, index, by) } : each)) })),
  moveOut: (id) =>
    set((state) => {
      const group = groupOf(state.groups, id);
      if (!group || group.root.kind === 'pane') return {};
      const groups = [...withoutPaneIn(state.groups, id), alone(id)];
      return { focusWish: state.focusWish + 1, ...shown(groups, id) };
    }),
  moveBeside: (id, at, direction) =>
    set((state) => {
      if (id === at || !groupOf(state.groups, id) || !groupOf(state.groups, at)) return {};
      const groups = change(withoutPaneIn(state.groups, id), at, (group) => ({ ...group, root: splitPane(group.root, at, direction, id), maximised: null }));
      return { open: true, focusWish: state.focusWish + 1, ...shown(groups, id) };
    }),
  restore: (layout) => set(layout),
  setHeight: (px) => set({ heightPx: clampDockHeight(px, window.innerHeight) }),
  toggle: () => set((state) => ({ open: !state.open, focusWish: state.focusWish + 1 })),
}));

function shown(groups: readonly PaneGroup[], id: string): { groups: PaneGroup[]; current: string | null } {
  const next = change(groups, id, (group) => ({ ...group, focus: id, maximised: group.maximised === null || group.maximised === id ? group.maximised : null }));
  return { groups: next, current: groupOf(next, id)?.id ?? null };
}
