import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type CloudResource, type CloudResourceFields, cloudResourceFieldsSchema } from '../../../shared/model/cloudResource.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';

/** What cloud resources need from the rest of the core. */
export interface ResourcesPorts {
  database: Database;
  servers(): readonly Pick<Server, 'id' | 'name'>[];
  nowMs(): number;
}

/** Changes of a resource: what is absent or undefined stays. */
export type ResourceChanges = { [K in keyof CloudResourceFields]?: CloudResourceFields[K] | undefined };

/** Records of what is rented and is no server. */
export interface ResourcesService {
  /** By name. */
  list(): CloudResource[];
  /** Throws `resource.not-found`. */
  get(name: string): CloudResource;
  /** Throws `resource.name-taken`, `server.not-found` for a link to a server that is not there. */
  add(request: { requestId: RequestId; fields: CloudResourceFields }): CloudResource;
  edit(request: { requestId: RequestId; name: string; fields: ResourceChanges }): CloudResource;
  remove(request: { requestId: RequestId; name: string }): void;
}

/** As stored: servers by id, so that links follow a server through its names. */
export const storedResourceSchema = cloudResourceFieldsSchema.omit({ servers: true }).extend({ serverIds: z.array(z.string()) });
const idAnswer = z.object({ id: z.string() });
const collator = new Intl.Collator('en', { numeric: true });

/** Makes the service. */
export function createResourcesService({ database, servers, nowMs }: ResourcesPorts): ResourcesService {
  const { query, file } = database;
  const requests = new RequestsRepo(database, nowMs);

  const list = () => {
    const names = new Map<string, string>(servers().map(({ id, name }) => [id, name]));
    const rows = database.all(query.selectFrom('cloud_resources').selectAll());
    const resources = rows.map((row): CloudResource => {
      const where = { file, table: 'cloud_resources', column: 'fields', key: row.id };
      const { serverIds, ...fields } = parseJsonColumn(storedResourceSchema, row.fields, where);
      const linked = serverIds.flatMap((id) => names.get(id) ?? []).sort(collator.compare);
      return { ...fields, servers: linked, id: row.id, createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms };
    });
    return resources.sort((a, b) => collator.compare(a.name, b.name));
  };
  const byName = (name: string) => {
    const found = list().find((resource) => resource.name === name);
    if (found === undefined) throw new AppError('resource.not-found', { name });
    return found;
  };
  const byId = (id: string) => {
    const found = list().find((resource) => resource.id === id);
    if (found === undefined) throw new AppError('resource.not-found', { name: id });
    return found;
  };
  const stored = ({ servers: linked, ...fields }: CloudResourceFields) => {
    const ids = new Map(servers().map(({ id, name }) => [name, id]));
    const serverIds = [...new Set(linked)].map((name) => {
      const id = ids.get(name);
      if (id === undefined) throw new AppError('server.not-found', { name });
      return id;
    });
    return JSON.stringify(storedResourceSchema.parse({ ...fields, serverIds }));
  };
  const checkName = (name: string, id: string | null) => {
    if (list().some((resource) => resource.name === name && resource.id !== id)) throw new AppError('resource.name-taken', { name });
  };

  return {
    list,
    get: byName,
    add({ requestId, fields }) {
      const { id } = requests.once(requestId, 'resources.add', idAnswer, () => {
        checkName(fields.name, null);
        const row = { id: `res_${randomUUID()}`, fields: stored(fields), created_at_ms: nowMs(), updated_at_ms: nowMs() };
        database.run(query.insertInto('cloud_resources').values(row));
        return { id: row.id };
      });
      return byId(id);
    },
    edit({ requestId, name, fields }) {
      const { id } = requests.once(requestId, 'resources.edit', idAnswer, () => {
        const { id: present, createdAtMs: _created, updatedAtMs: _updated, ...before } = byName(name);
        const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
        const next: CloudResourceFields = { ...before, ...given };
        checkName(next.name, present);
        database.run(
          query
            .updateTable('cloud_resources')
            .set({ fields: stored(next), updated_at_ms: nowMs() })
            .where('id', '=', present),
        );
        return { id: present };
      });
      return byId(id);
    },
    remove({ requestId, name }) {
      requests.once(requestId, 'resources.remove', idAnswer, () => {
        const { id } = byName(name);
        database.run(query.deleteFrom('cloud_resources').where('id', '=', id));
        return { id };
      });
    },
  };
}
