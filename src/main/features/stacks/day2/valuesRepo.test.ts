import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import { ValuesRepo } from './valuesRepo.ts';

test('values of a server win over those of its environment; an empty set is gone', () => {
  const { database } = openTestDatabase();
  const raw = { id: 's', fields: '{"name":"a"}', host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 } as const;
  database.run(database.query.insertInto('servers').values(raw));
  const repo = new ValuesRepo(database);
  const put = (place: Parameters<ValuesRepo['put']>[0]['place'], values: Record<string, string>) =>
    repo.put({ stackId: 'demo', place, values, who: 'Ada', updatedAtMs: 1 });
  put({ environment: 'staging' }, { log: 'debug', size: 'small' });
  put({ serverId: 's' }, { size: 'large' });
  expect(repo.for('demo', { id: 's', environment: 'staging' })).toEqual({ log: 'debug', size: 'large' });
  expect(repo.for('demo', { id: 's', environment: 'production' })).toEqual({ size: 'large' });
  expect(repo.for('other', { id: 's', environment: 'staging' })).toEqual({});
  put({ environment: 'staging' }, { log: 'info' });
  put({ serverId: 's' }, {});
  expect(repo.list('demo')).toMatchObject([{ place: { environment: 'staging' }, values: { log: 'info' }, who: 'Ada' }]);
});
