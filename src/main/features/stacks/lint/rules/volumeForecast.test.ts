import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { volumeForecast } from './volumeForecast.ts';

const service = (name: string, later: number) => ({ name, title: name, image: 'x', stateful: true, needs: { diskMib: 5 * 1024, diskMibLater: later * 1024 } });
const compose = (options: string, name = 'mongodb') => `services:
  ${name}:
    image: mongo:8
    volumes: [data:/data/db]
volumes:
  data:
    driver_opts: ${options}
`;

test('MongoDB with 100 GB that has 100 GB after three months', () => {
  expect(shortLint(volumeForecast, compose('{ type: ext4, o: "size=100G" }'), { definition: { services: [service('mongodb', 100)] } })).toEqual([
    'error X-035 compose.yaml:6 mongodb',
  ]);
});

test('another store, nearly full, by an option of its driver', () => {
  expect(shortLint(volumeForecast, compose('{ size: 32g }', 'weaviate'), { definition: { services: [service('weaviate', 30)] } })).toEqual([
    'warning X-035 compose.yaml:6 weaviate',
  ]);
});

test('room to grow, and volumes without a size', () => {
  const definition = { services: [service('mongodb', 100)] };
  expect(shortLint(volumeForecast, compose('{ o: "size=200g,uid=999" }'), { definition })).toEqual([]);
  expect(shortLint(volumeForecast, compose('{}'), { definition })).toEqual([]);
});
