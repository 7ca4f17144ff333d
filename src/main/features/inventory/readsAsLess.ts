/** Whether the number that a text begins with became less, or is gone. */
export function readsAsLess(before: string | null, after: string | null): boolean {
  if (after === null) return before !== null;
  return before !== null && Number.parseFloat(after) < Number.parseFloat(before);
}
