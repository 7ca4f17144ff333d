import { useSyncExternalStore } from 'react';

/** How text is set, as far as its width depends on it. */
export interface Face {
  /** In px. */
  size: number;
  weight?: number;
  mono?: boolean;
}

const families = { sans: "'Inter Variable', system-ui, sans-serif", mono: "'JetBrains Mono Variable', ui-monospace, monospace" };
const ellipsis = '…';
/** Texts whose width is kept; names of a thousand servers and what stands beside them. */
const limit = 5_000;
const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null = null;

let faces = 0;

function subscribe(listener: () => void): () => void {
  const loaded = () => {
    faces += 1;
    widths.clear();
    listener();
  };
  document.fonts.addEventListener('loadingdone', loaded);
  return () => document.fonts.removeEventListener('loadingdone', loaded);
}

/** Another number once a face has come: until then texts are measured in the one that stands in for it. */
export function useFaces(): number {
  return useSyncExternalStore(subscribe, () => faces);
}

/** How wide a text of one line is, in px. */
export function textWidth(text: string, { size, weight = 400, mono = false }: Face): number {
  const font = `${weight} ${size}px ${mono ? families.mono : families.sans}`;
  const key = `${font}/${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = font;
  const { width } = context.measureText(text);
  if (widths.size >= limit) widths.clear();
  widths.set(key, width);
  return width;
}

/**
 * The text, or as much of its beginning as there is room for, and an ellipsis; empty where there is not even room for one letter. For lists that
 * scroll: a box that cuts off what it holds costs every frame a little, and has its whole row painted again and again.
 */
export function cutToFit(text: string, room: number, face: Face): string {
  if (textWidth(text, face) <= room) return text;
  const letters = [...text];
  const cut = (count: number) => `${letters.slice(0, count).join('').trimEnd()}${ellipsis}`;
  let [fits, over] = [0, letters.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (textWidth(cut(middle), face) <= room) fits = middle;
    else over = middle;
  }
  return fits === 0 ? '' : cut(fits);
}
