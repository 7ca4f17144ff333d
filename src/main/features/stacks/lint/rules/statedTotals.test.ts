import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { statedTotals } from './statedTotals.ts';

const service = (name: string, needs: object) => ({ name, title: name, image: 'x', stateful: false, needs });
const compose = (...names: string[]) => `services:\n${names.map((name) => `  ${name}: { image: x, gpus: all }\n`).join('')}`;

test('36 GB stated for core 22, application 10 and a chat model of 8', () => {
  const definition = {
    services: [service('core', { memoryMib: 22 * 1024 }), service('application', { memoryMib: 10 * 1024 }), service('chat', { memoryMib: 8 * 1024 })],
    requirements: { memoryMib: 36 * 1024 },
  };
  expect(lint(statedTotals, compose('core', 'application', 'chat'), { definition }).findings).toMatchObject([
    {
      severity: 'warning',
      trap: 'X-012',
      place: { file: 'stack.yaml' },
      reason: 'core 22 GiB + application 10 GiB + chat 8 GiB = 40 GiB of memory, and the definition asks for 36 GiB.',
    },
  ]);
});

test('disk with models after three months, and VRAM, of another stack', () => {
  const definition = {
    services: [service('store', { diskMib: 1024, diskMibLater: 100 * 1024 }), service('llm', { vramMib: 20 * 1024 })],
    models: [{ name: 'chat', title: 'Chat', service: 'llm', downloadMib: 15 * 1024 }],
    requirements: { diskMib: 110 * 1024, vramMib: 16 * 1024 },
  };
  expect(shortLint(statedTotals, compose('store', 'llm'), { definition })).toEqual(['warning X-034 stack.yaml:', 'warning X-023 stack.yaml:']);
});

test('totals that cover their parts, are left out, or are of services that are off', () => {
  const services = [service('core', { memoryMib: 1024 }), service('chat', { memoryMib: 8192 })];
  expect(shortLint(statedTotals, compose('core', 'chat'), { definition: { services, requirements: { memoryMib: 16_384 } } })).toEqual([]);
  expect(shortLint(statedTotals, compose('core', 'chat'), { definition: { services } })).toEqual([]);
  expect(shortLint(statedTotals, compose('core'), { definition: { services, requirements: { memoryMib: 2048 } } })).toEqual([]);
});
