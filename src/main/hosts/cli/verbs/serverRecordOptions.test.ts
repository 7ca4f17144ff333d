import { Command } from 'commander';
import { expect, it } from 'vitest';
import { type RecordOptions, recordFrom, recordLines, withRecordOptions } from './serverRecordOptions.ts';

function parsed(...words: string[]): RecordOptions {
  const command = withRecordOptions(new Command('edit'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(words, { from: 'user' }).opts<RecordOptions>();
}

it('makes of options the changes that they name, and nothing of what they do not', () => {
  const options = parsed('--provider', 'Hetzner', '--cost', '180 EUR', '--renews-on', '2027-01-31', '--role', 'lb', '--role', 'own');
  expect(recordFrom(options)).toEqual({
    roles: ['lb', 'own'],
    record: { provider: 'Hetzner', cost: { amount: 180, currency: 'EUR', per: 'month' }, renewsOn: '2027-01-31' },
  });
  expect(recordFrom(parsed())).toEqual({});
});

it('takes parts away, roles among them, but not what is given anew', () => {
  expect(recordFrom(parsed('--clear', 'owner', '--clear', 'public-address', '--clear', 'roles', '--owner', 'Ada'))).toEqual({
    roles: [],
    record: { owner: 'Ada', publicAddress: null },
  });
});

it.each([
  ['--cost', '9 bananas'],
  ['--clear', 'name'],
])('refuses %s %s', (option, value) => {
  expect(() => parsed(option, value)).toThrow(/expected/);
});

it('prints what is kept, a line each, further lines of notes below the first', () => {
  expect(recordLines({ record: { owner: 'Ada', cost: { amount: 1.62, currency: 'USD', per: 'hour' }, notes: 'a\nb' } })).toEqual([
    'owner           Ada',
    'cost            1.62 USD/hour',
    'notes           a\n                b',
  ]);
  expect(recordLines({})).toEqual([]);
});
