import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupManifest, BackupPlace } from '../../src/shared/model/backup.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import { ensureFleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { acceptAll } from '../support/breakableStack.ts';
import { newRequest } from '../support/newRequest.ts';
import { fillShop, writeShopStack } from '../support/shopStack.ts';
import { type BackupsCore, openBackupsCore } from './backupsCore.ts';
import { cellStates } from './flowCore.ts';

const secrets = { 'backups/key': 'a passphrase that is on no command line' };
const root = '/var/backups/pilothouse';

describe.skipIf(fleetObstacle())('backups of a stack', () => {
  let directory: string;
  let shop: FleetServer;
  let vault: FleetServer;
  let core: BackupsCore;
  let computer: string;
  const here: BackupPlace = { kind: 'here', path: root };
  const on = { id: 'shop', selector: 'bk-shop' };
  const request = () => ({ requestId: newRequest(), ...on });
  const run = (more: { places?: BackupPlace[]; services?: string[]; sealedBy?: string | null } = {}) =>
    core.backups.run({ ...request(), services: [], sealedBy: null, acceptSmaller: false, ...more });
  const sets = async () => (await shop.mustExec(`ls ${root}/bk-shop/shop`)).split('\n').filter((name) => name !== '');
  const inside = (service: string, command: string) => shop.mustExec(`docker exec ph-shop-${service}-1 ${command}`);
  /** Waits until the documents are on their way through the whole pipe: the packing begins before the container's side does. */
  const dumping = () => shop.mustExec(`until pgrep -x gzip >/dev/null && docker top ph-shop-docs-1 -o pid,args | grep -q /tmp/slow; do sleep 0.1; done`);
  const count = async () => ({
    orders: await inside('db', `psql -U shop -d shop -Atc 'SELECT count(*) FROM orders'`),
    carts: await inside('cache', 'redis-cli dbsize'),
    pictures: (await inside('files', 'ls /store')).split('\n').filter((name) => name.startsWith('picture')).length,
    docs: (await inside('docs', 'cat /store/docs')).split('\n').length,
  });
  const full = { orders: '500', carts: '40', pictures: 25, docs: 4000 };
  const wholeSets = (list: Operation) => list.cells.find(({ stepId }) => stepId === 'finish')?.detail?.split(',')[0] ?? '';

  beforeAll(async () => {
    const fleet = await ensureFleet();
    [shop, vault] = await Promise.all([fleet.startServer({ kind: 'prov', name: 'bk-shop' }), fleet.startServer({ kind: 'light', name: 'bk-vault' })]);
    await shop.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'backups-core-'));
    computer = await mkdtemp(join(tmpdir(), 'backups-here-'));
    await writeShopStack(directory);
    core = await openBackupsCore(directory, [shop, vault], secrets);
    const deployed = await core.finish(core.stacks.deploy({ ...request(), parameters: {}, secrets: {}, accept: acceptAll }));
    expect(deployed.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    await shop.mustExec(fillShop);
  });
  afterAll(async () => {
    await core?.close();
    await (await ensureFleet()).removeAll();
    await Promise.all([directory, computer].map((each) => rm(each, { recursive: true, force: true })));
  });

  test('a set goes to the server, to another server and to this computer, and each copy is the same', async () => {
    const places: BackupPlace[] = [here, { kind: 'server', server: 'bk-vault', path: '/srv/backups' }, { kind: 'computer', path: computer }];
    const ended = await core.finish(run({ places }));
    expect(cellStates(ended)).toMatchObject({
      prepare: 'done',
      'keep.db': 'done',
      'keep.cache': 'done',
      'keep.files': 'done',
      'keep.docs': 'done',
      'keep.release': 'done',
    });
    expect(ended.state).toBe('succeeded');
    const [id = ''] = await sets();
    const sums = 'sha256sum *.gz | sort';
    const own = await shop.mustExec(`cd ${root}/bk-shop/shop/${id} && ${sums}`);
    expect(await vault.mustExec(`cd /srv/backups/bk-shop/shop/${id} && ${sums}`)).toBe(own);
    const names = await readdir(join(computer, 'bk-shop/shop', id));
    expect(names.sort()).toEqual(['cache.dump.gz', 'db.dump.gz', 'docs.dump.gz', 'files.tar.gz', 'manifest.json', 'release.tar.gz']);
    const manifest = JSON.parse(await readFile(join(computer, 'bk-shop/shop', id, 'manifest.json'), 'utf8')) as BackupManifest;
    for (const { sha256 } of manifest.parts) expect(own).toContain(sha256);
    expect(manifest.parts.find(({ service }) => service === 'db')?.counts).toEqual([
      { name: 'public.customers', before: 80, after: 80 },
      { name: 'public.orders', before: 500, after: 500 },
    ]);
    expect(manifest).toMatchObject({ who: 'Ada', release: 'r1', missing: [] });
    const took = (ended.finishedAtMs ?? 0) - (ended.startedAtMs ?? 0);
    const lines = manifest.parts.map(({ service, rawBytes, bytes, durationMs }) => `${service.padEnd(8)} ${rawBytes} bytes, ${bytes} packed, ${durationMs} ms`);
    console.log(`one set, ${places.length} places, ${took} ms\n  ${lines.join('\n  ')}`);
    expect((await shop.mustExec(`stat -c %a ${root}/bk-shop/shop/${id} ${root}/bk-shop/shop/${id}/release.tar.gz`)).split('\n')).toEqual(['700', '600']);
  });

  test('what is kept is read through, restored beside what runs, and counted the same; nothing that runs is touched', async () => {
    const looked = await core.finish(core.backups.verify({ ...request(), deep: true }));
    expect(cellStates(looked)).toEqual({ 'look.0': 'satisfied', 'look.1': 'satisfied', 'look.2': 'satisfied' });
    const running = () => shop.mustExec(`docker ps -a --format '{{.Names}} {{.ID}} {{.Status}}' | sed 's/ Up .*/ up/' | sort; docker volume ls -q | wc -l`);
    const before = await running();
    const tried = await core.finish(core.backups.test({ ...request(), services: [] }));
    console.log(`restore test: ${tried.cells.map(({ stepId, detail }) => `${stepId}: ${detail}`).join('\n  ')}`);
    expect(cellStates(tried)).toMatchObject({
      'try.db': 'done',
      'try.cache': 'done',
      'try.files': 'done',
      'try.docs': 'done',
      'try.release': 'done',
      report: 'done',
    });
    expect(tried.cells.find(({ stepId }) => stepId === 'try.db')?.detail).toBe('580 counted in 2, as in the manifest');
    expect(await running()).toBe(before);
  });

  test('a failure at any place of the pipe fails the backup, and leaves the sets before it as they were', async () => {
    const before = await sets();
    const untouched = async (ended: Operation, code: string, said: string) => {
      const failed = ended.cells.find(({ error }) => error !== null);
      expect(ended.state).toBe('failed');
      expect(failed?.error?.code).toBe(code);
      expect(JSON.stringify(failed?.error?.data)).toContain(said);
      expect(await sets()).toEqual(before);
      expect(await shop.mustExec(`find ${root} -name '.new-*'`)).toBe('');
      return `${failed?.stepId}: ${(failed?.error?.data as { reason?: string } | undefined)?.reason ?? said}`;
    };
    const told: string[] = [];
    const slowly = async (harm: () => Promise<unknown>) => {
      await inside('docs', 'touch /tmp/slow');
      const started = await run({ services: ['docs'] });
      await dumping();
      await harm();
      await inside('docs', 'rm -f /tmp/slow').catch(() => undefined);
      return core.operations.finished(started.id);
    };
    await inside('docs', 'touch /tmp/die');
    told.push(await untouched(await core.finish(run({ services: ['docs'] })), 'backup.failed', 'dump=3'));
    await inside('docs', 'rm /tmp/die');
    told.push(await untouched(await slowly(() => shop.mustExec('pkill -KILL -x gzip')), 'backup.failed', 'gzip=137'));
    told.push(await untouched(await slowly(() => shop.mustExec('docker kill ph-shop-docs-1 && docker start ph-shop-docs-1')), 'backup.failed', 'dump='));
    await shop.mustExec('mkdir -p /mnt/small && mount -t tmpfs -o size=128k tmpfs /mnt/small && mkdir /mnt/small/b');
    const small: BackupPlace = { kind: 'here', path: '/mnt/small/b' };
    told.push(await untouched(await core.finish(run({ services: ['files'], places: [small] })), 'backup.failed', 'write=1'));
    expect(await shop.mustExec('ls -A /mnt/small/b/bk-shop/shop')).toBe('.pilothouse-backups');
    await shop.mustExec('mount -o remount,ro /mnt/small');
    told.push(await untouched(await core.finish(run({ services: ['docs'], places: [small] })), 'backup.place-unusable', 'Read-only'));
    await writeFile(join(computer, 'file'), '');
    const aside = await core.finish(run({ services: ['docs'], places: [here, { kind: 'computer', path: join(computer, 'file') }] }));
    expect(cellStates(aside)).toMatchObject({ finish: 'done', 'copy.1': 'backup.place-unusable' });
    console.log(`failures, ${told.length + 1} of ${told.length + 1} told, earlier sets untouched:\n  ${told.join('\n  ')}`);
    expect((await sets()).length).toBe(before.length + 1);
  });

  test('the connection lost in the middle, and the core ended in the middle: the same backup goes on and is whole', async () => {
    await inside('docs', 'touch /tmp/slow');
    const started = await run({ services: ['docs'] });
    await dumping();
    await shop.cut();
    await core.close();
    await shop.uncut();
    core = await openBackupsCore(directory, [shop, vault], secrets);
    await inside('docs', 'rm -f /tmp/slow');
    const ended = await core.operations.finished(started.id);
    expect(ended.state).toBe('succeeded');
    expect(await sets()).toContain(wholeSets(ended));
    expect((await core.finish(core.backups.verify({ ...request(), set: wholeSets(ended), deep: true }))).state).toBe('succeeded');
    expect(await shop.mustExec(`find ${root} -name '.new-*'`)).toBe('');
  });

  test('data that was deleted comes back in place; what was there then is kept and comes back too', async () => {
    const kept = await core.finish(run());
    const set = wholeSets(kept);
    await inside('db', `psql -q -U shop -d shop -c 'DELETE FROM orders WHERE id > 7'`);
    await inside('cache', 'redis-cli flushall');
    await inside('files', `sh -c 'rm /store/picture-*; echo new >/store/other'`);
    await inside('docs', `sh -c 'echo new >/store/docs'`);
    const restored = await core.finish(core.backups.restore({ ...request(), set, services: [], fresh: false }));
    console.log(`restore: ${restored.cells.map(({ stepId, detail }) => `${stepId}: ${detail}`).join('\n  ')}`);
    expect(restored.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(await count()).toEqual(full);
    expect(await inside('files', 'ls /store')).not.toContain('other');
    const [before] = (await core.backups.list({ id: 'shop', refresh: true })).sets.filter(({ manifest }) => manifest.kind === 'before-restore');
    const some = ['db', 'files', 'docs'];
    const back = await core.finish(core.backups.restore({ ...request(), set: before?.manifest.id, services: some, fresh: false }));
    expect(back.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(await count()).toEqual({ orders: '7', carts: '40', pictures: 0, docs: 1 });
    const again = await core.finish(core.backups.restore({ ...request(), set, services: some, fresh: false }));
    console.log(
      `and back again: ${again.cells.map(({ stepId, startedAtMs, finishedAtMs }) => `${stepId} ${(finishedAtMs ?? 0) - (startedAtMs ?? 0)} ms`).join(', ')}`,
    );
    expect(again.state).toBe('succeeded');
    expect(await count()).toEqual(full);
  });

  test('a database that cannot be opened any more begins anew and gets its data back, its files kept as they lay', async () => {
    await shop.mustExec(`docker stop -t 5 ph-shop-db-1 >/dev/null
v=$(docker inspect -f '{{(index .Mounts 0).Source}}' ph-shop-db-1); for f in "$v"/base/*/[0-9]* "$v"/global/pg_control; do echo broken >"$f"; done
docker start ph-shop-db-1`);
    const ended = await core.finish(core.backups.restore({ ...request(), services: ['db'], fresh: true }));
    console.log(`corrupted database: ${ended.cells.map(({ stepId, detail }) => `${stepId}: ${detail}`).join('\n  ')}`);
    expect(ended.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect((await count()).orders).toBe('500');
  });

  test('a file that was changed is refused by its checksum, and nothing is touched', async () => {
    const [newest] = (await core.backups.list({ id: 'shop', refresh: false })).sets.filter(({ manifest }) => manifest.kind === 'backup');
    const id = newest?.manifest.id ?? '';
    await shop.mustExec(`printf 'X' | dd of=${root}/bk-shop/shop/${id}/db.dump.gz bs=1 seek=500 conv=notrunc 2>/dev/null`);
    const refused = await core.finish(core.backups.restore({ ...request(), set: id, services: ['db'], fresh: false }));
    expect(cellStates(refused)).toMatchObject({ fetch: 'backup.damaged', before: 'cancelled', 'back.db': 'cancelled' });
    expect((await core.finish(core.backups.verify({ ...request(), set: id, deep: false }))).cells[0]?.error?.code).toBe('backup.damaged');
    expect(await count()).toEqual(full);
    expect((await core.backups.health({ id: 'shop' }))[0]).toMatchObject({ state: 'bad' });
  });

  test('retention lets go what no rule keeps, never the last good one; a sealed set opens again', async () => {
    const sealed = await core.finish(run({ sealedBy: 'backups/key', services: ['db', 'docs'] }));
    expect(sealed.state).toBe('succeeded');
    const id = wholeSets(sealed);
    expect(await shop.mustExec(`head -c 8 ${root}/bk-shop/shop/${id}/db.dump.gz.enc`)).toBe('Salted__');
    const tried = await core.finish(core.backups.test({ ...request(), set: id, services: [] }));
    expect(tried.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    const retention = { last: 1, days: 0, daily: 0, weekly: 0, monthly: 0 };
    const items = (await core.backups.prunable({ ...on, retention })).filter(({ goes }) => goes);
    const before = await sets();
    const pruned = await core.finish(core.backups.prune({ ...request(), retention, sets: items.map(({ set }) => set) }));
    expect(pruned.state).toBe('succeeded');
    const left = await sets();
    console.log(`retention: ${before.length} sets, ${items.length} go, ${left.length} stay`);
    expect(left).toContain(id);
    expect(left.length).toBe(before.length - items.length);
  });
});
