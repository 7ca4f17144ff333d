import type { LintFile } from './composeProject.ts';
import { type CommandLine, commandLines } from './lintFiles.ts';
import { splitWords } from './shortForms.ts';

/** A call of Compose in a script or a document. */
export interface ComposeCommand extends CommandLine {
  /** Files that it names; none: the default one. */
  files: string[];
  verb: string;
  /** Words after the verb that are no options: services, and for exec the command too. */
  rest: string[];
  options: string[];
}

/** Calls of Compose, old and new, in the order in which they stand. */
export function composeCommands(files: readonly LintFile[]): ComposeCommand[] {
  return commandLines(files).flatMap((line) =>
    line.text.split(/&&|\|\||;|\|/).flatMap((part): ComposeCommand[] => {
      const match = /(?:^|\s)docker(?:-compose|\s+compose)\s+(.*)$/.exec(part);
      if (match === null) return [];
      const words = splitWords(match[1] ?? '');
      const named: string[] = [];
      let at = 0;
      for (; at < words.length; at += 1) {
        const word = words[at] ?? '';
        if (word === '-f' || word === '--file') named.push(words[++at] ?? '');
        else if (/^(-p|--project-name|--profile|--env-file|--project-directory|--parallel|--ansi)$/.test(word)) at += 1;
        else if (word.startsWith('--file=')) named.push(word.slice(7));
        else if (!word.startsWith('-')) break;
      }
      const verb = words[at] ?? '';
      const after = words.slice(at + 1);
      return [
        {
          ...line,
          text: part.trim(),
          files: named.map((file) => file.replace(/^\.\//, '')),
          verb,
          rest: after.filter((word) => !word.startsWith('-')),
          options: after.filter((word) => word.startsWith('-')),
        },
      ];
    }),
  );
}
