import { expect, it } from 'vitest';
import type { Server } from '../../../../shared/model/server.ts';
import { keptServers } from './keptServers.ts';

const server = (name: string, environment: Server['environment'], demo = false) => ({ id: name, name, environment, demo }) as unknown as Server;
const all = [server('p', 'production'), server('s', 'staging'), server('d', 'development'), server('x', 'production', true)];
const paces = (settings: Parameters<typeof keptServers>[1]) => keptServers(all, settings).map(({ name, intervalS }) => [name, intervalS]);

it('reads each at the pace of its environment, and none of the demo fleet', () => {
  expect(paces({})).toEqual([
    ['p', 5],
    ['s', 15],
    ['d', 30],
  ]);
  expect(paces({ healthIntervalS: { production: 2, staging: 0, development: 60 } })).toEqual([
    ['p', 2],
    ['d', 60],
  ]);
});
