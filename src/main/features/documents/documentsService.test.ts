import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type DocumentFields, reviewState } from '../../../shared/model/document.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { createDocumentsService, type DocumentEdit, type DocumentsService } from './documentsService.ts';

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let documents: DocumentsService;
let servers: { id: ServerId; name: string }[];
let who: string;
let nowMs: number;

const request = () => randomUUID() as RequestId;
const fields = (name: string, differences: Partial<DocumentFields> = {}): DocumentFields => ({
  ...{ name, title: `About ${name}`, kind: 'procedure', owner: null, reviewedOn: null, nextReviewOn: null, servers: [], groups: [], stacks: [] },
  ...differences,
});
const add = (name: string, text = '# One\n', differences: Partial<DocumentFields> = {}) =>
  documents.add({ requestId: request(), fields: fields(name, differences), text, note: null });
const edit = (name: string, changes: Partial<DocumentEdit>) => documents.edit({ requestId: request(), name, fields: {}, note: null, ...changes });

beforeEach(() => {
  directory = testDirectory();
  database = openDatabase({ directory: directory.path });
  servers = [{ id: 'srv_1' as ServerId, name: 'gpu-1' }];
  who = 'Ada';
  nowMs = 1;
  documents = createDocumentsService({ database, servers: () => servers, who: () => who, nowMs: () => nowMs });
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

describe('versions', () => {
  it('are made by another text alone, and every one can be read again', () => {
    expect(add('access')).toMatchObject({ version: 1, who: 'Ada', savedAtMs: 1 });
    who = 'Grace';
    nowMs = 2;
    expect(edit('access', { fields: { owner: 'Grace' }, text: '# One\n' })).toMatchObject({ version: 1, who: 'Ada', owner: 'Grace' });
    expect(edit('access', { text: '# Two\n', note: 'bastion moved', baseVersion: 1 })).toMatchObject({ version: 2, who: 'Grace', savedAtMs: 2 });
    expect(documents.get('access')).toMatchObject({
      ...{ text: '# Two\n', shown: 2 },
      versions: [
        { version: 2, who: 'Grace', note: 'bastion moved', length: 6 },
        { version: 1, who: 'Ada', note: null },
      ],
    });
    expect(documents.get('access', 1)).toMatchObject({ text: '# One\n', shown: 1, document: { version: 2 } });
    expect(() => documents.get('access', 3)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });

  it('never overwrite one that somebody else saved meanwhile', () => {
    add('access');
    edit('access', { text: 'two', baseVersion: 1 });
    expect(() => edit('access', { text: 'mine', baseVersion: 1 })).toThrow(new AppError('document.changed', { name: 'access', version: 2, who: 'Ada' }));
    expect(documents.get('access').text).toBe('two');
    edit('access', { fields: { owner: 'Ada' }, baseVersion: 1 });
    edit('access', { text: 'two', baseVersion: 1 });
    expect(documents.get('access').document.version).toBe(2);
  });

  it('are made once for each request', () => {
    add('access');
    const change = { requestId: request(), name: 'access', fields: {}, text: 'two', note: null };
    expect(documents.edit(change)).toEqual(documents.edit(change));
    expect(documents.get('access').versions).toHaveLength(2);
  });
});

it('lists by title, and finds by words of title and present text', () => {
  add('b', 'the bastion is new', { title: 'Zed' });
  add('a', 'nothing', { title: 'Access by the bastion' });
  edit('a', { text: 'still nothing' });
  const found = (query?: string) => documents.list(query).map(({ name, excerpt }) => [name, excerpt]);
  expect(found()).toEqual([
    ['a', null],
    ['b', null],
  ]);
  expect(found('bastion')).toEqual([
    ['a', null],
    ['b', 'the bastion is new'],
  ]);
  expect(found('still bastion')).toEqual([['a', 'still nothing']]);
});

it('follows servers through their names, refuses unknown ones, and has each name once', () => {
  add('a', '', { servers: ['gpu-1'] });
  servers = [{ id: 'srv_1' as ServerId, name: 'gpu-9' }];
  expect(edit('a', { fields: { name: 'b' } })).toMatchObject({ name: 'b', servers: ['gpu-9'] });
  expect(() => add('c', '', { servers: ['gpu-1'] })).toThrow(new AppError('server.not-found', { name: 'gpu-1' }));
  expect(() => add('b')).toThrow(new AppError('document.exists', { name: 'b' }));
  expect(() => documents.get('a')).toThrow(new AppError('document.not-found', { name: 'a' }));
});

it('removes a document with all its texts', () => {
  add('a');
  documents.remove({ requestId: request(), name: 'a' });
  expect(documents.list()).toEqual([]);
  expect(database.all(database.query.selectFrom('document_versions').selectAll())).toEqual([]);
});

it.each([
  [null, 'none'],
  ['2026-11-20', 'due'],
  ['2026-11-21', 'due'],
  ['2026-11-22', 'soon'],
  ['2026-12-05', 'soon'],
  ['2026-12-06', 'later'],
] as const)('a review planned for %s is %s', (nextReviewOn, state) => {
  expect(reviewState({ nextReviewOn }, '2026-11-21')).toBe(state);
});
