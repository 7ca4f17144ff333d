import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFixture, withSection } from '../../commands/fixtures/readFixture.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { FactsChangesRepo, mostFactsChanges } from './factsChangesRepo.ts';
import { newRequest, openTestInventory, type TestInventory, testCell, testFields } from './testInventory.ts';

let directory: string;
let inventory: TestInventory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'facts-history-'));
  inventory = openTestInventory(directory);
});
afterEach(() => {
  inventory.close();
  rmSync(directory, { recursive: true, force: true });
});

const debian12 = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
const card = (index: number) => `${index}, GPU-${index}, NVIDIA A10, 23028, 550.127.05`;
const withCards = (...cards: number[]) => withSection(debian12, 'gpu-list', 0, cards.map(card).join('\n'));

async function read(output: string, atMs: number) {
  const type = inventory.types.get('facts');
  const id = inventory.directory.byName('gpu-1').id;
  inventory.clock.ms = atMs;
  const cell = testCell(id, async () => ({ exitCode: 0, signal: null, stdout: output, stderr: '' }));
  const result = await type?.runCell({}, cell);
  return { detail: result?.state === 'done' ? result.detail : null, notes: cell.notes.filter((note) => !note.startsWith('Unknown')) };
}

it('keeps what changed with its times, tells it with the reading, and still knows it in the next life', async () => {
  await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1') });
  expect((await read(withCards(0, 1), 1000)).notes).toEqual([]);
  expect(await read(withCards(0, 1), 2000)).toEqual({ detail: expect.not.stringContaining('changed'), notes: [] });
  const third = await read(withCards(0), 3000);
  expect(third.detail).toContain('changed: Number of GPUs 2 → 1, GPU 1 NVIDIA A10 → gone');
  expect(third.notes).toEqual(['Important change: Number of GPUs: 2 → 1\n', 'Important change: GPU 1: NVIDIA A10 → gone\n']);
  await read(withSection(withCards(0), 'hostname', 0, 'renamed'), 4000);
  const expected = [
    { seenAtMs: 4000, sinceMs: 3000, path: 'hostname', title: 'Host name', before: 'gpu-01', after: 'renamed', important: false },
    { seenAtMs: 3000, sinceMs: 2000, path: 'gpu.count', title: 'Number of GPUs', before: '2', after: '1', important: true },
    { seenAtMs: 3000, sinceMs: 2000, path: 'gpu.devices.GPU-1', title: 'GPU 1', before: 'NVIDIA A10', after: null, important: true },
  ];
  expect(inventory.service.factsChanges('gpu-1', 100)).toEqual(expected);
  inventory.close();
  inventory = openTestInventory(directory);
  expect(inventory.service.factsChanges('gpu-1', 2)).toEqual(expected.slice(0, 2));
});

it('notices what changed while nobody could look', async () => {
  await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1') });
  const broken = withSection(debian12, 'gpu-list', 9, 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.');
  await read(withCards(0, 1), 1000);
  await read(broken, 2000);
  await read(broken, 3000);
  expect((await read(withCards(0), 4000)).notes).toEqual([
    'Important change: GPUs: the driver fails → answer\n',
    'Important change: Number of GPUs: 2 → 1\n',
    'Important change: GPU 1: NVIDIA A10 → gone\n',
  ]);
  expect((await read(withCards(0), 5000)).notes).toEqual([]);
});

it('forgets the changes of a machine that the record does not stand for any more', async () => {
  await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1') });
  await read(withCards(0, 1), 1000);
  await read(withCards(0), 2000);
  expect(inventory.service.factsChanges('gpu-1', 10)).toHaveLength(2);
  await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: { host: 'elsewhere.test' } });
  expect(inventory.service.factsChanges('gpu-1', 10)).toEqual([]);
});

it('keeps the newest of very many, each server its own', async () => {
  for (const name of ['gpu-1', 'gpu-2']) await inventory.service.changes.add({ requestId: newRequest(), fields: testFields(name) });
  const ids = ['gpu-1', 'gpu-2'].map((name) => inventory.directory.byName(name).id);
  inventory.close();
  const database = openDatabase({ directory });
  const repo = new FactsChangesRepo(database);
  const change = (at: number) => ({ path: `p${at}`, title: 't', before: null, after: 'a', important: false });
  const [one, other] = ids;
  if (one === undefined || other === undefined) throw new Error('no servers');
  repo.add(other, [change(0)], { seenAtMs: 1, sinceMs: 0 });
  for (let at = 1; at <= 12; at += 1)
    repo.add(
      one,
      Array.from({ length: 50 }, () => change(at)),
      { seenAtMs: at, sinceMs: at - 1 },
    );
  const kept = repo.list(one, 1000);
  expect([kept.length, kept[0]?.path, kept.at(-1)?.path]).toEqual([mostFactsChanges, 'p12', 'p3']);
  expect(repo.list(other, 10)).toHaveLength(1);
  database.close();
  inventory = openTestInventory(directory);
});
