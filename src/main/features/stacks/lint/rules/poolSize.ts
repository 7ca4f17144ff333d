import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import type { Place } from '../yamlParts.ts';

/** A pool of connections against what the database takes. */
export const poolSize: LintRule = {
  id: 'pool-size',
  title: 'A connection pool takes all connections of the database',
  why: 'PostgreSQL takes 100 connections unless told otherwise, three of them for its administrator. A pool of as many for each pair of user and database leaves none for migrations, backups and a second pool. Keep default_pool_size and reserve together well below max_connections; with transaction pooling set max_prepared_statements, or drivers fail with prepared statements.',
  traps: ['X-112'],
  *check(subject) {
    const { value: most, known } = maxConnections(subject);
    for (const pool of pools(subject)) {
      const size = pool.get('default_pool_size');
      const reserve = pool.get('reserve_pool_size');
      const sum = Number(size?.value ?? 20) + Number(reserve?.value ?? 0);
      if (size !== undefined && sum > most - 10) {
        yield found(
          'warning',
          'X-112',
          size.at,
          `A pool of ${size.value}${reserve === undefined ? '' : ` and ${reserve.value} in reserve`} meets max_connections of ${most}${known ? '' : ', the default of PostgreSQL'}: ${sum >= most ? 'nothing is' : `only ${most - sum} are`} left for anybody else.`,
          'Make the pool smaller, or raise max_connections.',
        );
      }
      const mode = pool.get('pool_mode');
      const prepared = pool.get('max_prepared_statements');
      if (mode?.value === 'transaction' && !(Number(prepared?.value ?? 0) > 0))
        yield found(
          'note',
          'X-112',
          mode.at,
          'With transaction pooling a prepared statement may meet another connection than the one it was prepared on.',
          'Set max_prepared_statements above 0 (PgBouncer 1.21 and later), or switch them off in the driver.',
        );
    }
    yield* replicas(subject);
  },
};

type Settings = Map<string, { value: string; at: Place & { service?: string } }>;

/** Settings of PgBouncer: in variables of its images, and in files. */
function pools({ project, files }: LintSubject): Settings[] {
  const names = ['default_pool_size', 'reserve_pool_size', 'pool_mode', 'max_client_conn', 'max_prepared_statements'];
  const ofServices = project.services.flatMap((service): Settings[] => {
    if (imageFacts(service.image?.text)?.role !== 'pooler') return [];
    const settings: Settings = new Map();
    for (const [name, { value, at }] of service.environment) {
      const key = name.replace(/^PGBOUNCER_/, '').toLowerCase();
      if (value !== null && names.includes(key)) settings.set(key, { value, at: inService(at, service.name) });
    }
    return [settings];
  });
  const ofFiles = files.flatMap(({ path, text }): Settings[] => {
    if (project.files.includes(path) || !/\.(ini|ya?ml|conf|cfg)$/.test(path) || !/default_pool_size/.test(text)) return [];
    const settings: Settings = new Map();
    for (const [index, line] of text.split('\n', 20_000).entries()) {
      const match = /^\s*([a-z_]+)\s*[:=]\s*["']?([\w-]+)/.exec(line);
      if (match?.[1] !== undefined && names.includes(match[1])) settings.set(match[1], { value: match[2] ?? '', at: { file: path, line: index + 1 } });
    }
    return [settings];
  });
  return [...ofServices, ...ofFiles];
}

function maxConnections({ project, files }: LintSubject): { value: number; known: boolean } {
  for (const service of project.services) {
    const inCommand = /max_connections=([0-9]+)/.exec(service.command.join(' '))?.[1] ?? service.environment.get('POSTGRESQL_MAX_CONNECTIONS')?.value;
    if (inCommand != null) return { value: Number(inCommand), known: true };
  }
  for (const { path, text } of files) {
    const inFile = path.endsWith('postgresql.conf') ? /^[ \t]*max_connections[ \t]*=[ \t]*([0-9]+)/m.exec(text)?.[1] : undefined;
    if (inFile !== undefined) return { value: Number(inFile), known: true };
  }
  return { value: 100, known: false };
}

/** Each replica has a pool of its own. */
function* replicas(subject: LintSubject): Iterable<LintNews> {
  const { value: most } = maxConnections(subject);
  for (const service of subject.project.services) {
    const size =
      service.environment.get('DATABASE_POOL_SIZE') ??
      service.environment.get('DB_POOL_SIZE') ??
      service.environment.get('DB_POOL_MAX') ??
      service.environment.get('DATABASE_CONNECTION_POOL_LIMIT');
    const each = Number(size?.value ?? Number.NaN);
    if (size === undefined || !(each * service.replicas.count > most - 10)) continue;
    yield found(
      'warning',
      'X-112',
      inService(size.at, service.name),
      `${service.replicas.count} × ${each} connections of ${service.name} meet max_connections of ${most}.`,
      'Make the pool smaller, or put PgBouncer in between.',
    );
  }
}
