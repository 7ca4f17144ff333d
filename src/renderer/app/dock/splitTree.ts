/** Panes side by side (`row`) or above each other (`column`). */
export type Direction = 'row' | 'column';

/** How panes share a space: one pane, or parts whose `sizes` add up to 1. */
export type SplitNode = { kind: 'pane'; id: string } | { kind: 'split'; direction: Direction; sizes: number[]; children: SplitNode[] };

/** A rectangle in parts of the whole, from 0 to 1. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The line between two parts of a split: `path` leads to the split, `index` is the part before the line. */
export interface Divider {
  path: number[];
  index: number;
  direction: Direction;
  /** Where the line is within its split, and what it can move within, in parts of the whole. */
  at: number;
  split: Rectangle;
  before: number;
  after: number;
}

/** No part becomes smaller than this share of its split. */
const smallestShare = 0.08;

const whole: Rectangle = { x: 0, y: 0, width: 1, height: 1 };

/** The ids of the panes, left to right and top to bottom. */
export function paneIds(node: SplitNode): string[] {
  return node.kind === 'pane' ? [node.id] : node.children.flatMap(paneIds);
}

/** Puts a new pane right of (`row`) or below (`column`) another; they share its space. */
export function splitPane(node: SplitNode, at: string, direction: Direction, id: string): SplitNode {
  const added: SplitNode = { kind: 'pane', id };
  if (node.kind === 'pane') return node.id === at ? { kind: 'split', direction, sizes: [0.5, 0.5], children: [node, added] } : node;
  const index = node.children.findIndex((child) => child.kind === 'pane' && child.id === at);
  if (index < 0 || node.direction !== direction) return { ...node, children: node.children.map((child) => splitPane(child, at, direction, id)) };
  const half = (node.sizes[index] ?? 0) / 2;
  return { ...node, sizes: node.sizes.toSpliced(index, 1, half, half), children: node.children.toSpliced(index + 1, 0, added) };
}

/** Takes a pane away; its neighbours share its space. Null: it was the only one. */
export function withoutPane(node: SplitNode, id: string): SplitNode | null {
  if (node.kind === 'pane') return node.id === id ? null : node;
  const kept = node.children.flatMap((child, index) => {
    const rest = withoutPane(child, id);
    return rest ? [{ child: rest, size: node.sizes[index] ?? 0 }] : [];
  });
  const [only] = kept;
  if (!only) return null;
  if (kept.length === 1) return only.child;
  return joined({ ...node, children: kept.map(({ child }) => child), sizes: shares(kept.map(({ size }) => size)) });
}

/** A split within a split of the same direction is one split. */
function joined(node: Extract<SplitNode, { kind: 'split' }>): SplitNode {
  const parts = node.children.flatMap((child, index) => {
    const size = node.sizes[index] ?? 0;
    if (child.kind === 'pane' || child.direction !== node.direction) return [{ child, size }];
    return child.children.map((inner, at) => ({ child: inner, size: size * (child.sizes[at] ?? 0) }));
  });
  return { ...node, children: parts.map(({ child }) => child), sizes: shares(parts.map(({ size }) => size)) };
}

function shares(sizes: readonly number[]): number[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sizes.map((size) => (sum > 0 ? size / sum : 1 / sizes.length));
}

/** Moves a divider by a part of its split. */
export function moveDivider(node: SplitNode, path: readonly number[], index: number, by: number): SplitNode {
  if (node.kind === 'pane') return node;
  const [step, ...rest] = path;
  if (step !== undefined) return { ...node, children: node.children.map((child, at) => (at === step ? moveDivider(child, rest, index, by) : child)) };
  const before = node.sizes[index];
  const after = node.sizes[index + 1];
  if (before === undefined || after === undefined) return node;
  const least = Math.min(smallestShare, (before + after) / 2);
  const moved = Math.max(least, Math.min(before + by, before + after - least));
  return { ...node, sizes: node.sizes.toSpliced(index, 2, moved, before + after - moved) };
}

/** Where each pane is. */
export function paneRectangles(node: SplitNode, space: Rectangle = whole): Map<string, Rectangle> {
  if (node.kind === 'pane') return new Map([[node.id, space]]);
  return new Map(parts(node, space).flatMap(({ child, space: part }) => [...paneRectangles(child, part)]));
}

/** Every line between parts. */
export function dividers(node: SplitNode, space: Rectangle = whole, path: number[] = []): Divider[] {
  if (node.kind === 'pane') return [];
  let at = 0;
  return parts(node, space).flatMap(({ child, space: part }, index) => {
    const before = node.sizes[index] ?? 0;
    const after = node.sizes[index + 1];
    at += before;
    const own = after === undefined ? [] : [{ path, index, direction: node.direction, at, split: space, before, after }];
    return [...own, ...dividers(child, part, [...path, index])];
  });
}

function parts(node: Extract<SplitNode, { kind: 'split' }>, space: Rectangle): { child: SplitNode; space: Rectangle }[] {
  let at = 0;
  return node.children.map((child, index) => {
    const size = node.sizes[index] ?? 0;
    const from = at;
    at += size;
    const part =
      node.direction === 'row'
        ? { ...space, x: space.x + from * space.width, width: size * space.width }
        : { ...space, y: space.y + from * space.height, height: size * space.height };
    return { child, space: part };
  });
}

const nearly = 1e-6;

/** The pane that one comes to from another by going one step; null at the edge. */
export function paneTowards(node: SplitNode, from: string, where: 'left' | 'right' | 'up' | 'down'): string | null {
  const places = paneRectangles(node);
  const here = places.get(from);
  if (!here) return null;
  const sideways = where === 'left' || where === 'right';
  const start = (space: Rectangle) => (sideways ? space.x : space.y);
  const end = (space: Rectangle) => start(space) + (sideways ? space.width : space.height);
  const across = (space: Rectangle): [number, number] => (sideways ? [space.y, space.y + space.height] : [space.x, space.x + space.width]);
  const middle = (across(here)[0] + across(here)[1]) / 2;
  const forward = where === 'right' || where === 'down';
  const touching = [...places].filter(([, space]) => {
    const gap = forward ? start(space) - end(here) : start(here) - end(space);
    const [low, high] = across(space);
    return Math.abs(gap) < nearly && low < across(here)[1] - nearly && high > across(here)[0] + nearly;
  });
  const best = touching.find(([, space]) => across(space)[0] <= middle && middle < across(space)[1]) ?? touching[0];
  return best?.[0] ?? null;
}

/** Puts another pane where one is. */
export function replacePane(node: SplitNode, id: string, by: string): SplitNode {
  if (node.kind === 'pane') return node.id === id ? { kind: 'pane', id: by } : node;
  return { ...node, children: node.children.map((child) => replacePane(child, id, by)) };
}
