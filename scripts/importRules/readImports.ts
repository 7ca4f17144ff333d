import { parseSync } from 'oxc-parser';

/** How a module names another. `url` is `new URL('./x', import.meta.url)`: a worker, a child process or a data file. */
export type ImportKind = 'static' | 'dynamic' | 'type-query' | 'require' | 'url';

/** One reference of a module to another. `specifier` is null where it is computed and so cannot be judged. */
export interface FoundImport {
  specifier: string | null;
  kind: ImportKind;
  /** Vanishes when types are stripped. */
  typeOnly: boolean;
  line: number;
}

/** What a module refers to, and what it reaches outside itself by global names. */
export interface ModuleReferences {
  imports: FoundImport[];
  /** Globals that do I/O or read the world, as far as their use is plain to see. */
  ambient: { name: string; line: number }[];
  /** Parse errors; a file that does not parse cannot be judged. */
  errors: string[];
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    if (isNode(value)) walk(value, visit);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit);
  }
}

/** The text of a string literal or of a template without expressions; null for anything computed. */
function textOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'TSLiteralType') return textOf(node['literal']);
  if (node.type === 'TemplateLiteral') {
    const quasis = node['quasis'] as { value: { cooked: string } }[];
    return quasis.length === 1 ? (quasis[0]?.value.cooked ?? null) : null;
  }
  return null;
}

const isIdentifier = (node: unknown, name: string): boolean => isNode(node) && node.type === 'Identifier' && node['name'] === name;

function isMember(node: unknown, object: (node: unknown) => boolean, property: string): boolean {
  return isNode(node) && node.type === 'MemberExpression' && object(node['object']) && isIdentifier(node['property'], property);
}

const isImportMeta = (node: unknown): boolean => isNode(node) && node.type === 'MetaProperty';

/** Whether every binding of an import or re-export is marked `type`; an import without bindings runs the module. */
function bindsTypesOnly(node: Node, kindKey: 'importKind' | 'exportKind'): boolean {
  if (node[kindKey] === 'type') return true;
  const specifiers = (node['specifiers'] ?? []) as Node[];
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[kindKey] === 'type');
}

const ioCalls = new Set(['fetch', 'setTimeout', 'setInterval', 'setImmediate']);
const ioConstructors = new Set(['WebSocket', 'XMLHttpRequest', 'Worker', 'EventSource']);
const ioObjects = new Set(['process', 'console', 'localStorage', 'sessionStorage']);

function ambientName(node: Node): string | null {
  const callee = node['callee'];
  if (node.type === 'CallExpression' && isNode(callee) && ioCalls.has(String(callee['name']))) return String(callee['name']);
  if (node.type === 'NewExpression' && isNode(callee) && ioConstructors.has(String(callee['name']))) return String(callee['name']);
  if (node.type === 'MemberExpression' && isNode(node['object']) && node['object'].type === 'Identifier') {
    const name = String(node['object']['name']);
    return ioObjects.has(name) ? name : null;
  }
  return null;
}

/** Names that hold a `require`: what `createRequire` was assigned to, and the plain `require`. */
function requireNames(program: Node): Set<string> {
  const names = new Set(['require']);
  walk(program, (node) => {
    const init = node['init'];
    if (node.type === 'VariableDeclarator' && isNode(init) && isCreateRequire(init)) names.add(String((node['id'] as Node)['name']));
  });
  return names;
}

function isCreateRequire(node: unknown): boolean {
  if (!isNode(node) || node.type !== 'CallExpression') return false;
  return isIdentifier(node['callee'], 'createRequire') || isMember(node['callee'], () => true, 'createRequire');
}

function isRequireCall(node: Node, names: Set<string>): boolean {
  if (node.type !== 'CallExpression') return false;
  const isRequire = (callee: unknown) => isCreateRequire(callee) || (isNode(callee) && callee.type === 'Identifier' && names.has(String(callee['name'])));
  const callee = node['callee'];
  return (
    isRequire(callee) ||
    isMember(callee, isRequire, 'resolve') ||
    isMember(callee, isImportMeta, 'resolve') ||
    isMember(callee, (object) => isIdentifier(object, 'process'), 'getBuiltinModule')
  );
}

type Reference = Omit<FoundImport, 'line'>;

function referenceOf(node: Node, names: Set<string>): Reference | null {
  const firstArgument = (node['arguments'] as unknown[] | undefined)?.[0];
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: textOf(node['source']), kind: 'static', typeOnly: bindsTypesOnly(node, 'importKind') };
    case 'ExportAllDeclaration':
      return { specifier: textOf(node['source']), kind: 'static', typeOnly: node['exportKind'] === 'type' };
    case 'ExportNamedDeclaration':
      return isNode(node['source']) ? { specifier: textOf(node['source']), kind: 'static', typeOnly: bindsTypesOnly(node, 'exportKind') } : null;
    case 'ImportExpression':
      return { specifier: textOf(node['source']), kind: 'dynamic', typeOnly: false };
    case 'TSImportType':
      return { specifier: textOf(node['source'] ?? node['argument']), kind: 'type-query', typeOnly: true };
    case 'TSExternalModuleReference':
      return { specifier: textOf(node['expression']), kind: 'require', typeOnly: false };
    case 'CallExpression':
      return isRequireCall(node, names) ? { specifier: textOf(firstArgument), kind: 'require', typeOnly: false } : null;
    case 'NewExpression': {
      const base = (node['arguments'] as unknown[])[1];
      const ownUrl = isIdentifier(node['callee'], 'URL') && isMember(base, isImportMeta, 'url');
      return ownUrl ? { specifier: textOf(firstArgument), kind: 'url', typeOnly: false } : null;
    }
    default:
      return null;
  }
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Finds every reference of a TypeScript module to others: imports of values and types, `require`, URLs beside itself. */
export function readImports(file: string, source: string): ModuleReferences {
  const parsed = parseSync(file, source);
  const program = parsed.program as unknown as Node;
  const names = requireNames(program);
  const imports: FoundImport[] = [];
  const ambient: ModuleReferences['ambient'] = [];
  walk(program, (node) => {
    const reference = referenceOf(node, names);
    if (reference !== null) imports.push({ ...reference, line: lineAt(source, node.start) });
    const name = ambientName(node);
    if (name !== null) ambient.push({ name, line: lineAt(source, node.start) });
  });
  for (const match of source.matchAll(/^\/\/\/\s*<reference\s+(?:types|path)="([^"]+)"/gm)) {
    imports.push({ specifier: match[1] ?? null, kind: 'type-query', typeOnly: true, line: lineAt(source, match.index) });
  }
  return { imports, ambient, errors: parsed.errors.map((error) => error.message) };
}
