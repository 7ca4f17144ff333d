import type { LintFile } from './composeProject.ts';

/** Whether a file is a compose file by its name. */
export function isComposePath(path: string): boolean {
  return /(^|\/)(docker-)?compose([._-][^/]*)?\.ya?ml$/i.test(path);
}

/** The compose files among files, in the order in which they go over each other. One that is not named so counts where it has services. */
export function composeFilesOf(files: readonly LintFile[]): LintFile[] {
  const named = files.filter(({ path }) => isComposePath(path));
  if (named.length > 0) return named;
  return files.filter(({ path, text }) => /\.ya?ml$/i.test(path) && /^services\s*:/m.test(text));
}

/** Shell scripts, and the fenced shell blocks of documents, where people copy commands from. */
export function isScript({ path, text }: LintFile): boolean {
  return /\.(sh|bash)$/i.test(path) || /^\s*#!.*\b(ba|da|z)?sh\b/m.test(text.slice(0, 400));
}

/** Whether a file is a document for people. */
export function isDocument({ path }: LintFile): boolean {
  return /\.(md|markdown|txt|rst|adoc)$/i.test(path);
}

/** A command of a script or a document. */
export interface CommandLine {
  text: string;
  file: string;
  line: number;
}

const maxLines = 20_000;
/** What is longer is cut: expressions that look for words take the square of it. */
const maxLineLength = 4000;

const known = new WeakMap<LintFile, CommandLine[]>();

/** Commands of scripts and of the shell blocks of documents, with lines that end in a backslash joined, comments left out. */
export function commandLines(files: readonly LintFile[]): CommandLine[] {
  return files.flatMap((file) => {
    // Many rules ask for the same file.
    const commands = known.get(file) ?? read(file);
    known.set(file, commands);
    return commands;
  });
}

function read(file: LintFile): CommandLine[] {
  if (isDocument(file)) return joined(file.path, fencedLines(file.text));
  return isScript(file) ? joined(file.path, linesOf(file.text)) : [];
}

function linesOf(text: string): { text: string; line: number }[] {
  return text.split('\n', maxLines).map((line, index) => ({ text: line.slice(0, maxLineLength), line: index + 1 }));
}

/** Lines within fences that name a shell or nothing, without the prompt. */
function fencedLines(text: string): { text: string; line: number }[] {
  let language: string | null = null;
  return linesOf(text).flatMap(({ text: raw, line }) => {
    const fence = /^\s*(?:```|~~~)\s*([a-z]*)/i.exec(raw);
    if (fence !== null) {
      language = language === null ? (fence[1] ?? '') : null;
      return [];
    }
    return language !== null && /^(?:|sh|bash|zsh|shell|console)$/.test(language) ? [{ text: raw.replace(/^\s*\$\s+/, ''), line }] : [];
  });
}

function joined(file: string, lines: readonly { text: string; line: number }[]): CommandLine[] {
  const commands: CommandLine[] = [];
  let open = '';
  let since = 0;
  for (const { text: raw, line } of lines) {
    const text = raw.trim();
    if (open === '' && (text === '' || text.startsWith('#'))) continue;
    if (open === '') since = line;
    open = `${open} ${text}`.trim();
    if (open.endsWith('\\') && open.length < 4000) {
      open = open.slice(0, -1).trim();
      continue;
    }
    commands.push({ text: open, file, line: since });
    open = '';
  }
  return open === '' ? commands : [...commands, { text: open, file, line: since }];
}
