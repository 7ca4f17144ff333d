import type { LintFile } from './composeProject.ts';
import { resolvePath } from './composeProject.ts';
import type { LintService } from './composeService.ts';
import { imageFacts } from './imageFacts.ts';
import type { LintSubject } from './lintSubject.ts';

/** A directive of nginx, with what is in its block. */
export interface NginxDirective {
  name: string;
  words: string[];
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
      if (name !== undefined) top.block.push({ name, words: rest, line: since, block });
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

/** A configuration with the service that has it mounted, and where. */
export interface MountedNginx extends NginxFile {
  service: LintService | null;
  target: string | null;
}

/** Configurations of nginx among the files: what a service mounts below /etc/nginx, and files that look like one. */
export function nginxFiles({ project, files }: LintSubject): MountedNginx[] {
  const mounted = new Map<string, { service: LintService; target: string }>();
  for (const service of project.services) {
    for (const { kind, source, target, at } of service.mounts) {
      if (kind !== 'bind' || source === null || !target.startsWith('/etc/nginx')) continue;
      const path = resolvePath(at.file, source);
      for (const file of files) {
        if (file.path === path) mounted.set(file.path, { service, target });
        else if (file.path.startsWith(`${path}/`)) mounted.set(file.path, { service, target: `${target}${file.path.slice(path.length)}` });
      }
    }
  }
  const alone = project.services.filter((service) => imageFacts(service.image?.text)?.title === 'nginx');
  return files.flatMap((file) => {
    const place = mounted.get(file.path);
    const looks = /\.conf(\.template)?$/.test(file.path) && /^\s*(?:server|upstream|http|location|events)\b[^;]*\{/m.test(file.text);
    if (place === undefined && !looks) return [];
    if (place !== undefined && !/\.(conf|template)$/.test(file.path) && !looks) return [];
    return [{ ...readNginx(file), service: place?.service ?? (alone.length === 1 ? (alone[0] ?? null) : null), target: place?.target ?? null }];
  });
}
