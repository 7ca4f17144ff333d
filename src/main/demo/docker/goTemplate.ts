/** A Go template that cannot be read; `message` is what Docker would say. */
export class TemplateError extends Error {}

type Node = { text: string } | { output: string } | { kind: 'range' | 'if'; expression: string; body: Node[]; otherwise: Node[] };

const unescaped = (text: string): string => text.replaceAll(/\\([nt"\\])/g, (_all, char: string) => ({ n: '\n', t: '\t' })[char] ?? char);

function parse(source: string): Node[] {
  const pieces = source.split(/(\{\{-?.*?-?\}\})/s);
  let position = 0;
  const block = (): { nodes: Node[]; end: string } => {
    const nodes: Node[] = [];
    while (position < pieces.length) {
      const piece = pieces[position] ?? '';
      position += 1;
      if (!piece.startsWith('{{')) {
        if (piece !== '') nodes.push({ text: piece });
        continue;
      }
      const inner = piece.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
      const opening = /^(range|if)\s+(.*)$/s.exec(inner);
      if (opening) {
        const body = block();
        const otherwise = body.end === 'else' ? block().nodes : [];
        nodes.push({ kind: opening[1] as 'range' | 'if', expression: opening[2] ?? '', body: body.nodes, otherwise });
      } else if (inner === 'end' || inner === 'else') return { nodes, end: inner };
      else nodes.push({ output: inner });
    }
    return { nodes, end: '' };
  };
  return block().nodes;
}

const words = (expression: string): string[] => expression.match(/"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+/g) ?? [];

function value(word: string, data: unknown, root: unknown): unknown {
  if (word.startsWith('"')) return unescaped(word.slice(1, -1));
  if (word.startsWith('(')) return evaluate(word.slice(1, -1), data, root);
  if (/^-?\d+$/.test(word)) return Number(word);
  const path = /^(\$?)\.?(.*)$/.exec(word);
  let current = path?.[1] === '$' ? root : data;
  for (const part of (path?.[2] ?? '').split('.').filter((name) => name !== '')) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (!(part in current) && !('__open' in current))
      throw new TemplateError(`template: :1:2: executing "" at <.${path?.[2]}>: map has no entry for key "${part}"`);
    current = (current as Record<string, unknown>)[part];
  }
  return current;
}

function evaluate(expression: string, data: unknown, root: unknown): unknown {
  const [first = '', ...rest] = words(expression);
  const args = (): unknown[] => rest.map((word) => value(word, data, root));
  switch (first) {
    case 'json':
      return JSON.stringify(args()[0] ?? null);
    case 'index': {
      let [current, ...keys] = args();
      for (const key of keys) current = typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[String(key)] : undefined;
      return current ?? '';
    }
    case 'join': {
      const [list, separator] = args();
      return Array.isArray(list) ? list.join(String(separator)) : '';
    }
    case 'len': {
      const [list] = args();
      return typeof list === 'object' && list !== null ? Object.keys(list).length : String(list ?? '').length;
    }
    case 'println':
      return `${args().join(' ')}\n`;
    case 'upper':
      return String(args()[0] ?? '').toUpperCase();
    case 'lower':
      return String(args()[0] ?? '').toLowerCase();
    default:
      if (rest.length > 0 || !/^[."$(]/.test(first)) throw new TemplateError(`template parsing error: template: :1: function "${first}" not defined`);
      return value(first, data, root);
  }
}

const shown = (result: unknown): string => {
  if (result === undefined || result === null) return '<no value>';
  if (Array.isArray(result)) return `[${result.map(shown).join(' ')}]`;
  return typeof result === 'object' ? JSON.stringify(result) : String(result);
};

const isTrue = (result: unknown): boolean =>
  Array.isArray(result) ? result.length > 0 : typeof result === 'object' && result !== null ? Object.keys(result).length > 0 : Boolean(result);

/**
 * Fills a Go template as `docker --format` takes it: fields, `json`, `index`, `join`, `len`, `range`, `if`. Throws
 * {@link TemplateError} for others. Source: https://docs.docker.com/engine/cli/formatting/.
 */
export function goTemplate(source: string, data: unknown): string {
  const fill = (nodes: readonly Node[], dot: unknown): string =>
    nodes
      .map((node) => {
        if ('text' in node) return unescaped(node.text);
        if ('output' in node) return shown(evaluate(node.output, dot, data));
        const subject = evaluate(node.expression, dot, data);
        if (node.kind === 'if') return fill(isTrue(subject) ? node.body : node.otherwise, dot);
        const items = Array.isArray(subject) ? subject : typeof subject === 'object' && subject !== null ? Object.values(subject) : [];
        return items.length > 0 ? items.map((item) => fill(node.body, item)).join('') : fill(node.otherwise, dot);
      })
      .join('');
  return fill(parse(source), data);
}
