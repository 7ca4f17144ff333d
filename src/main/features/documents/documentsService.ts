import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { DocumentFields, DocumentSummary, DocumentVersion } from '../../../shared/model/document.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import { findIn } from './documentRules.ts';
import { DocumentsRepo, type StoredDocument, type StoredFields } from './documentsRepo.ts';

/** What documents need from the rest of the core. */
export interface DocumentsPorts {
  database: Database;
  servers(): readonly Pick<Server, 'id' | 'name'>[];
  who(): string;
  nowMs(): number;
}

/** Changes of a document: what is absent or undefined stays. */
export interface DocumentEdit {
  requestId: RequestId;
  name: string;
  fields: { [K in keyof DocumentFields]?: DocumentFields[K] | undefined };
  text?: string | undefined;
  /** Version that the text was made from. */
  baseVersion?: number | undefined;
  note: string | null;
}

/** Documents with their versions. */
export interface DocumentsService {
  /** By title; see `findIn` for what a query finds. */
  list(query?: string): (DocumentSummary & { excerpt: string | null })[];
  /** Throws `document.not-found`, `input.invalid` for a version that never was. */
  get(name: string, version?: number): { document: DocumentSummary; text: string; shown: number; versions: DocumentVersion[] };
  /** Throws `document.exists`, `server.not-found`. */
  add(request: { requestId: RequestId; fields: DocumentFields; text: string; note: string | null }): DocumentSummary;
  /** Throws `document.changed` where another version was saved after `baseVersion`. */
  edit(edit: DocumentEdit): DocumentSummary;
  remove(request: { requestId: RequestId; name: string }): void;
}

const idAnswer = z.object({ id: z.string() });
const collator = new Intl.Collator('en', { numeric: true });

/** Makes the service. */
export function createDocumentsService(ports: DocumentsPorts): DocumentsService {
  const repo = new DocumentsRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);

  const summary = ({ id, fields, createdAtMs, version, who, savedAtMs }: StoredDocument): DocumentSummary => {
    const names = new Map<string, string>(ports.servers().map((server) => [server.id, server.name]));
    const { serverIds, ...rest } = fields;
    const servers = serverIds.flatMap((serverId) => names.get(serverId) ?? []).sort(collator.compare);
    return { ...rest, servers, id, version, who, savedAtMs, createdAtMs };
  };
  const stored = ({ servers, ...fields }: DocumentFields): StoredFields => {
    const ids = new Map(ports.servers().map(({ id, name }) => [name, id]));
    const serverIds = [...new Set(servers)].map((name) => {
      const id = ids.get(name);
      if (id === undefined) throw new AppError('server.not-found', { name });
      return id;
    });
    return { ...fields, serverIds };
  };
  const find = (isIt: (document: StoredDocument) => boolean, name: string) => {
    const found = repo.all().find(isIt);
    if (found === undefined) throw new AppError('document.not-found', { name });
    return found;
  };
  const byName = (name: string) => find(({ fields }) => fields.name === name, name);
  const byId = (id: string) => find((document) => document.id === id, id);
  const checkName = (name: string, id: string | null) => {
    if (repo.all().some((document) => document.fields.name === name && document.id !== id)) throw new AppError('document.exists', { name });
  };
  const newVersion = (version: number, text: string, note: string | null) => ({ version, text, who: ports.who(), note, savedAtMs: ports.nowMs() });

  return {
    list(query) {
      const found = repo.all().flatMap((document) => {
        const find = query === undefined ? { excerpt: null } : findIn({ ...document.fields, text: document.text }, query);
        return find === null ? [] : [{ ...summary(document), excerpt: find.excerpt === '' ? null : find.excerpt }];
      });
      return found.sort((a, b) => collator.compare(a.title, b.title) || collator.compare(a.name, b.name));
    },
    get(name, version) {
      const document = byName(name);
      const text = version === undefined ? document.text : repo.text(document.id, version);
      if (text === undefined) throw invalid('version', `"${name}" has versions 1 to ${document.version}`);
      return { document: summary(document), text, shown: version ?? document.version, versions: repo.versions(document.id) };
    },
    add({ requestId, fields, text, note }) {
      const { id } = requests.once(requestId, 'documents.add', idAnswer, () => {
        checkName(fields.name, null);
        const id = `doc_${randomUUID()}`;
        repo.insert(id, stored(fields), ports.nowMs());
        repo.addVersion(id, newVersion(1, text, note));
        return { id };
      });
      return summary(byId(id));
    },
    edit({ requestId, name, fields, text, baseVersion, note }) {
      const { id } = requests.once(requestId, 'documents.edit', idAnswer, () => {
        const document = byName(name);
        const isNewer = text !== undefined && text !== document.text;
        if (isNewer && baseVersion !== undefined && baseVersion !== document.version) {
          throw new AppError('document.changed', { name, version: document.version, who: document.who });
        }
        const { id: present, version: _version, who: _who, savedAtMs: _saved, createdAtMs: _created, ...before } = summary(document);
        const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
        const next: DocumentFields = { ...before, ...given };
        checkName(next.name, present);
        repo.update(present, stored(next));
        if (isNewer) repo.addVersion(present, newVersion(document.version + 1, text, note));
        return { id: present };
      });
      return summary(byId(id));
    },
    remove({ requestId, name }) {
      requests.once(requestId, 'documents.remove', idAnswer, () => {
        const { id } = byName(name);
        repo.remove(id);
        return { id };
      });
    },
  };
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
