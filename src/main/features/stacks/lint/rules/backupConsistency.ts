import { copyCommands } from '../backupCommands.ts';
import { resolvePath } from '../composeProject.ts';
import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { commandLines, isDocument } from '../lintFiles.ts';
import { found, inDefinition, type LintRule } from '../lintSubject.ts';

/** A copy of a store's directory while it writes. */
export const backupConsistency: LintRule = {
  id: 'backup-consistency',
  title: 'A store is copied while it writes',
  why: 'The files of a database belong together only at one moment. A copy of its directory while it runs has some from before and some from after, and mostly cannot be opened. Use the dump or backup of the program itself, or stop it for the copy.',
  traps: ['X-128'],
  *check({ project, files, definition }) {
    const stores = project.all.flatMap((service) => (isStore(service) ? [service] : []));
    for (const { sources, text, file, line } of copyCommands(files)) {
      for (const source of sources) {
        const service = stores.find((store) => store.mounts.some((mount) => mount.source !== null && same(source, mount.source, file, mount.at.file)));
        if (service === undefined) continue;
        const own = commandLines(files.filter(({ path }) => path === file)).filter((each) => each.line < line || each.text === text);
        if (
          own.some((each) =>
            /\b(?:stop|pause|down|scale\s+\S+=0|fsfreeze|lvcreate|zfs\s+snapshot|btrfs\s+subvolume\s+snapshot|ALTER SYSTEM|pg_backup_start|BGSAVE|SAVE)\b/.test(
              each.text,
            ),
          )
        )
          continue;
        yield found(
          'error',
          'X-128',
          { file, line, service: service.name },
          `${source} is the data of ${service.name} (${title(service)}), copied while it writes: such a copy mostly cannot be opened.`,
          fix(service),
        );
      }
    }
    for (const file of files.filter(isDocument)) {
      for (const [index, line] of file.text.split('\n', 20_000).entries()) {
        if (!/\bback\s?up\b[^.]*\bdirector(?:y|ies)\b/i.test(line)) continue;
        const service = stores.find((store) =>
          store.mounts.some(({ kind, source }) => kind === 'bind' && source !== null && file.text.includes(`${source.split('/').at(-1)}/`)),
        );
        if (service !== undefined)
          yield found(
            'warning',
            'X-128',
            { file: file.path, line: index + 1, service: service.name },
            `The directory of ${service.name} (${title(service)}) cannot be copied while it writes, and no command is given.`,
            fix(service),
          );
      }
    }
    for (const { service: name, save } of definition?.backups ?? []) {
      const service = stores.find((store) => store.name === name);
      const copies = /\b(?:tar|cp\s+-[a-z]*[ra]|rsync)\b/.exec(save);
      if (service === undefined || copies === null || /BACKUP|dump|SAVE|\.backup|snapshot|pg_basebackup|kill\s+-(?:STOP|19)|SIGSTOP/i.test(save)) continue;
      yield found(
        'warning',
        'X-128',
        inDefinition(name),
        `The recipe of ${name} copies its files (${copies[0]}) while ${title(service)} writes them.`,
        fix(service),
      );
    }
  },
};

function isStore(service: LintService): boolean {
  const role = imageFacts(service.image?.text)?.role;
  return (
    role === 'database' ||
    role === 'vectors' ||
    role === 'cache' ||
    /chroma|postgres|mongo|mysql|redis|clickhouse|weaviate|qdrant/i.test(service.image?.text ?? '')
  );
}

function same(path: string, source: string, file: string, from: string): boolean {
  const bare = path.replace(/\/+$/, '');
  if (bare.startsWith('/') && bare === source.replace(/\/+$/, '')) return true;
  if (/\/volumes\/[^/]*$/.test(bare) || bare.endsWith('/_data')) return bare.replace(/\/_data$/, '').endsWith(`_${source}`) || bare.endsWith(`/${source}`);
  return (
    source.startsWith('.') &&
    !bare.startsWith('/') &&
    (resolvePath(file, bare) === resolvePath(from, source) || resolvePath('', bare) === resolvePath('', source))
  );
}

function title(service: LintService): string {
  return imageFacts(service.image?.text)?.title ?? service.image?.text ?? service.name;
}

function fix(service: LintService): string {
  const natives: Record<string, string> = {
    ClickHouse: 'Use its BACKUP statement.',
    PostgreSQL: 'Use pg_dump.',
    MongoDB: 'Use mongodump.',
    MySQL: 'Use mysqldump --single-transaction.',
    MariaDB: 'Use mariadb-dump.',
    Redis: 'Use BGSAVE and copy the file that it writes.',
    Weaviate: 'Use its backup module.',
    Qdrant: 'Use its snapshots.',
  };
  return natives[title(service)] ?? 'Stop it for the copy, or take a snapshot of the file system.';
}
