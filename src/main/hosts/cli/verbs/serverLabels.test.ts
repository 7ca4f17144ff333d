import { expect, it } from 'vitest';
import type { Server } from '../../../../shared/model/server.ts';
import { membersBy } from './serverLabels.ts';

const server = (name: string, groups: string[]) => ({ name, groups }) as Server;

it('lists each label once with its servers, in the order that people count', () => {
  const servers = [server('a', ['pool-10', 'all-of-it']), server('b', ['pool-2', 'all-of-it']), server('c', [])];
  expect(membersBy(servers, 'group', ({ groups }) => groups)).toEqual([
    { kind: 'group', name: 'all-of-it', servers: ['a', 'b'] },
    { kind: 'group', name: 'pool-2', servers: ['b'] },
    { kind: 'group', name: 'pool-10', servers: ['a'] },
  ]);
});
