import fc from 'fast-check';
import type { ServerFields } from '../../../../../shared/model/server.ts';
import type { ServerRecord } from '../../../../../shared/model/serverRecord.ts';

const label = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const labels = fc.uniqueArray(label, { maxLength: 4 });
/** Paths that people and machines make: with blanks, quotes, line ends, separators of every format. */
const path = fc.oneof(
  fc.constantFrom(
    '~/.ssh/id_ed25519',
    '/keys/a b',
    'C:\\keys\\id',
    '-',
    '/k,"x"',
    "/it's",
    '=1+1',
    '# no',
    '/ü/日本',
    ' lead',
    '/semi;colon',
    '{{ x }}',
    '/tab\tx',
    'null',
    'true',
    '1e3',
    '|',
    '/a\nb',
  ),
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/),
  fc.ipV4(),
  fc.ipV6().filter((address) => /^[A-Za-z0-9:_]/.test(address) && !address.includes('.')),
);

/** Leaves keys without a value out, as a record of the inventory does. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}

const key = (paths: fc.Arbitrary<string>) =>
  fc
    .record({ path: paths, others: optional(fc.array(paths, { minLength: 1, maxLength: 8 })), certificate: optional(paths) })
    .map((fields): ServerFields['auth'] => compact({ kind: 'key' as const, ...fields }) as ServerFields['auth']);
const ssh = (texts: fc.Arbitrary<string>) =>
  fc
    .record({ transport: optional(fc.constantFrom('built-in' as const, 'system' as const)), hostKeyAlias: optional(host), proxyCommand: optional(texts) })
    .map((fields) => (Object.values(fields).every((value) => value === undefined) ? undefined : compact(fields)));

const words = fc.oneof(
  fc.constantFrom('Hetzner', '-', '=1+1', "'quoted", '+49 30', '@ops', '- a\n- b', 'a;b,"c"', 'none'),
  fc.stringMatching(/^[A-Za-z0-9€ü][A-Za-z0-9 .,;"'=|-]{0,20}[a-z]$/),
);
const line = words.filter((text) => !text.includes('\n'));
const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const record: fc.Arbitrary<ServerRecord | undefined> = fc
  .record({
    ...{ provider: optional(line), plan: optional(line), location: optional(line), owner: optional(line), notes: optional(words) },
    ...{ publicAddress: optional(host), privateAddress: optional(host), purchasedOn: optional(day), renewsOn: optional(day) },
    cost: optional(
      fc.record({
        amount: fc.integer({ min: 0, max: 1_000_000_000 }).map((units) => units / 10_000),
        currency: fc.constantFrom('EUR', 'USD', 'CNY'),
        per: fc.constantFrom('hour' as const, 'month' as const, 'year' as const),
      }),
    ),
  })
  .map((parts) => (Object.values(parts).every((value) => value === undefined) ? undefined : compact(parts)));

/** Records with every shape of every field. `texts`: what paths and commands are made of. */
export function anyFields(texts: fc.Arbitrary<string> = path): fc.Arbitrary<ServerFields> {
  return fc
    .record({
      ...{
        name: label.filter((name) => name !== 'all'),
        host,
        port: fc.integer({ min: 1, max: 65_535 }),
        user: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9._-]{0,12}\$?$/),
      },
      auth: fc.oneof(fc.constantFrom<ServerFields['auth']>({ kind: 'agent' }, { kind: 'password' }), key(texts)),
      ...{
        jump: fc.constant(null),
        environment: fc.constantFrom('development' as const, 'staging' as const, 'production' as const),
        tags: labels,
        groups: labels,
      },
      ...{ sudo: fc.constantFrom('none' as const, 'nopasswd' as const, 'password' as const), ssh: ssh(texts) },
      ...{ roles: optional(labels), record },
    })
    .map((fields) => compact(fields) as ServerFields);
}

/** Inventories whose servers jump through those before them. */
export function anyInventory(texts?: fc.Arbitrary<string>): fc.Arbitrary<ServerFields[]> {
  const drawn = fc.array(fc.tuple(anyFields(texts), fc.option(fc.nat())), { minLength: 1, maxLength: 8 });
  return drawn.map((pairs) => {
    const servers: ServerFields[] = [];
    for (const [fields, pick] of pairs) {
      if (servers.some(({ name }) => name === fields.name)) continue;
      const jump = pick === null || fields.ssh?.proxyCommand !== undefined || servers.length === 0 ? null : (servers[pick % servers.length]?.name ?? null);
      servers.push({ ...fields, jump });
    }
    return servers;
  });
}
