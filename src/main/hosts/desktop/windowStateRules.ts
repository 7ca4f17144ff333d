import { z } from 'zod';

/** A rectangle in device-independent pixels of the virtual screen. */
export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the window was. `bounds` are those it has when it is not maximised. */
export interface WindowState {
  bounds: Bounds;
  maximized: boolean;
}

/** The window is never smaller: below it the screens would scroll sideways. */
export const smallestWindow = { width: 1024, height: 700 };

const preferredWindow = { width: 1440, height: 900 };

/** So much of the window has to lie on a display for a person to get hold of it, in pixels each way. */
const graspable = 120;

const stateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(1).max(100_000), height: z.int().min(1).max(100_000) }),
  maximized: z.boolean(),
});

/** Reads a stored state; null for anything that is not one. */
export function parseWindowState(text: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function overlap(a: Bounds, b: Bounds): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

/**
 * Fits a stored state to the displays there are now. `workAreas` lists them, the primary first. A window whose display is gone
 * is centred on the primary one; its size never exceeds the display it is on.
 */
export function fitToDisplays(stored: WindowState | null, workAreas: readonly [Bounds, ...Bounds[]]): WindowState {
  const [primary] = workAreas;
  const home = stored === null ? undefined : workAreas.find((area) => isGraspable(stored.bounds, area));
  const area = home ?? primary;
  const width = clamp(stored?.bounds.width ?? preferredWindow.width, Math.min(smallestWindow.width, area.width), area.width);
  const height = clamp(stored?.bounds.height ?? preferredWindow.height, Math.min(smallestWindow.height, area.height), area.height);
  const place =
    home === undefined || stored === null
      ? { x: area.x + Math.round((area.width - width) / 2), y: area.y + Math.round((area.height - height) / 2) }
      : {
          x: clamp(stored.bounds.x, area.x - width + graspable, area.x + area.width - graspable),
          y: clamp(stored.bounds.y, area.y, area.y + area.height - graspable),
        };
  return { bounds: { ...place, width, height }, maximized: stored?.maximized ?? false };
}

function isGraspable(bounds: Bounds, area: Bounds): boolean {
  const shared = overlap(bounds, area);
  return shared.width >= graspable && shared.height >= graspable;
}
