import { type DocumentFields, documentKinds } from '../../../shared/model/document.ts';

/** Most characters of an excerpt. */
const longestExcerpt = 160;

/** What a search looks at in a document. */
export type Searchable = Pick<DocumentFields, 'name' | 'title' | 'kind' | 'owner'> & { text: string };

/**
 * Whether every word of a query stands somewhere in a document, whatever the case, and the line of its text around the first of them
 * that is found there. Null: it is none of the finds; an empty excerpt: the words stand elsewhere than in its text.
 */
export function findIn(document: Searchable, query: string): { excerpt: string } | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = document.text.toLowerCase();
  const head = [document.name, document.title, documentKinds[document.kind], document.owner ?? ''].join('\n').toLowerCase();
  if (!words.every((word) => head.includes(word) || text.includes(word))) return null;
  const at = words.map((word) => text.indexOf(word)).find((index) => index >= 0);
  return { excerpt: at === undefined ? '' : lineAround(document.text, at) };
}

function lineAround(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(start, end < 0 ? text.length : end).trim();
  if (line.length <= longestExcerpt) return line;
  const from = Math.max(0, Math.min(at - start - longestExcerpt / 2, line.length - longestExcerpt));
  return `${from > 0 ? '…' : ''}${line.slice(from, from + longestExcerpt)}${from + longestExcerpt < line.length ? '…' : ''}`;
}
