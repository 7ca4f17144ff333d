import { isBackup } from '../backupCommands.ts';
import { isDocument, isScript } from '../lintFiles.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** A backup script that fails without a word. */
export const backupScript: LintRule = {
  id: 'backup-script',
  title: 'A backup script that fails without anybody noticing',
  why: 'Without `set -e` a script goes on after a command that failed and ends well; a directory of today that nobody makes lets every command of it fail; a first line that is not the first is a comment, so that another shell runs it. Make the directory, stop at the first error, and look at size and age of what came out.',
  traps: ['X-123'],
  *check({ files }) {
    for (const file of files) {
      if (isDocument(file) || !isScript(file) || !isBackup(file)) continue;
      const lines = file.text.split('\n', 5000);
      const shebang = lines.findIndex((line) => /^\s*#!/.test(line));
      const at = (index: number) => ({ file: file.path, line: index + 1 });
      if (shebang > 0)
        yield found(
          'warning',
          'X-123',
          at(shebang),
          `The shebang stands in line ${shebang + 1}, where it is a comment: whoever starts the script chooses the shell.`,
          'Move it into the first line.',
        );
      const code = lines.map((line) => (/^\s*#/.test(line) ? '' : line));
      const stops =
        code.some((line) => /^\s*set\s+(?:-[a-z]*e|-o\s+errexit|-[a-z]+\s+-[a-z]*e)/.test(line)) ||
        /^#!.*sh\s+-[a-z]*e/.test(lines[Math.max(shebang, 0)] ?? '');
      if (!stops)
        yield found(
          'error',
          'X-123',
          at(Math.max(shebang, 0)),
          'Nothing stops the script when a command fails: it prunes old backups after a new one that was not written, and ends well.',
          'Add `set -euo pipefail` at its beginning.',
        );
      for (const [index, line] of code.entries()) {
        const made = /^\s*(?:export\s+)?([A-Za-z_]\w*)=["']?(\/[^"'\s]*\$[({][^\n]*)$/.exec(line);
        const name = made?.[1];
        if (name === undefined) continue;
        const written = code.findIndex(
          (each, later) => later > index && new RegExp(`(?:tar\\s+\\S+\\s+|>\\s*|-o\\s+|cp\\s.*\\s|--out[= ])["']?\\$\\{?${name}\\}?/`).test(each),
        );
        const created = code.some((each) =>
          new RegExp(`(?:mkdir|install\\s+-d)\\b.*(?:\\$\\{?${name}\\b|${(made?.[2] ?? '').split('$')[0]?.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&')})`).test(
            each,
          ),
        );
        if (written >= 0 && !created)
          yield found(
            'error',
            'X-123',
            at(written),
            `The directory $${name} is another one each day, and nothing makes it: this fails.`,
            `Add \`mkdir -p "$${name}"\` before it.`,
          );
      }
    }
  },
};
