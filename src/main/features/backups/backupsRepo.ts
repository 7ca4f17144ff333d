import {
  type BackupCheck,
  type BackupManifest,
  type BackupPlace,
  type BackupPolicy,
  type BackupRestore,
  type BackupSet,
  backupPolicySchema,
  backupSetSchema,
} from '../../../shared/model/backup.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

type SetKey = Pick<BackupManifest, 'serverName' | 'stackId' | 'id'>;
const mostNews = 50;

/** Policies, and what this laptop knows of sets. The truth about a set is its files; what was found out about them is kept here. */
export class BackupsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Sets of a stack on a server, newest first. */
  sets(of: Pick<SetKey, 'serverName' | 'stackId'>): BackupSet[] {
    return this.all().filter(({ manifest }) => manifest.serverName === of.serverName && manifest.stackId === of.stackId);
  }

  /** All sets, newest first. */
  all(): BackupSet[] {
    const { query, file } = this.#database;
    return this.#database
      .all(query.selectFrom('backup_sets').selectAll().orderBy('id', 'desc'))
      .map((row) => parseJsonColumn(backupSetSchema, row.record, { file, table: 'backup_sets', column: 'record', key: row.id }));
  }

  /** Null: nothing is known of it. */
  find(key: SetKey): BackupSet | null {
    return this.sets(key).find(({ manifest }) => manifest.id === key.id) ?? null;
  }

  /** A set lies at a place; said again, nothing changes. */
  put(manifest: BackupManifest, place: BackupPlace): void {
    const known = this.find(manifest) ?? { manifest, places: [], checks: [], restores: [] };
    const there = known.places.some((each) => samePlace(each, place));
    this.#save({ ...known, manifest, places: there ? known.places : [...known.places, place] });
  }

  /** A set is no more at a place; without a place left it is forgotten. */
  gone(key: SetKey, place: BackupPlace): void {
    const known = this.find(key);
    if (known === null) return;
    const places = known.places.filter((each) => !samePlace(each, place));
    if (places.length > 0) {
      this.#save({ ...known, places });
      return;
    }
    const { query } = this.#database;
    this.#database.run(query.deleteFrom('backup_sets').where('server_name', '=', key.serverName).where('stack_id', '=', key.stackId).where('id', '=', key.id));
  }

  checked(key: SetKey, check: BackupCheck): void {
    const known = this.find(key);
    if (known !== null) this.#save({ ...known, checks: [check, ...known.checks].slice(0, mostNews) });
  }

  restored(key: SetKey, restore: BackupRestore): void {
    const known = this.find(key);
    if (known !== null) this.#save({ ...known, restores: [restore, ...known.restores].slice(0, mostNews) });
  }

  /** Null: nobody has said how. */
  policy(serverId: ServerId, stackId: string): BackupPolicy | null {
    return this.policies().find((each) => each.serverId === serverId && each.stackId === stackId)?.policy ?? null;
  }

  policies(): { serverId: ServerId; stackId: string; policy: BackupPolicy }[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('backup_policies').selectAll()).map((row) => ({
      serverId: row.server_id as ServerId,
      stackId: row.stack_id,
      policy: parseJsonColumn(backupPolicySchema, row.policy, { file, table: 'backup_policies', column: 'policy', key: `${row.server_id} ${row.stack_id}` }),
    }));
  }

  setPolicy(serverId: ServerId, stackId: string, policy: BackupPolicy, atMs: number): void {
    const changed = { policy: JSON.stringify(policy), updated_at_ms: atMs };
    const { query } = this.#database;
    this.#database.run(
      query
        .insertInto('backup_policies')
        .values({ server_id: serverId, stack_id: stackId, ...changed })
        .onConflict((conflict) => conflict.columns(['server_id', 'stack_id']).doUpdateSet(changed)),
    );
  }

  #save(set: BackupSet): void {
    const { serverName, stackId, id } = set.manifest;
    const { query } = this.#database;
    const record = JSON.stringify(set);
    this.#database.run(
      query
        .insertInto('backup_sets')
        .values({ server_name: serverName, stack_id: stackId, id, record })
        .onConflict((conflict) => conflict.columns(['server_name', 'stack_id', 'id']).doUpdateSet({ record })),
    );
  }
}

/** Whether two places are one. */
export function samePlace(a: BackupPlace, b: BackupPlace): boolean {
  if (a.kind !== b.kind || a.path.replace(/\/+$/, '') !== b.path.replace(/\/+$/, '')) return false;
  return a.kind !== 'server' || (b.kind === 'server' && a.server === b.server);
}
