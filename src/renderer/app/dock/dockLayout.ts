import { clampDockHeight, type DockLayout, type DockTab, type PaneGroup } from './dockStore.ts';
import { paneIds, type SplitNode, withoutPane } from './splitTree.ts';

const version = 1;

/** Writes what is kept of the dock. */
export function writeLayout({ panes, groups, current, open, heightPx }: DockLayout): string {
  return JSON.stringify({ version, panes, groups, current, open, heightPx });
}

/**
 * Reads what was kept, and leaves out what is no longer there: terminals that the core does not hold, and whatever is not understood.
 * Null: nothing of it can be used.
 */
export function readLayout(text: string | null, heldTerminals: ReadonlySet<string>, windowPx: number): DockLayout | null {
  const stored = parse(text);
  if (!isRecord(stored) || stored['version'] !== version || !isRecord(stored['panes']) || !Array.isArray(stored['groups'])) return null;
  const panes = Object.values(stored['panes']).filter((pane) => isTab(pane) && (pane.kind !== 'terminal' || heldTerminals.has(pane.terminalId))) as DockTab[];
  const known = new Set(panes.map((pane) => pane.id));
  const seen = new Set<string>();
  const groups = stored['groups'].flatMap((group: unknown) => readGroup(group, known, seen));
  const placed = new Set(groups.flatMap((group) => paneIds(group.root)));
  const { heightPx, current } = stored;
  return {
    panes: Object.fromEntries(panes.filter((pane) => placed.has(pane.id)).map((pane) => [pane.id, pane])),
    groups,
    current: groups.find((group) => group.id === current)?.id ?? groups[0]?.id ?? null,
    open: stored['open'] !== false,
    heightPx: clampDockHeight(typeof heightPx === 'number' && Number.isFinite(heightPx) ? heightPx : 240, windowPx),
  };
}

function readGroup(group: unknown, known: ReadonlySet<string>, seen: Set<string>): PaneGroup[] {
  if (!isRecord(group) || !isNode(group['root'], 0) || typeof group['id'] !== 'string') return [];
  let root: SplitNode | null = group['root'];
  for (const id of paneIds(root)) {
    if (root && (!known.has(id) || seen.has(id))) root = withoutPane(root, id);
    seen.add(id);
  }
  if (!root) return [];
  const ids = paneIds(root);
  const focus = ids.find((id) => id === group['focus']) ?? ids[0];
  if (focus === undefined) return [];
  return [{ id: group['id'], root, focus, maximised: ids.find((id) => id === group['maximised']) ?? null }];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isTab(value: unknown): value is DockTab {
  if (!isRecord(value) || typeof value['id'] !== 'string' || typeof value['title'] !== 'string') return false;
  if (value['kind'] === 'terminal') return typeof value['terminalId'] === 'string' && typeof value['serverName'] === 'string';
  return value['kind'] === 'logs' && isQuery(value['query']);
}

function isQuery(value: unknown): boolean {
  if (!isRecord(value) || typeof value['on'] !== 'string') return false;
  const { on: _on, ...lists } = value;
  return Object.values(lists).every((list) => Array.isArray(list) && list.every((each) => typeof each === 'string'));
}

function isNode(value: unknown, depth: number): value is SplitNode {
  if (!isRecord(value) || depth > 20) return false;
  if (value['kind'] === 'pane') return typeof value['id'] === 'string';
  const { direction, sizes, children } = value;
  return (
    value['kind'] === 'split' &&
    (direction === 'row' || direction === 'column') &&
    Array.isArray(sizes) &&
    Array.isArray(children) &&
    children.length >= 2 &&
    sizes.length === children.length &&
    sizes.every((size) => typeof size === 'number' && size > 0 && size <= 1) &&
    children.every((child) => isNode(child, depth + 1))
  );
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
