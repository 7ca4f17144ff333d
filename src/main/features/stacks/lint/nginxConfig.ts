import type { LintFile } from './composeProject.ts';
import { resolvePath } from './composeProject.ts';
import type { LintService } from './composeService.ts';
import { imageFacts } from './imageFacts.ts';
import type { LintSubject } from './lintSubject.ts';
import { optionOf } from './modelFacts.ts';

/** A directive of nginx, with what is in its block. */
export interface NginxDirective {
  name: string;
  words: string[];
  file: string;
  line: number;
  /** Null: it has no block. */
  block: NginxDirective[] | null;
}

/** A configuration of nginx, read as far as it can be. */
export interface NginxFile {
  path: string;
  directives: NginxDirective[];
  /** Line of a bracket or a directive that is not closed; null: all are. */
  open: number | null;
}

const maxLength = 500_000;
const maxDepth = 20;

/** Reads a configuration. Source: https://nginx.org/en/docs/beginners_guide.html#conf_structure */
export function readNginx({ path, text }: LintFile): NginxFile {
  const root: NginxDirective[] = [];
  const stack: { block: NginxDirective[]; line: number }[] = [{ block: root, line: 1 }];
  let words: string[] = [];
  let since = 1;
  let line = 1;
  let broken: number | null = null;
  for (const match of text
    .slice(0, maxLength)
    .matchAll(/\n|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\$\{[^}\s]*\}[^\s;{}"'#]*|[;{}]|[^\s;{}"'#]+/g)) {
    const [token] = match;
    const top = stack.at(-1);
    if (token === '\n') line += 1;
    else if (token.startsWith('#') || top === undefined) continue;
    else if (token === ';' || token === '{') {
      const [name, ...rest] = words;
      const block = token === '{' ? [] : null;
      if (name !== undefined) top.block.push({ name, words: rest, file: path, line: since, block });
      else if (token === '{') broken ??= line;
      if (block !== null) stack.push({ block, line });
      if (stack.length > maxDepth) return { path, directives: root, open: line };
      words = [];
    } else if (token === '}') {
      if (words.length > 0) broken ??= since;
      words = [];
      if (stack.length > 1) stack.pop();
      else broken ??= line;
    } else {
      if (words.length === 0) since = line;
      words.push(token.replace(/^(["'])([\s\S]*)\1$/, '$2'));
      line += token.split('\n').length - 1;
    }
  }
  const unclosed = stack.length > 1 ? (stack.at(-1)?.line ?? null) : words.length > 0 ? since : null;
  return { path, directives: root, open: broken ?? unclosed };
}

/** All directives of a name, with those around each, outermost first. */
export function* directives(
  list: readonly NginxDirective[],
  name: string,
  around: readonly NginxDirective[] = [],
): Generator<{ directive: NginxDirective; around: readonly NginxDirective[] }> {
  for (const directive of list) {
    if (directive.name === name) yield { directive, around };
    if (directive.block !== null) yield* directives(directive.block, name, [...around, directive]);
  }
}

/** A configuration with the service that has it mounted, and where. What it includes of the project stands in the place of the include. */
export interface MountedNginx extends NginxFile {
  service: LintService | null;
  /** Whether nginx starts with it; null: nobody says. */
  main: boolean | null;
  target: string | null;
  /** What is not closed, in it and in what it includes. */
  broken: { file: string; line: number }[];
}

const maxIncludes = 8;

/** Configurations of nginx among the files: what a service mounts below /etc/nginx, and files that look like one. */
export function nginxFiles({ project, files, definition }: LintSubject): MountedNginx[] {
  const mounted = mountedFiles(project.services, files);
  const alone = project.services.filter((service) => imageFacts(service.image?.text)?.title === 'nginx');
  // A server of a stack over several has these files also where its nginx runs elsewhere, and nothing reads them.
  if (alone.length === 0 && definition?.services.some(({ image }) => imageFacts(image)?.title === 'nginx')) return [];
  const all = files.flatMap((file): MountedNginx[] => {
    const place = mounted.get(file.path);
    const looks = /\.(conf|template|inc)$/.test(file.path) && /^[ \t]*(?:server|upstream|http|location|events)\b[^;{}\n]{0,300}\{/m.test(file.text);
    if (!looks && (place === undefined || !/\.(conf|template|inc)$/.test(file.path))) return [];
    const service = place?.service ?? (alone.length === 1 ? (alone[0] ?? null) : null);
    const read = readNginx(file);
    const broken = read.open === null ? [] : [{ file: file.path, line: read.open }];
    const main = place === undefined ? null : place.target === (optionOf(place.service.command, ['-c']) ?? '/etc/nginx/nginx.conf');
    return [{ ...read, service, main, target: place?.target ?? null, broken }];
  });
  const included = new Set<string>();
  const filledIn = (list: readonly NginxDirective[], from: MountedNginx, depth: number): NginxDirective[] =>
    list.flatMap((directive) => {
      if (directive.name !== 'include') return [directive.block === null ? directive : { ...directive, block: filledIn(directive.block, from, depth) }];
      const wanted = all.filter((file) => file !== from && includes(directive.words[0] ?? '', file));
      for (const { path, broken } of wanted) {
        if (!included.has(path)) from.broken.push(...broken);
        included.add(path);
      }
      return depth > maxIncludes ? [] : [directive, ...wanted.flatMap((file) => filledIn(file.directives, file, depth + 1))];
    });
  const whole = all.map((file) => ({ ...file, directives: filledIn(file.directives, file, 0) }));
  // Where it is known what nginx starts with, what nothing includes has no effect.
  const started = new Set(whole.flatMap(({ service, main }) => (main === true && service !== null ? [service.name] : [])));
  return whole.filter(({ path, service, main }) => !included.has(path) && (main !== false || service === null || !started.has(service.name)));
}

function mountedFiles(services: readonly LintService[], files: readonly LintFile[]): Map<string, { service: LintService; target: string }> {
  const mounted = new Map<string, { service: LintService; target: string }>();
  for (const service of services) {
    for (const { kind, source, target, at } of service.mounts) {
      if (kind !== 'bind' || source === null || !target.startsWith('/etc/nginx')) continue;
      const path = resolvePath(at.file, source);
      for (const file of files) {
        if (file.path === path) mounted.set(file.path, { service, target });
        else if (file.path.startsWith(`${path}/`)) mounted.set(file.path, { service, target: `${target}${file.path.slice(path.length)}` });
      }
    }
  }
  return mounted;
}

/** Whether an include means a file: by its path in the container, or by its name where nothing is known of that. */
function includes(wanted: string, { target, path }: MountedNginx): boolean {
  const known = target ?? `/etc/nginx/${path.split('/').at(-1) ?? ''}`;
  const escaped = wanted.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${wanted.startsWith('/') ? '^' : '/'}${escaped.join('[^/]*')}$`).test(known);
}
