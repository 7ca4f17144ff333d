import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument, type YAMLMap } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';

/** Where something stands in the files that are judged. Lines count from 1; null: it is about the whole file. */
export interface Place {
  file: string;
  line: number | null;
}

/** A value of a YAML text that knows its place. Aliases share the part that they stand for. */
export type Part =
  | { kind: 'scalar'; value: string | number | boolean | null; at: Place; tag: PartTag }
  | { kind: 'list'; items: Part[]; at: Place; tag: PartTag }
  | MapPart;
export interface MapPart {
  kind: 'map';
  entries: Map<string, Entry>;
  at: Place;
  tag: PartTag;
}
/** A key with its value; `at` is the place of the key. */
export interface Entry {
  at: Place;
  part: Part;
}
/** Compose's `!reset` takes a value of an earlier file away, `!override` puts one in its place instead of merging. */
type PartTag = 'reset' | 'override' | null;

/** A key that stands twice in one mapping. */
export interface DuplicateKey {
  key: string;
  /** Keys around it, outermost first. */
  path: readonly string[];
  first: Place;
  again: Place;
}

/** A YAML text, read with forgiveness: a key that appears twice is told of, and the last one counts, as most programs have it. */
export interface YamlParts {
  root: MapPart;
  duplicates: DuplicateKey[];
}

/** Longer texts are refused: no person writes one, and reading it takes a second for each 100 kB on a busy computer. */
const maxLength = 200_000;
const maxDepth = 60;
const maxNodes = 100_000;
const maxOpen = 500;

/**
 * Reads a YAML text into parts. `text` of scalars goes through `fill` (interpolation). Throws `stack.compose-malformed` for text that
 * is no YAML mapping, is too long, nests too deeply, or has an alias inside of what it stands for.
 */
export function readParts(file: string, text: string, fill: (text: string, at: Place) => string = (same) => same): YamlParts {
  const refuse = (problem: string, line: number | null = null): never => {
    throw new AppError('stack.compose-malformed', { file: file.slice(0, 500), line, problem: problem.slice(0, 500) });
  };
  if (text.length > maxLength) refuse(`it is longer than ${maxLength / 1000} kB, which no project is`);
  if (nestsTooDeep(text)) refuse(`it nests more than ${maxDepth} levels deep`);
  const lines = new LineCounter();
  const document = parse(text, lines, refuse);
  const [error] = document.errors;
  if (error !== undefined) refuse(error.message, lines.linePos(error.pos[0]).line);
  const duplicates: DuplicateKey[] = [];
  const anchors = new Map<string, Part | null>();
  let nodes = 0;

  const place = (node: { range?: readonly number[] | null | undefined }): Place => ({ file, line: node.range ? lines.linePos(node.range[0] ?? 0).line : null });
  const build = (node: ParsedNode | null, path: readonly string[]): Part => {
    nodes += 1;
    if (nodes > maxNodes) refuse(`it has more than ${maxNodes} values`);
    if (path.length > maxDepth) refuse(`it nests more than ${maxDepth} levels deep`);
    if (node === null) return { kind: 'scalar', value: null, at: { file, line: null }, tag: null };
    if (isAlias(node)) {
      const known = anchors.get(node.source);
      if (known == null) return refuse(`the alias *${node.source.slice(0, 60)} stands for nothing that is complete`, place(node).line);
      return known;
    }
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, null);
    const part = buildNew(node, path);
    if (anchor !== undefined) anchors.set(anchor, part);
    return part;
  };
  const buildNew = (node: ParsedNode, path: readonly string[]): Part => {
    const at = place(node);
    const tag = node.tag === '!reset' ? 'reset' : node.tag === '!override' ? 'override' : null;
    if (isMap(node)) return { kind: 'map', entries: entriesOf(node as YAMLMap.Parsed, path), at, tag };
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item, index) => build(item as ParsedNode, [...path, String(index)])), at, tag };
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return { kind: 'scalar', value: fill(value, at), at, tag };
    if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', value, at, tag };
    return { kind: 'scalar', value: value == null ? null : String(value), at, tag };
  };
  const entriesOf = (map: YAMLMap.Parsed, path: readonly string[]): Map<string, Entry> => {
    const entries = new Map<string, Entry>();
    const merged: Part[] = [];
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : isAlias(pair.key) ? `*${pair.key.source}` : 'a key that is no text';
      const at = place(pair.key);
      const part = build(pair.value as ParsedNode | null, [...path, key]);
      if (key === '<<') {
        merged.push(...(part.kind === 'list' ? part.items : [part]));
        continue;
      }
      const first = entries.get(key);
      if (first !== undefined) duplicates.push({ key, path, first: first.at, again: at });
      entries.set(key, { at, part });
    }
    // Keys of its own go over those that are merged in, and earlier merged ones over later.
    for (const part of merged) {
      if (part.kind === 'map') for (const [key, entry] of part.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return entries;
  };

  const root = document.contents === null ? null : build(document.contents, []);
  if (root === null || root.kind !== 'map') return refuse('a mapping is expected at the top');
  return { root, duplicates };
}

function parse(text: string, lineCounter: LineCounter, refuse: (problem: string) => never) {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'it cannot be read');
  }
}

/** Whether brackets or dashes nest so deeply that reading them would exhaust the stack; what is left is refused by its depth. */
function nestsTooDeep(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    if (open > maxOpen) return true;
  }
  return /(?:[-?:][ \t]+){200}/.test(text);
}

/** The entry below keys; undefined where one is missing or no mapping. */
export function entryAt(part: Part | undefined, ...keys: string[]): Entry | undefined {
  let entry: Entry | undefined;
  let next = part;
  for (const key of keys) {
    if (next?.kind !== 'map') return undefined;
    entry = next.entries.get(key);
    next = entry?.part;
  }
  return entry;
}

/** The mapping below keys, or an empty one. */
export function mapAt(part: Part | undefined, ...keys: string[]): ReadonlyMap<string, Entry> {
  const found = keys.length === 0 ? part : entryAt(part, ...keys)?.part;
  return found?.kind === 'map' ? found.entries : new Map<string, Entry>();
}

/** The items below keys; one scalar counts as a list of one. */
export function listAt(part: Part | undefined, ...keys: string[]): readonly Part[] {
  const found = keys.length === 0 ? part : entryAt(part, ...keys)?.part;
  if (found === undefined || found.kind === 'map') return [];
  return found.kind === 'list' ? found.items : found.value === null ? [] : [found];
}

/** A scalar as text; null for what is none. */
export function textOf(part: Part | undefined): string | null {
  return part?.kind === 'scalar' && part.value !== null ? String(part.value) : null;
}

/** Scalar below keys as text. */
export function textAt(part: Part | undefined, ...keys: string[]): string | null {
  return textOf(entryAt(part, ...keys)?.part);
}
