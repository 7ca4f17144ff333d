import { commandLines } from '../lintFiles.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** Removing what is old, and the place of it too. */
export const backupPrune: LintRule = {
  id: 'backup-prune',
  title: 'Removing old backups can remove all of them',
  why: '`find ROOT -type d -mtime +30 -exec rm -rf` finds ROOT itself too, whose date is that of its last new entry: after a month without a backup everything goes at once. Say -mindepth 1 -maxdepth 1, keep a least number, and prune a bucket by its own lifecycle.',
  traps: ['X-124'],
  *check({ files }) {
    const commands = commandLines(files);
    for (const { text, file, line } of commands) {
      const match = /\bfind\s+("[^"]*"|'[^']*'|[^\s-]\S*)((?:\s+\S+)*)$/.exec((text.split(/\|(?!\|)/)[0] ?? '').trim());
      const rest = match?.[2] ?? '';
      const removes = /-exec\s+(?:sudo\s+)?rm\s+-[a-z]*r/.test(rest) || /-delete\b/.test(rest) || /\|\s*xargs\b.*\brm\s+-[a-z]*r/.test(text);
      if (match === null || !removes || !/-(?:mtime|mmin|ctime|older|newer)/.test(rest) || /-mindepth\s+[1-9]/.test(rest) || /-type\s+f\b/.test(rest)) continue;
      yield found(
        'error',
        'X-124',
        { file, line },
        `This finds ${match[1]} itself as well: when nothing new came for that long, everything goes.`,
        'Add -mindepth 1 -maxdepth 1.',
      );
    }
    for (const path of new Set(commands.map(({ file }) => file))) {
      const own = commands.filter(({ file }) => file === path);
      const upload = own.find(
        ({ text }) => /\b(?:ossutil|aliyun\s+oss|aws\s+s3|s3cmd|rclone|gsutil|mc)\s+(?:cp|sync|copy|put|mirror)\b/.test(text) && /backup|dump/i.test(text),
      );
      const prunes = own.some(({ text }) =>
        /lifecycle|\b(?:ossutil|aliyun\s+oss|aws\s+s3|s3cmd|rclone|gsutil|mc)\s+(?:rm|delete|ilm|del)\b|--delete\b/.test(text),
      );
      if (upload !== undefined && !prunes)
        yield found(
          'note',
          'X-124',
          { file: path, line: upload.line },
          'Nothing removes old backups from the bucket: it grows for ever.',
          'Set a lifecycle rule at the bucket.',
        );
    }
  },
};
