import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench } from '../testing/testAlerts.ts';

const chat = (name = 'chat') => ({ kind: 'slack' as const, name, enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false });
const secrets = { address: 'https://chat.example/hook/of-the-team' };

test('of two channels that come at once with one name the second is refused, and nothing of it is kept', async () => {
  const bench = new AlertsBench([]);
  const { channels } = bench.service;
  const save = (id: string) => channels.save({ requestId: `request-${id}` as RequestId, fields: chat(), secrets });
  const outcomes = await Promise.allSettled([save('one'), save('two'), save('three')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'alert.channel-exists' });
  const named = channels.list().filter(({ fields }) => fields.name === 'chat');
  expect(named).toHaveLength(1);
  expect([...bench.secrets.keys()]).toEqual([`alerts/${named[0]?.id}/address`]);
});
