import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCli, type TestCli } from './testCli.ts';

/** Every noun of the records, by the command line through the real core and its database. No server is reached: these are records. */

let cli: TestCli;
const shown: string[] = [];

beforeAll(async () => {
  cli = await startTestCli();
  const names = ['gpu-1', 'gpu-2', 'gpu-3', 'web'];
  for (const [index, name] of names.entries()) {
    await cli.client.servers.importApply({
      requestId: `request-add-${name}` as never,
      add: [
        {
          ...{ name, host: `192.0.2.${index + 1}`, port: 22, user: 'ops', auth: { kind: 'agent' }, jump: null, tags: [], groups: [], sudo: 'none' },
          environment: name === 'gpu-3' ? 'production' : 'staging',
        },
      ],
      update: [],
    });
  }
});
afterAll(async () => {
  await cli.close();
  process.stdout.write(`${shown.join('\n')}\n`);
});

const run = (...argv: string[]) => cli.run(...argv);
const json = (...argv: string[]) => cli.json(...argv);

describe('records by the command line', () => {
  it('R-001: keep provider, plan, cost, owner, dates and notes of a server, part by part', async () => {
    await json('servers', 'edit', 'gpu-1', '--instance', 'aws/g5.4xlarge', '--owner', 'Ada', '--location', 'us-east-1', '--renews-on', '2027-01-31');
    await json('servers', 'edit', 'gpu-1', '--notes', 'rack 4');
    await json('servers', 'edit', 'gpu-2', '--provider', 'Hetzner', '--cost', '180 EUR/month', '--owner', 'Ada', '--private-address', '10.0.0.2');
    expect((await json('servers', 'edit', 'gpu-1', '--clear', 'renews-on')).server.record).toEqual({
      ...{ provider: 'AWS', plan: 'g5.4xlarge', cost: { amount: 1.62, currency: 'USD', per: 'hour' } },
      ...{ owner: 'Ada', location: 'us-east-1', notes: 'rack 4' },
    });
    expect((await run('servers', 'show', 'gpu-1')).out).toContain('cost            1.62 USD/hour');
    expect((await run('servers', 'edit', 'gpu-1', '--cost', 'much')).code).toBe(2);
    expect((await run('servers', 'edit', 'gpu-1', '--instance', 'aws/unicorn')).err).toContain('The catalogue has no "aws/unicorn"');
  });

  it('R-001: refuses a jump host beside a proxy command, with a code of its own', async () => {
    await json('servers', 'edit', 'web', '--proxy-command', 'nc %h %p');
    const { code, err } = await run('servers', 'edit', 'web', '--jump', 'gpu-1');
    expect(err).toContain('[server.two-ways]');
    expect(code).toBe(2);
  });

  it('R-001: exports and imports what is kept, without loss', async () => {
    for (const format of ['json', 'yaml', 'csv']) {
      const file = join(cli.directory, `export.${format}`);
      expect((await run('servers', 'export', '--format', format, '--out', file)).code).toBe(0);
      const { entries } = await json('servers', 'import', '--file', file);
      expect(entries.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`)).toEqual([
        'gpu-1 same',
        'gpu-2 same',
        'gpu-3 same',
        'web same',
      ]);
    }
  });

  it('R-008: files by roles and picks by them', async () => {
    await json('servers', 'label', 'gpu-1,gpu-2', '--role', 'gpu');
    await json('servers', 'edit', 'web', '--role', 'lb', '--role', 'our-own');
    const picked = async (selector: string) => (await json('servers', 'list', selector)).servers.map(({ name }: { name: string }) => name);
    expect(await picked('role:gpu')).toEqual(['gpu-1', 'gpu-2']);
    expect(await picked('role:our-*')).toEqual(['web']);
    expect(await picked('!role:*')).toEqual(['gpu-3']);
    expect((await run('servers', 'labels')).out).toMatch(/role:lb +1 +web/);
  });

  it('R-007: say what a group is and what each server does in it', async () => {
    await json('groups', 'edit', 'pool-a', '--kind', 'pool', '--entrance', 'slb-1', '--add', 'role:gpu', '--part', 'gpu-1=active:3', '--part', 'gpu-2=backup');
    const group = await json('groups', 'show', 'pool-a');
    expect(group).toMatchObject({
      kind: 'pool',
      findings: [],
      members: [
        { name: 'gpu-1', part: 'active', weight: 3 },
        { name: 'gpu-2', part: 'backup' },
      ],
    });
    await json('groups', 'edit', 'pair', '--kind', 'region-pair', '--add', 'gpu-1,web', '--part', 'gpu-1=primary');
    expect((await run('groups', 'show', 'pair')).out).toContain('! No server is standby');
    expect((await run('groups', 'list')).out).toMatch(/pool-a +pool +2 +gpu-1 \(active, weight 3\), gpu-2 \(backup\)/);
    const guarded = await run('groups', 'edit', 'pool-a', '--add', 'gpu-3');
    expect([guarded.code, guarded.err]).toEqual([5, expect.stringContaining('guard.confirmation-needed')]);
    await json('groups', 'edit', 'pool-a', '--rename', 'pool-z');
    expect((await json('servers', 'list', 'group:pool-z')).servers).toHaveLength(2);
    expect(await json('groups', 'remove', 'pair')).toEqual({ removed: 'pair', servers: 2 });
    expect((await run('groups', 'show', 'pair')).code).toBe(2);
  });

  it('R-010: finds instance types by GPU, size and price', async () => {
    const { types } = await json('catalogue', 'list', '--provider', 'aws', '--gpu', 'a10', '--sort', 'price');
    expect(types.map(({ id }: { id: string }) => id)).toEqual(['aws/g5.xlarge', 'aws/g5.4xlarge', 'aws/p4d.24xlarge']);
    const all = (await json('catalogue', 'list')).types;
    shown.push(`  catalogue: ${all.length} instance types of ${new Set(all.map(({ provider }: { provider: string }) => provider)).size} providers`);
    expect((await run('catalogue', 'show', 'alibaba/ecs.gn6v-c8g1.2xlarge')).out).toContain('V100');
    expect((await run('catalogue', 'list', '--min-vram', '300')).out).toMatch(
      /aws\/p4d\.24xlarge +96 +1152 GB +8× NVIDIA A100 40 GB +32\.77 USD\/hour +2025-11-04/,
    );
  });

  it('R-011: keep what is rented and is no server', async () => {
    await json(
      'resources',
      'add',
      'slb-1',
      '--kind',
      'load-balancer',
      '--provider',
      'Alibaba Cloud',
      '--cost',
      '42 USD/month',
      '--group',
      'pool-z',
      '--server',
      'web',
    );
    await json('resources', 'add', 'models', '--kind', 'object-storage', '--provider', 'Alibaba Cloud', '--cost', '10.50 EUR/month', '--owner', 'Ada');
    expect(await json('resources', 'edit', 'slb-1', '--owner', 'Grace', '--clear', 'servers')).toMatchObject({
      owner: 'Grace',
      servers: [],
      groups: ['pool-z'],
    });
    expect((await json('resources', 'list')).totals).toEqual([
      { currency: 'EUR', amount: 10.5, estimated: false },
      { currency: 'USD', amount: 42, estimated: false },
    ]);
    expect((await run('resources', 'add', 'slb-1', '--kind', 'cdn', '--provider', 'x')).err).toContain('resource.name-taken');
    expect((await run('resources', 'edit', 'models', '--server', 'nobody')).err).toContain('server.not-found');
  });

  it('adds costs up by currency, never across', async () => {
    const { total, lines } = await json('costs', '--by', 'owner');
    const totals = [
      { currency: 'EUR', amount: 190.5, estimated: false },
      { currency: 'USD', amount: 1224.6, estimated: true },
    ];
    expect(total).toEqual({ servers: 4, resources: 2, unpriced: 2, totals });
    expect(lines.map(({ key }: { key: string }) => key)).toEqual(['Ada', 'Grace', '—']);
    const { out, err } = await run('costs', '--by', 'provider');
    expect(out).toMatch(/all +4 +2 +2 +190\.50 EUR\/month {2}≈ 1,224\.60 USD\/month/);
    expect(err).toContain('2 of them have no cost');
    expect((await json('costs', 'gpu-2')).total.totals).toEqual([{ currency: 'EUR', amount: 180, estimated: false }]);
    shown.push('  costs: 180 + 10.50 EUR and 1.62 × 730 + 42 USD by the month, apart');
  });

  it('R-014: keep documents with versions and reviews, find them, and give them back as they came', async () => {
    const file = join(cli.directory, 'access.md');
    const text = '# Access to *production*\n\nThrough the bastion, <b>always</b>.\r\n';
    writeFileSync(file, text);
    await json('documents', 'import', file, '--kind', 'procedure', '--owner', 'Platform team', '--next-review', '2020-01-01', '--group', 'pool-z');
    writeFileSync(file, `${text}\nNew line.\n`);
    expect(await json('documents', 'import', file, '--note', 'a line more')).toMatchObject({
      name: 'access',
      title: 'Access to production',
      version: 2,
      groups: ['pool-z'],
    });
    expect((await run('documents', 'export', 'access', '--version', '1')).out).toBe(text);
    const out = join(cli.directory, 'out.md');
    await run('documents', 'export', 'access', '--out', out);
    expect(readFileSync(out, 'utf8')).toBe(`${text}\nNew line.\n`);
    expect((await run('documents', 'show', 'access', '--versions')).out).toMatch(/v2 .*a line more\nv1 /);
    expect((await json('documents', 'list', '--due')).documents).toMatchObject([{ name: 'access', review: 'due' }]);
    expect((await run('documents', 'list', '--search', 'bastion')).out).toContain('Through the bastion, <b>always</b>.');
    await json('documents', 'edit', 'access', '--reviewed-on', '2026-11-21', '--next-review', '2099-01-01');
    expect((await run('documents', 'list', '--due')).out).toBe('');
    expect((await run('documents', 'import', join(cli.directory, 'none.md'))).err).toContain('there is no such file');
    writeFileSync(join(cli.directory, 'binary.md'), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await run('documents', 'import', join(cli.directory, 'binary.md'))).err).toContain('no text in UTF-8');
    await json('documents', 'remove', 'access');
    expect((await run('documents', 'show', 'access')).code).toBe(2);
  });

  it('R-013: says unknown of servers that were never asked', async () => {
    const { rows } = await json('stacks', 'inventory');
    expect(rows.map(({ serverName, stackId, health, lookedAtMs }: Record<string, unknown>) => [serverName, stackId, health, lookedAtMs])).toEqual(
      ['gpu-1', 'gpu-2', 'gpu-3', 'web'].map((name) => [name, null, 'unknown', null]),
    );
    expect((await run('stacks', 'inventory', 'gpu-1')).out).toMatch(/gpu-1 +staging +unknown .*never/);
    const refused = await run('stacks', 'inventory', 'gpu-1', '--refresh');
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('server.untrusted')]);
  });

  it('keeps all of it over a restart of the core', async () => {
    const before = [await json('groups', 'list'), await json('resources', 'list'), await json('costs')];
    await cli.stop();
    await cli.start();
    expect([await json('groups', 'list'), await json('resources', 'list'), await json('costs')]).toEqual(before);
  });
});
