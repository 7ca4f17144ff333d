import { describe, expect, it } from 'vitest';
import { type StackDefinition, stackDefinitionSchema } from '../../../shared/model/stackDefinition.ts';
import { advisedCards, defaultsOf, fillIn, publishedPorts, runsWith, sumNeeds, sumsByProfile } from './stackNeeds.ts';

const stack = (more: Partial<StackDefinition> = {}): StackDefinition => ({
  ...stackDefinitionSchema.parse({
    ...{ id: 'gateway', version: 1, title: 'Gateway', summary: '', secrets: [], requirements: {}, gates: [] },
    parameters: [{ name: 'port', title: 'Port', type: 'port', default: '8000' }],
    profiles: [
      { name: 'gpu', title: 'Model' },
      { name: 'trace', title: 'Traces' },
    ],
    services: [
      {
        ...{ name: 'db', title: 'Database', image: 'postgres:16', stateful: true, needs: { cores: 2, memoryMib: 4096, diskMib: 1000 } },
        needsBy: { parameter: 'size', values: { large: { cores: 8, diskMibLater: 5000 } } },
      },
      { name: 'vllm', title: 'vLLM', image: 'vllm', stateful: false, profiles: ['gpu'], needs: { cores: 8, vramMib: 22_528 } },
      { name: 'jaeger', title: 'Jaeger', image: 'jaeger', stateful: false, profiles: ['trace', 'debug'], needs: { memoryMib: 1024 } },
    ],
    ports: [
      { service: 'db', port: '5432', exposure: 'internal' },
      { service: 'gw', port: '$'.concat('{port}'), exposure: 'private' },
      { service: 'gw', port: '443', exposure: 'public' },
    ],
  }),
  ...more,
});

describe('sums', () => {
  it('add what services tell, by the value of the parameter that decides', () => {
    expect(sumNeeds(stack().services, {})).toEqual({ services: 3, cores: 10, memoryMib: 5120, vramMib: 22_528, diskMib: 1000, diskMibLater: 1000 });
    expect(sumNeeds(stack().services, { size: 'large' })).toMatchObject({ cores: 16, diskMib: 1000, diskMibLater: 5000 });
  });
  it('stand apart by profile, between what always runs and everything', () => {
    expect(sumsByProfile(stack(), {}).map(({ title, sum }) => [title, sum.services, sum.cores])).toEqual([
      ['Always', 1, 2],
      ['Model', 1, 8],
      ['Traces', 1, 0],
      ['Everything', 3, 10],
    ]);
    expect(sumsByProfile(stack({ profiles: [] }), {}).map(({ title }) => title)).toEqual(['Everything']);
  });
});

it('knows what runs with which profiles', () => {
  expect(runsWith({}, new Set())).toBe(true);
  expect(runsWith({ profiles: ['gpu'] }, new Set())).toBe(false);
  expect(runsWith({ profiles: ['gpu', 'debug'] }, new Set(['debug']))).toBe(true);
});

it('puts values into texts, and leaves a name without one', () => {
  const text = ['$', '{a}:$', '{b}'].join('');
  expect(fillIn(text, { a: '1' })).toBe(['1:$', '{b}'].join(''));
  expect(defaultsOf(stack())).toEqual({ port: '8000' });
});

it('names the ports that are published, and the cards', () => {
  expect(publishedPorts(stack())).toEqual([
    { service: 'gw', port: '8000', exposure: 'private' },
    { service: 'gw', port: '443', exposure: 'public' },
  ]);
  expect(advisedCards(stack())).toBeNull();
  expect(advisedCards({ requirements: { gpus: 2, vramMib: 16_384 } })).toBe('2 × 16 GB');
  expect(advisedCards({ requirements: {}, advised: { storage: [], containerToolkit: true, gpus: [{ model: 'A10G', count: 1, vramGb: 24 }] } })).toBe(
    '1 × 24 GB',
  );
});
