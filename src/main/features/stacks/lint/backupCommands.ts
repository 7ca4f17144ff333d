import type { LintFile } from './composeProject.ts';
import { type CommandLine, commandLines } from './lintFiles.ts';
import { splitWords } from './shortForms.ts';

/** A command that copies files of the server, with where from and where to. */
export interface CopyCommand extends CommandLine {
  sources: string[];
  target: string | null;
}

/** Whether a file is about backups. */
export function isBackup({ path, text }: LintFile): boolean {
  return /backup|dump|snapshot/i.test(path) || /BACKUP_|\/backups?\b|backup[^\n]*script/i.test(text);
}

/** Commands of tar, cp, rsync and zip on the server itself; inside of containers paths are others. */
export function copyCommands(files: readonly LintFile[]): CopyCommand[] {
  return commandLines(files).flatMap((line) =>
    line.text.split(/&&|\|\||;|\|/).flatMap((part): CopyCommand[] => {
      const words = splitWords(part.trim()).filter((word) => word !== 'sudo');
      const [program = '', ...rest] = words;
      const plain = rest.filter((word) => !word.startsWith('-'));
      if (program === 'tar') {
        const at = rest.findIndex((word) => /^-?[a-z]*c[a-z]*f$/.test(word));
        if (at < 0) return [];
        const directory = rest.indexOf('-C');
        const sources = rest
          .slice(at + 2)
          .filter((word, index, all) => !word.startsWith('-') && all[index - 1] !== '-C' && !/^--?exclude/.test(all[index - 1] ?? ''));
        const base = directory < 0 ? '' : `${rest[directory + 1] ?? ''}/`;
        return [{ ...line, sources: sources.map((source) => (source.startsWith('/') || base === '' ? source : base + source)), target: rest[at + 1] ?? null }];
      }
      if ((program === 'cp' && rest.some((word) => /^-[a-zA-Z]*[rRa]/.test(word))) || program === 'rsync')
        return [{ ...line, sources: plain.slice(0, -1), target: plain.at(-1) ?? null }];
      if (program === 'zip') return [{ ...line, sources: plain.slice(1), target: plain[0] ?? null }];
      return [];
    }),
  );
}
