import { isMap, LineCounter, parseDocument, Scalar, type Tags, visit } from 'yaml';

/** A problem of a YAML text. `line` is 1-based, null where it concerns the whole. */
export interface YamlProblem {
  line: number | null;
  problem: string;
}

/** More are not told of one text. */
const mostProblems = 50;

/** A YAML text as plain data, or what is wrong with it. */
export type ReadYaml = { ok: true; value: unknown; lineOf(path: readonly PropertyKey[]): number | null } | { ok: false; problems: YamlProblem[] };

/**
 * Reads one YAML 1.2 document (https://yaml.org/spec/1.2.2). Keys that appear twice are refused, since which of them wins differs
 * between parsers; so are warnings. `lineOf` finds the line of a value, or of its nearest parent. `compose`: merge keys (`<<`) count, and
 * Compose's `!reset` and `!override` are known: what is reset is null.
 */
export function readYaml(text: string, options: { compose?: boolean } = {}): ReadYaml {
  const lineCounter = new LineCounter();
  const compose = options.compose === true ? { merge: true, customTags: composeTags } : {};
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, ...compose });
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    line: lineCounter.linePos(error.pos[0]).line,
    problem: error.code === 'DUPLICATE_KEY' ? `the key ${keyAt(text, error.pos[0])} appears twice` : wordsOf(error.message),
  }));
  // Nesting without end is a problem at each of its brackets.
  const told = [...new Map(problems.map((each) => [`${each.line} ${each.problem}`, each])).values()].slice(0, mostProblems);
  if (told.length > 0) return { ok: false, problems: told };
  if (!isMap(document.contents)) return { ok: false, problems: [{ line: null, problem: 'a mapping is expected at the top' }] };
  const lines = new Map<string, number>();
  visit(document, {
    Node(_key, node, ancestors) {
      const range = node.range;
      if (range) lines.set(pathOf([...ancestors, node]), lineCounter.linePos(range[0]).line);
    },
  });
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 1000 }), lineOf: (path) => lineOfPath(lines, path) };
  } catch (error) {
    return { ok: false, problems: [{ line: null, problem: error instanceof Error ? error.message : 'aliases that cannot be followed' }] };
  }
}

/** Source: https://docs.docker.com/reference/compose-file/merge/#reset-value */
const composeTags: Tags = [
  { tag: '!reset', resolve: () => null },
  { tag: '!reset', collection: 'map', resolve: () => new Scalar(null) },
  { tag: '!reset', collection: 'seq', resolve: () => new Scalar(null) },
  { tag: '!override', resolve: (text: string) => text },
  { tag: '!override', collection: 'map', resolve: (map) => map },
  { tag: '!override', collection: 'seq', resolve: (list) => list },
];

function keyAt(text: string, position: number): string {
  return /^["']?([^"':\s]+)/.exec(text.slice(position))?.[1] ?? 'here';
}

/** Address of a node from the collections around it. */
function pathOf(chain: readonly unknown[]): string {
  const parts: string[] = [];
  for (let at = 0; at < chain.length; at += 1) {
    const parent = chain[at];
    const child = chain[at + 1];
    if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items)) continue;
    const index = parent.items.indexOf(child);
    if (index < 0) continue;
    const item: unknown = parent.items[index];
    const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : null;
    parts.push(typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(index));
  }
  return parts.join('\u0000');
}

function lineOfPath(lines: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(path.slice(0, length).map(String).join('\u0000'));
    if (line !== undefined) return line;
  }
  return null;
}

/** The parser goes as deep as the text does, until its own stack ends. */
function wordsOf(message: string): string {
  return message.includes('call stack') ? 'it is nested too deep' : message;
}
