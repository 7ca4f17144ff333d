import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { AppError } from '../../../../shared/errors.ts';
import { formatCost, parseCost } from '../../../../shared/model/money.ts';
import type { ServerFields } from '../../../../shared/model/server.ts';
import type { ServerRecord } from '../../../../shared/model/serverRecord.ts';
import { checkCount, type ImportedSource, type ServerDraft } from './importDraft.ts';
import { ownDraft } from './ownDrafts.ts';

/** Columns in the order in which they are written; `name` and `host` have to be there, an empty cell says nothing. */
export const csvColumns = [
  ...['name', 'host', 'port', 'user', 'auth', 'key', 'other_keys', 'certificate', 'jump'],
  ...['environment', 'tags', 'groups', 'sudo', 'transport', 'host_key_alias', 'proxy_command', 'roles'],
  ...['provider', 'plan', 'location', 'public_address', 'private_address', 'owner', 'cost', 'purchased_on', 'renews_on', 'notes'],
] as const;
type Column = (typeof csvColumns)[number];
type Row = Partial<Record<Column, string>>;

/** Columns of what is kept about a server, in the order of `recordParts`, with the part that each holds. */
const recordColumns = [
  ...([
    ['provider', 'provider'],
    ['plan', 'plan'],
    ['location', 'location'],
    ['public_address', 'publicAddress'],
  ] as const),
  ...([
    ['private_address', 'privateAddress'],
    ['owner', 'owner'],
    ['cost', 'cost'],
    ['purchased_on', 'purchasedOn'],
  ] as const),
  ...([
    ['renews_on', 'renewsOn'],
    ['notes', 'notes'],
  ] as const),
] satisfies (readonly [Column, keyof ServerRecord])[];

/** Marks a cell that says: none. An empty one says nothing. */
const none = '-';

/** Reads servers of CSV text with a heading. Columns that mean nothing are remarked on. Throws `import.unreadable`. */
export function readCsv(text: string, path: string): ImportedSource {
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      ...{ bom: true, info: true, trim: true, skip_empty_lines: true, relax_column_count: true, max_record_size: 100_000 },
      delimiter: delimiterOf(text),
    }) as never;
  } catch (error) {
    const reason = error instanceof CsvError || error instanceof Error ? error.message : String(error);
    throw new AppError('import.unreadable', { source: path.slice(0, 1000), reason: `it is not CSV: ${reason}`.slice(0, 500) });
  }
  const [heading, ...body] = rows;
  const columns = (heading?.record ?? []).map((word) => word.toLowerCase().replaceAll(/[ -]/g, '_'));
  if (!columns.includes('name') || !columns.includes('host')) {
    throw new AppError('import.unreadable', { source: path.slice(0, 1000), reason: 'its first line has to name the columns, “name” and “host” among them' });
  }
  checkCount(path, body.length);
  const strange = columns.filter((column) => !(csvColumns as readonly string[]).includes(column));
  const remarks = strange.map((column) => ({ source: `${path}:1`, text: `the column “${column.slice(0, 100)}” means nothing here` }));
  return { path, drafts: body.map(({ record, info }) => draftOfRow(columns, record, `${path}:${info.lines}`)), remarks };
}

/** Spreadsheets of some languages write semicolons. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  return [';', '\t'].find((delimiter) => first.includes(delimiter) && !first.includes(',')) ?? ',';
}

function draftOfRow(columns: readonly string[], record: readonly string[], source: string): ServerDraft {
  const row: Row = {};
  columns.forEach((column, index) => {
    const cell = record[index] ?? '';
    if (cell !== '' && row[column as Column] === undefined) row[column as Column] = cell;
  });
  const draft = ownDraft(statedBy(row), source);
  if (row.cost !== undefined && row.cost !== none && parseCost(row.cost) === null)
    draft.problems.unshift(`cost: “${row.cost.slice(0, 60)}” is no price like “1.62 USD/hour”`);
  if (draft.title === source && row.name !== undefined) draft.title = row.name.slice(0, 200);
  if (record.length > columns.length)
    draft.notes.push(`${record.length - columns.length} cells stand in no column: ${record.slice(columns.length).join(', ').slice(0, 200)}`);
  draft.notes.push(...lostWithoutKey(row));
  return draft;
}

/** Columns that say something about a key where there is none. */
function lostWithoutKey(row: Row): string[] {
  if (row.key !== undefined && row.key !== none && (row.auth === undefined || row.auth === 'key')) return [];
  return (['key', 'other_keys', 'certificate'] as const).flatMap((column) =>
    row[column] === undefined || row[column] === none ? [] : [`${column} is not honoured without a key to log in with`],
  );
}

function statedBy(row: Row): Record<string, unknown> {
  const auth = authOf(row);
  const ssh = {
    ...(row.transport === undefined ? {} : { transport: row.transport }),
    ...(row.host_key_alias === undefined ? {} : { hostKeyAlias: row.host_key_alias }),
    ...(row.proxy_command === undefined ? {} : { proxyCommand: row.proxy_command }),
  };
  const record = recordBy(row);
  return {
    ...(row.name === undefined ? {} : { name: row.name }),
    ...(row.host === undefined ? {} : { host: row.host }),
    ...(row.port === undefined ? {} : { port: Number(row.port) }),
    ...(row.user === undefined ? {} : { user: row.user }),
    ...(auth === null ? {} : { auth }),
    ...(row.jump === undefined ? {} : { jump: row.jump === none ? null : row.jump }),
    ...(row.environment === undefined ? {} : { environment: row.environment }),
    ...(row.tags === undefined ? {} : { tags: words(row.tags) }),
    ...(row.groups === undefined ? {} : { groups: words(row.groups) }),
    ...(row.sudo === undefined ? {} : { sudo: row.sudo }),
    ...(Object.keys(ssh).length === 0 ? {} : { ssh }),
    ...(row.roles === undefined ? {} : { roles: words(row.roles) }),
    ...(Object.keys(record).length === 0 ? {} : { record }),
  };
}

function recordBy(row: Row): Record<string, unknown> {
  const parts = recordColumns.flatMap(([column, part]): (readonly [string, unknown])[] => {
    const cell = row[column];
    if (cell === undefined) return [];
    if (cell === none) return [[part, null]];
    if (column !== 'cost') return [[part, unguarded(cell)]];
    const cost = parseCost(cell);
    return cost === null ? [] : [[part, cost]];
  });
  return Object.fromEntries(parts);
}

/** Words that a spreadsheet would take for a formula, that stand for none, or that begin with a quote. */
const risky = /^(?:[=+\-@\t\r']|\s)/;

/** Words of a person, with a quote in front where a spreadsheet would reckon with them. */
function guarded(words: string): string {
  return risky.test(words) ? `'${words}` : words;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && risky.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function recordCells(record: ServerRecord | undefined): Pick<Record<Column, string>, (typeof recordColumns)[number][0]> {
  const cells = recordColumns.map(([column, part]): [Column, string] => {
    const value = record?.[part];
    return [column, value == null ? '' : typeof value === 'string' ? guarded(value) : formatCost(value)];
  });
  return Object.fromEntries(cells) as Pick<Record<Column, string>, (typeof recordColumns)[number][0]>;
}

function authOf(row: Row): Record<string, unknown> | null {
  const kind = row.auth ?? (row.key === undefined ? undefined : 'key');
  if (kind === undefined) return null;
  if (kind !== 'key') return { kind };
  const others = row.other_keys === undefined ? [] : row.other_keys.split('|').filter((path) => path !== '');
  return { kind, path: row.key ?? '', ...(others.length === 0 ? {} : { others }), ...(row.certificate === undefined ? {} : { certificate: row.certificate }) };
}

function words(cell: string): string[] {
  return cell === none ? [] : cell.split(/[\s,|;]+/).filter((word) => word !== '');
}

/**
 * Servers as CSV. `notes` names what a cell cannot hold. Words of a person that a spreadsheet would take for a formula get a quote in
 * front, which is taken off again when they are read; paths and commands have to stay what they are.
 */
export function writeCsv(servers: readonly ServerFields[]): { text: string; notes: string[] } {
  const notes: string[] = [];
  const rows = servers.map((server) => {
    const { auth, ssh } = server;
    const others = auth.kind === 'key' ? (auth.others ?? []) : [];
    if (others.some((path) => path.includes('|'))) notes.push(`${server.name}: other keys with “|” in their path are left out`);
    const row: Record<Column, string> = {
      ...{ name: server.name, host: server.host, port: String(server.port), user: server.user, auth: auth.kind, key: auth.kind === 'key' ? auth.path : '' },
      other_keys: others.filter((path) => !path.includes('|')).join('|'),
      certificate: auth.kind === 'key' ? (auth.certificate ?? '') : '',
      ...{ jump: server.jump ?? none, environment: server.environment, tags: server.tags.join(' ') || none, groups: server.groups.join(' ') || none },
      ...{ sudo: server.sudo, transport: ssh?.transport ?? '', host_key_alias: ssh?.hostKeyAlias ?? '', proxy_command: ssh?.proxyCommand ?? '' },
      roles: server.roles === undefined ? '' : server.roles.join(' ') || none,
      ...recordCells(server.record),
    };
    return csvColumns.map((column) => row[column]);
  });
  return { text: stringify([[...csvColumns], ...rows], { quoted_match: /^\s|\s$/ }), notes };
}
