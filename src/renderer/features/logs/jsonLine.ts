/** JSON that a line is, or that it ends with after a few words. */
export interface LineJson {
  /** What stands before it. */
  prefix: string;
  value: Record<string, unknown> | unknown[];
}

/** Longer ones are not taken apart. */
const maxChars = 262_144;
const maxPrefix = 200;

/** Finds the object or list that a line holds; null where there is none. */
export function jsonIn(plain: string): LineJson | null {
  const last = plain.charCodeAt(plain.length - 1);
  const isClosed = last === 125 || last === 93 || last === 10 || last === 32;
  if (!isClosed || plain.length < 7 || plain.length > maxChars) return null;
  const text = plain.trimEnd();
  const closing = text.at(-1);
  const opening = closing === '}' ? '{' : closing === ']' ? '[' : null;
  if (opening === null) return null;
  for (let at = text.indexOf(opening), tries = 0; at >= 0 && at <= maxPrefix && tries < 3; at = text.indexOf(opening, at + 1), tries += 1) {
    const value = parsed(text.slice(at));
    if (typeof value !== 'object' || value === null) continue;
    // A list of one number is a name in brackets more often than not.
    if (Array.isArray(value) ? value.some((each) => typeof each === 'object') : Object.keys(value).length > 0)
      return { prefix: text.slice(0, at), value: value as LineJson['value'] };
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One row of an expanded object: a key, and a scalar or the beginning of what it holds. */
export interface JsonRow {
  depth: number;
  key: string | null;
  value: string;
  kind: 'string' | 'number' | 'boolean' | 'null' | 'holder' | 'more';
}

const maxRows = 400;
const maxDepth = 8;
const maxString = 4_096;

/** The rows of an object or list, a bounded number of them. */
export function jsonRows(value: unknown): JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (key: string | null, item: unknown, depth: number): void => {
    if (rows.length > maxRows) return;
    if (rows.length === maxRows) {
      rows.push({ depth, key: null, value: 'more', kind: 'more' });
      return;
    }
    if (typeof item === 'object' && item !== null) {
      const entries = Object.entries(item);
      const isList = Array.isArray(item);
      if (entries.length === 0 || depth >= maxDepth) {
        rows.push({ depth, key, value: entries.length === 0 ? (isList ? '[]' : '{}') : JSON.stringify(item).slice(0, maxString), kind: 'holder' });
        return;
      }
      rows.push({ depth, key, value: isList ? `[${entries.length}]` : '', kind: 'holder' });
      for (const [name, each] of entries) add(name, each, depth + 1);
      return;
    }
    if (typeof item === 'string') rows.push({ depth, key, value: item.length > maxString ? `${item.slice(0, maxString)}…` : item, kind: 'string' });
    else if (typeof item === 'number') rows.push({ depth, key, value: String(item), kind: 'number' });
    else if (typeof item === 'boolean') rows.push({ depth, key, value: String(item), kind: 'boolean' });
    else rows.push({ depth, key, value: 'null', kind: 'null' });
  };
  if (typeof value === 'object' && value !== null) for (const [name, each] of Object.entries(value)) add(name, each, 0);
  return rows;
}
