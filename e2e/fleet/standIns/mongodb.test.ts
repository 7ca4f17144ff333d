import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../host/docker.ts';
import { type ServiceContainer, startService } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real image: https://hub.docker.com/_/mongo and https://www.mongodb.com/docs/database-tools/mongodump/
const login = { MONGO_INITDB_ROOT_USERNAME: 'root', MONGO_INITDB_ROOT_PASSWORD: 's3cret' };
const volume = 'fleet-test-mongodb';
const ping = ['mongosh', '--quiet', '--eval', 'db.adminCommand("ping").ok'];
const count =
  'db.getSiblingDB("admin").auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD); db.getMongo().getDBNames().filter((n) => !["admin", "config", "local"].includes(n)).sort().forEach((n) => db.getSiblingDB(n).getCollectionNames().sort().forEach((c) => print(n + "." + c + " " + db.getSiblingDB(n)[c].countDocuments())))';

describe.skipIf(fleetObstacle())('MongoDB stand-in', () => {
  let fleet: Fleet;
  let service: ServiceContainer;
  // The driver of the applications, inside of the container.
  const driver = (script: string, password = 's3cret') =>
    service.exec('python3', '-c', `import pymongo\nc = pymongo.MongoClient("mongodb://root:${password}@127.0.0.1", serverSelectionTimeoutMS=2000)\n${script}`);
  const shell = (script: string) => service.exec('sh', '-c', script);
  const start = async () => {
    service = await startService(fleet, { image: 'fleet/mongodb', env: login, volumes: { [volume]: '/data/db' }, args: ['--wiredTigerCacheSizeGB', '1'] });
    while ((await service.exec(...ping)).code !== 0) await delay(50);
  };

  beforeAll(async () => {
    fleet = await ensureFleet();
    await docker(['volume', 'rm', '-f', volume]);
    await start();
  });
  afterAll(async () => {
    await service.remove();
    await docker(['volume', 'rm', '-f', volume]);
  });

  it('answers a ping without a login, and nothing else', async () => {
    expect((await service.exec(...ping)).stdout).toBe('1\n');
    const refused = await service.exec('python3', '-c', 'import pymongo\npymongo.MongoClient("127.0.0.1").shop.orders.find_one()');
    expect(refused.stderr).toContain('requires authentication');
    expect((await driver('c.shop.orders.find_one()', 'wrong')).stderr).toContain('Authentication failed');
  });

  it('keeps documents of the real driver over a new container', async () => {
    const written = await driver(
      'c.shop.orders.insert_many([{"n": i, "kind": "a" if i else "b"} for i in range(5)])\nprint(c.shop.orders.count_documents({"kind": "a"}))',
    );
    expect(written).toMatchObject({ code: 0, stdout: '4\n' });
    await service.remove();
    await start();
    expect((await driver('print(c.shop.orders.find_one({"n": 3})["kind"], c.list_database_names())')).stdout).toBe("a ['shop']\n");
  });

  it('dumps to its output, restores from its input, and counts the same before and after', async () => {
    const config = `umask 077; printf 'password: %s\\n' "$MONGO_INITDB_ROOT_PASSWORD" >/tmp/login`;
    expect((await shell(`${config}; mongodump --config=/tmp/login -u root --authenticationDatabase admin --archive --gzip >/tmp/kept`)).code).toBe(0);
    const before = (await service.exec('mongosh', '--quiet', '--eval', count)).stdout;
    expect(before).toBe('shop.orders 5\n');
    await driver('c.shop.orders.drop()');
    expect((await service.exec('mongosh', '--quiet', '--eval', count)).stdout).toBe('');
    expect((await shell('mongorestore --config=/tmp/login -u root --authenticationDatabase admin --archive --gzip --drop </tmp/kept')).code).toBe(0);
    expect((await service.exec('mongosh', '--quiet', '--eval', count)).stdout).toBe(before);
  });

  it('refuses a script that it does not know', async () => {
    expect(await service.exec('mongosh', '--quiet', '--eval', 'db.orders.drop()')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('stand-in for mongosh'),
    });
  });
});
