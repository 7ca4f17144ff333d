/** Hides secrets in a text; the caller knows them. */
export type Mask = (text: string) => string;

/** A text of somebody else's, fit for one line: no control characters or marks that turn the direction, secrets hidden, at most so long. */
export function oneLine(text: string, mask: Mask, limit: number): string {
  return cut(mask(text).replace(controls, ' ').replace(/ {2,}/g, ' ').trim(), limit);
}

/** The first so many characters, with an ellipsis in place of the rest; no character is cut in two. */
export function cut(text: string, limit: number): string {
  const characters = [...text];
  if (text.length <= limit) return text;
  let kept = '';
  for (const character of characters) {
    if (kept.length + character.length > limit - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

const controls = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
