/**
 * Reads something by its key, and gives it again for so long without reading it anew. What fails is read again the next time; several who ask at once wait
 * for one reading.
 */
export function keptBriefly<T>(read: (key: string) => Promise<T>, { keptMs, nowMs }: { keptMs: number; nowMs: () => number }): (key: string) => Promise<T> {
  const known = new Map<string, { atMs: number; value: Promise<T> }>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined && nowMs() - before.atMs < keptMs) return before.value;
    const entry = { atMs: nowMs(), value: read(key) };
    known.set(key, entry);
    entry.value.catch(() => {
      if (known.get(key) === entry) known.delete(key);
    });
    return entry.value;
  };
}
