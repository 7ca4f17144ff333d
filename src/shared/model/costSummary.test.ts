import { expect, it } from 'vitest';
import type { CloudResource } from './cloudResource.ts';
import { costLines, costTotal } from './costSummary.ts';
import type { Cost } from './money.ts';
import type { Server } from './server.ts';

const server = (name: string, groups: string[], cost?: Cost, owner?: string): Server =>
  ({ name, groups, environment: 'staging', ...(cost || owner ? { record: { cost, owner } } : {}) }) as Server;
const resource = (name: string, cost: Cost | null, owner: string | null): CloudResource =>
  ({ name, kind: 'cdn', provider: 'AWS', groups: ['a'], owner, cost }) as unknown as CloudResource;
const eur = (amount: number): Cost => ({ amount, currency: 'EUR', per: 'month' });
const usd = (amount: number): Cost => ({ amount, currency: 'USD', per: 'hour' });

const servers = [server('s1', ['a', 'b'], eur(100), 'Ada'), server('s2', ['b'], usd(1)), server('s3', [])];
const resources = [resource('r1', eur(10), 'Ada'), resource('r2', null, null)];

it('puts costs together by owner, those of nobody last, and says how many have none', () => {
  expect(costLines(servers, resources, 'owner')).toEqual([
    { key: 'Ada', servers: 1, resources: 1, unpriced: 0, totals: [{ currency: 'EUR', amount: 110, estimated: false }] },
    { key: '—', servers: 2, resources: 1, unpriced: 2, totals: [{ currency: 'USD', amount: 730, estimated: true }] },
  ]);
});

it('counts a server in two groups under both, and once in the whole', () => {
  const lines = costLines(servers, resources, 'group');
  expect(lines.map(({ key, servers: count, totals }) => [key, count, totals.map(({ currency, amount }) => `${amount} ${currency}`).join(' ')])).toEqual([
    ['a', 1, '110 EUR'],
    ['b', 2, '100 EUR 730 USD'],
    ['—', 1, ''],
  ]);
  expect(costTotal(servers, resources)).toEqual({
    ...{ servers: 3, resources: 2, unpriced: 2 },
    totals: [
      { currency: 'EUR', amount: 110, estimated: false },
      { currency: 'USD', amount: 730, estimated: true },
    ],
  });
});

it.each([
  ['provider', ['AWS', '—']],
  ['environment', ['staging', '—']],
  ['kind', ['cdn', 'server']],
] as const)('knows lines by %s', (by, keys) => expect(costLines(servers, resources, by).map(({ key }) => key)).toEqual(keys));
