import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../host/docker.ts';
import { type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://clickhouse.com/docs/interfaces/http and .../interfaces/cli
const login = { CLICKHOUSE_USER: 'app', CLICKHOUSE_PASSWORD: 's3cret', CLICKHOUSE_DB: 'telemetry' };

describe.skipIf(fleetObstacle())('ClickHouse stand-in', () => {
  let fleet: Fleet;
  let service: ServiceContainer;

  async function query(sql: string, user = 'app', password = 's3cret'): Promise<Response> {
    const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
    return fetch(`http://${service.address}:8123/?database=telemetry`, { method: 'POST', headers, body: sql });
  }
  async function client(...args: string[]): Promise<string> {
    const result = await service.exec('clickhouse-client', '--database', 'telemetry', ...args);
    return result.stdout + result.stderr;
  }

  beforeAll(async () => {
    fleet = await ensureFleet();
    service = await startService(fleet, { image: 'fleet/clickhouse', env: login });
    await waitForStatus(`http://${service.address}:8123/ping`, 200);
  });
  afterAll(() => service.remove());

  it('answers /ping without a login', async () => {
    expect(await (await fetch(`http://${service.address}:8123/ping`)).text()).toBe('Ok.\n');
  });

  it('refuses a wrong password with code 516 and status 403', async () => {
    const answer = await query('SELECT 1', 'app', 'wrong');
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-clickhouse-exception-code')).toBe('516');
    expect(await answer.text()).toMatch(/^Code: 516\. DB::Exception: app: Authentication failed.*\(AUTHENTICATION_FAILED\)/);
  });

  it('takes a login from headers, basic authentication and the address', async () => {
    expect(await (await query('SELECT 1')).text()).toBe('1\n');
    const basic = { authorization: `Basic ${Buffer.from('app:s3cret').toString('base64')}` };
    expect(await (await fetch(`http://${service.address}:8123/?query=SELECT+1`, { headers: basic })).text()).toBe('1\n');
    expect(await (await fetch(`http://${service.address}:8123/?user=app&password=s3cret&query=SELECT+2`)).text()).toBe('2\n');
  });

  it('stores rows and counts them', async () => {
    const columns = 'id UUID, tenant LowCardinality(String), tokens Nullable(UInt32), tags Map(String, String), at DateTime DEFAULT now()';
    expect((await query(`CREATE TABLE calls (${columns}) ENGINE = MergeTree ORDER BY (tenant, at)`)).status).toBe(200);
    const rows = ['{"id":"a","tenant":"acme","tokens":3,"tags":{"k":"v"}}', '{"id":"b","tenant":"acme","tokens":4}', '{"id":"c","tenant":"other"}'];
    expect((await query(`INSERT INTO calls FORMAT JSONEachRow\n${rows.join('\n')}`)).status).toBe(200);
    expect(await client('--query', 'SELECT count() FROM calls')).toBe('3\n');
    const sums = await query('SELECT tenant, sum(tokens) AS tokens FROM calls GROUP BY tenant ORDER BY tenant FORMAT JSON');
    expect(await sums.json()).toMatchObject({
      meta: [{ name: 'tenant', type: 'String' }, { name: 'tokens' }],
      data: [
        { tenant: 'acme', tokens: 7 },
        { tenant: 'other', tokens: null },
      ],
      rows: 2,
    });
    expect(await client('--query', 'SELECT tokens FROM calls ORDER BY id')).toBe('3\n4\n\\N\n');
  });

  it('names an unknown table and an unknown database as the real one does', async () => {
    const table = await query('SELECT * FROM nowhere');
    expect(table.status).toBe(404);
    expect(await table.text()).toContain('(UNKNOWN_TABLE)');
    expect(await client('--query', 'SHOW TABLES FROM nowhere')).toContain('Code: 81. DB::Exception: Database nowhere does not exist');
  });

  it('backs a database up to a file and restores it under another name', async () => {
    expect(await client('--query', "BACKUP DATABASE telemetry TO File('one.zip')")).toContain('BACKUP_CREATED');
    expect(await client('--query', "BACKUP DATABASE telemetry TO File('one.zip')")).toContain('BACKUP_ALREADY_EXISTS');
    expect(await client('--query', "BACKUP DATABASE telemetry TO Disk('backups', 'two.zip')")).toContain("'backups.allowed_disk'");
    expect(await client('--query', "RESTORE DATABASE telemetry AS again FROM File('one.zip')")).toContain('RESTORED');
    expect(await client('--query', 'SELECT count() FROM again.calls')).toBe('3\n');
  });

  it('without a user of its own lets in only its own container', async () => {
    const bare = await startService(fleet, { image: 'fleet/clickhouse' });
    await waitForStatus(`http://${bare.address}:8123/ping`, 200);
    expect((await fetch(`http://${bare.address}:8123/?query=SELECT+1`)).status).toBe(403);
    expect((await bare.exec('clickhouse-client', '--query', 'SELECT 1')).stdout).toBe('1\n');
    await bare.remove();
  });

  it('keeps its data in its volume', async () => {
    const volumes = { 'fleet-test-clickhouse': '/var/lib/clickhouse' };
    for (const expected of ['1\n', '2\n']) {
      const each = await startService(fleet, { image: 'fleet/clickhouse', env: login, volumes });
      await waitForStatus(`http://${each.address}:8123/ping`, 200);
      const sql = 'CREATE TABLE IF NOT EXISTS kept (n UInt8) ENGINE = MergeTree ORDER BY n';
      await each.exec('clickhouse-client', '--query', sql);
      await each.exec('clickhouse-client', '--query', 'INSERT INTO default.kept VALUES (1)');
      expect((await each.exec('clickhouse-client', '--query', 'SELECT count() FROM kept')).stdout).toBe(expected);
      await each.remove();
    }
    await docker(['volume', 'rm', 'fleet-test-clickhouse']);
  });

  it('has wget, which published health checks use', async () => {
    expect((await service.exec('wget', '--spider', '--tries', '1', '-q', 'http://localhost:8123/ping')).code).toBe(0);
  });
});
