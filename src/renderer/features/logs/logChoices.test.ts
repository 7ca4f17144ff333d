import { expect, it } from 'vitest';
import type { LogSource } from '../../../shared/model/log.ts';
import { type Choice, choicesOf, picked, toggled } from './logChoices.ts';
import { logQuery } from './logQuery.ts';

const source = (serverName: string, name: string, stack: string | null, kind: LogSource['kind'] = 'container'): Omit<LogSource, 'index'> => ({
  key: `${serverName}${name}`,
  serverName,
  kind,
  stack,
  name,
  container: null,
  state: 'live',
});
const sources = [
  source('a', 'web', 'ph-shop'),
  source('b', 'web', 'ph-shop'),
  source('a', 'db', 'ph-shop'),
  source('a', 'exporter', null),
  source('b', 'docker.service', null, 'unit'),
];
const choices = choicesOf(sources);
const choice = (value: string) => [...choices.stacks, ...choices.containers, ...choices.units].find((each) => each.value === value) as Choice;

it('offers stacks with their services, other containers and units, with how many servers have them', () => {
  expect(choices.stacks.map(({ label, hint, depth }) => [label, hint, depth])).toEqual([
    ['shop', '2 servers', 0],
    ['db', '1 server', 1],
    ['web', '2 servers', 1],
  ]);
  expect(choices.containers.map(({ value }) => value)).toEqual(['exporter']);
  expect(choices.units.map(({ value }) => value)).toEqual(['docker.service']);
});

it('follows a stack whole, or the services of it that are ticked', () => {
  const whole = toggled(logQuery('all'), choice('ph-shop'), true);
  expect([picked(whole, choice('ph-shop')), picked(whole, choice('web'))]).toEqual([true, true]);
  const web = toggled(logQuery('all'), choice('web'), true);
  expect(web).toMatchObject({ stacks: ['ph-shop'], services: ['web'] });
  expect([picked(web, choice('web')), picked(web, choice('db'))]).toEqual([true, false]);
  expect(toggled(web, choice('web'), false)).toMatchObject({ stacks: [], services: [] });
  expect(toggled(toggled(web, choice('db'), true), choice('web'), false)).toMatchObject({ stacks: ['ph-shop'], services: ['db'] });
  expect(toggled(web, choice('ph-shop'), false)).toMatchObject({ stacks: [], services: [] });
});
