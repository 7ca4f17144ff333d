import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportFormat, ImportKind } from '../../../../shared/contract/servers.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { exportServers } from './importService.ts';
import { byName, previewText, testServer } from './testing/importing.ts';
import { anyInventory } from './testing/servers.ts';

const stored = (fields: ServerFields): Server => ({ ...testServer(fields.name), ...fields });

async function roundTrip(servers: readonly ServerFields[], format: ExportFormat, source: ImportKind): Promise<(ServerFields | null)[]> {
  const { text } = exportServers(servers.map(stored), format);
  const { entries } = await previewText(source, text);
  return entries.map(({ fields }) => fields);
}

describe('an export', () => {
  it.each(['json', 'yaml', 'csv'] as const)('as %s is read back exactly', async (format) => {
    let count = 0;
    // A cell of CSV holds no bare white space at its ends, no line end of another kind and no list of what has its separator in it.
    const fits = (servers: ServerFields[]) =>
      format !== 'csv' || servers.every(({ auth }) => auth.kind !== 'key' || !(auth.others ?? []).some((path) => path.includes('|')));
    await fc.assert(
      fc.asyncProperty(anyInventory().filter(fits), async (servers) => {
        count += servers.length;
        expect(await roundTrip(servers, format, format)).toEqual(servers);
      }),
      { numRuns: 400 },
    );
    console.log(`${count} servers read back from ${format} exactly`);
  });

  it.each([
    ['ansible-ini', 'ansible'],
    ['ansible-yaml', 'ansible'],
  ] as const)('as %s is read back with all that connects to a server', async (format, source) => {
    let count = 0;
    const texts = fc.stringMatching(/^\/[A-Za-z0-9 ._'",;=-]{0,20}[a-z]$/);
    const labelled = anyInventory(texts).map((servers) =>
      servers.map((server) => {
        const groups = server.groups.filter((group) => group !== 'all' && group !== 'ungrouped').toSorted();
        // Ansible has no jump host beside a command that connects, and only that command asks for another client.
        const { ssh } = server;
        // And it tries no key twice.
        const { others: _others, ...single } = { others: [], ...server.auth };
        const others =
          server.auth.kind === 'key' ? [...new Set(server.auth.others)].filter((path) => server.auth.kind === 'key' && path !== server.auth.path) : [];
        const auth = { ...single, ...(others.length === 0 ? {} : { others }) } as ServerFields['auth'];
        const { record: _record, roles, ...connecting } = server;
        return {
          ...connecting,
          ...(roles === undefined || roles.length === 0 ? {} : { roles }),
          auth,
          groups,
          ...(ssh?.proxyCommand === undefined ? {} : { ssh: { ...ssh, transport: 'system' as const } }),
        };
      }),
    );
    await fc.assert(
      fc.asyncProperty(labelled, async (servers) => {
        count += servers.length;
        const text = exportServers(servers.map(stored), format).text;
        const { entries } = await previewText(source, text);
        expect(
          entries.map(({ fields }) => fields),
          text,
        ).toEqual(servers);
      }),
      { numRuns: 150 },
    );
    console.log(`${count} servers read back from ${format}`);
  });

  it('of nobody but the servers that it names, with no word of how they are trusted', () => {
    const server = testServer('gpu-1', { hostKeys: [{ type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` }], demo: true });
    for (const format of ['ansible-ini', 'ansible-yaml', 'csv', 'json', 'yaml'] as const) {
      expect(exportServers([server], format).text).not.toMatch(/SHA256|srv_|demo/);
    }
  });

  it('in a form of Ansible says what Ansible would object to', () => {
    expect(exportServers([testServer('a', { groups: ['pool-a', 'ok', 'all'] })], 'ansible-ini').notes).toEqual([
      'Ansible warns of group names with other marks than letters, digits and “_”: pool-a',
      "a: the groups “all” and “ungrouped” are Ansible's own and are left out",
    ]);
  });
  it('for Ansible names the whole way of jumps, through servers that are not exported too', () => {
    const servers = [testServer('gate', { user: 'g' }), testServer('mid', { jump: 'gate', host: '2001:db8::1' }), testServer('far', { jump: 'mid' })];
    const { text } = exportServers(servers.slice(2), 'ansible-yaml', servers);
    expect(text).toContain(`ansible_ssh_common_args: -o 'ProxyJump=g@gate.example.com:22,me@[2001:db8::1]:22'`);
  });
});

describe('a table', () => {
  it('takes headings in any order and case, semicolons, and empty cells as nothing said', async () => {
    const { entries, remarks } = await previewText(
      'csv',
      '\uFEFFHost;Name;Rack;Other Keys\r\n10.0.0.1;a-test;r1;\r\n;b-test;r2;/k\r\n10.0.0.3;c-test;r3;/k;extra\r\n',
    );
    expect(entries.map(({ name, status, source }) => [name, status, source])).toEqual([
      ['a-test', 'new', 'given:2'],
      ['b-test', 'unsupported', 'given:3'],
      ['c-test', 'new', 'given:4'],
    ]);
    expect(entries[2]?.notes).toEqual(['1 cells stand in no column: extra', 'other_keys is not honoured without a key to log in with']);
    expect(remarks).toEqual([{ source: 'given:1', text: 'the column “rack” means nothing here' }]);
  });
  it.each(['', 'a,b\n1,2\n', 'name\nx\n', 'name,host\n"open'])('that is none is refused: %j', async (text) => {
    await expect(previewText('csv', text)).rejects.toMatchObject({ code: 'import.unreadable' });
  });
});

describe('what is kept about a server', () => {
  const record = {
    provider: 'Hetzner',
    owner: '=HYPERLINK("x")',
    cost: { amount: 180.5, currency: 'EUR', per: 'month' as const },
    notes: '-',
    renewsOn: '2027-01-31',
  };
  it('is a price, a day and words in a table, none of which is a formula', async () => {
    const { text } = exportServers([testServer('a', { record, roles: ['lb', 'own-role'] })], 'csv');
    expect(text).toContain(`"'=HYPERLINK(""x"")",180.50 EUR/month,,2027-01-31,'-`);
    expect((await previewText('csv', text)).entries[0]?.fields).toMatchObject({ record, roles: ['lb', 'own-role'] });
  });
  it('stays where a table says nothing, is taken away by a dash, and no half of a price is taken', async () => {
    const present = testServer('a-test', { record, roles: ['lb'] });
    const text = 'name,host,owner,cost,roles\na-test,a-test.example.com,-,,-\nb-test,h,,9 bananas,\n';
    const entries = byName(await previewText('csv', text, [present]));
    expect(entries.get('a-test')?.fields?.record).toEqual({ ...record, owner: undefined });
    expect(entries.get('a-test')?.fields?.roles).toEqual([]);
    expect(entries.get('a-test')?.differences.map(({ field }) => field)).toEqual(['roles', 'record']);
    expect(entries.get('b-test')).toMatchObject({ status: 'unsupported', notes: ['cost: “9 bananas” is no price like “1.62 USD/hour”'] });
  });
  it('is named where Ansible has no place for it', () => {
    expect(exportServers([testServer('a', { record })], 'ansible-ini').notes).toEqual([
      'Ansible has no place for provider, plan, owner, cost and notes: left out for a',
    ]);
  });
  it('has no parts that mean nothing, and no two ways to a server', async () => {
    const entries = byName(
      await previewText(
        'json',
        JSON.stringify([
          { name: 'a-test', host: 'h', record: { ownr: 'x' } },
          { name: 'g-test', host: 'g' },
          { name: 'b-test', host: 'h2', jump: 'g-test', ssh: { proxyCommand: 'nc %h %p' } },
        ]),
      ),
    );
    expect(entries.get('a-test')).toMatchObject({ status: 'unsupported', notes: [expect.stringContaining('ownr')] });
    expect(entries.get('b-test')).toMatchObject({
      status: 'unsupported',
      notes: [expect.stringContaining('both a jump host and a proxy command')],
    });
  });
});

describe('a document', () => {
  it('may leave out what it does not say; a field that means nothing is no typo to pass over', async () => {
    const entries = byName(await previewText('yaml', 'servers:\n  - {name: a-test, host: 10.0.0.1}\n  - {name: b-test, host: 10.0.0.2, prot: 22}\n  - 7\n'));
    expect(entries.get('a-test')).toMatchObject({ status: 'new', fields: { port: 22, environment: 'development' } });
    expect(entries.get('b-test')).toMatchObject({ status: 'unsupported', notes: [expect.stringContaining('prot')] });
    expect(entries.get('given: servers[2]')?.status).toBe('unsupported');
  });
  it.each(['{', '[]]', '{"servers": {}}', '{"pilothouse": 2, "servers": []}', 'null'])('that is none is refused as JSON: %s', async (text) => {
    await expect(previewText('json', text)).rejects.toMatchObject({ code: 'import.unreadable' });
  });
  it.each([
    'a: [',
    'a: 1\n---\nb: 2\n',
    '{a: 1, a: 2}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nservers: [*c,*c,*c,*c]\n',
  ])('that is none, or is made to swell, is refused as YAML: %s', async (text) => {
    await expect(previewText('yaml', text)).rejects.toMatchObject({ code: 'import.unreadable' });
  });
});
