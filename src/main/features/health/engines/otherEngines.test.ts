import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readEngine } from './readEngine.ts';
import { readOllama } from './readOllama.ts';
import { parseStubStatus } from './stubStatus.ts';
import { testRandom } from './testRandom.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, 'corpus', name), 'utf8');
const asRecord = (readings: { metric: string; value: number }[]) => Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));

it('reads the status page of nginx like its exporter', () => {
  const text = read('nginx-1.29.2-stub-status.txt');
  const at = (written: string, atMs: number) => {
    const scrape = parseStubStatus(written);
    if (scrape === null) throw new Error('not read');
    return { scrape, atMs };
  };
  const later = text.replace('16630948 16630948 31070465', '16630952 16630950 31070485');
  expect(asRecord(readEngine({ container: 'lb', kind: 'nginx' }, at(later, 12_000), at(text, 2000)))).toEqual({
    ...{ up: 1, running: 179, connections: 291, connectionsIdle: 106, requestsTotal: 31_070_485 },
    ...{ requestsPerSecond: 2, connectionsDroppedPerSecond: 0.2 },
  });
});

it.each(['', '<html>', 'Active connections: x', read('nginx-1.29.2-stub-status.txt').slice(0, 90), `${' '.repeat(2000)}`])(
  'takes %j for no status page',
  (text) => expect(parseStubStatus(text)).toBeNull(),
);

it('reads what Ollama holds, and how much of it lies in GPU memory', () => {
  const state = readOllama('ollama-1', {
    version: read('ollama-0.12.6-version.json'),
    ps: read('ollama-0.12.6-ps.json'),
    tags: read('ollama-0.12.6-tags.json'),
  });
  expect(asRecord(state.readings)).toEqual({
    ...{ up: 1, modelsAvailable: 3, modelsLoaded: 2, modelsBytes: 8e9, modelsVramBytes: 7e9, modelsInVramRatio: 0.875 },
  });
  expect(state).toMatchObject({ version: '0.12.6', available: ['qwen2.5-coder:7b', 'qwen2.5:1.5b', 'nomic-embed-text:latest'] });
  expect(state.loaded?.[0]).toEqual({
    ...{ name: 'qwen2.5-coder:7b', sizeBytes: 6e9, vramBytes: 6e9, contextTokens: 4096 },
    expiresAtMs: Date.parse('2026-11-02T21:13:05.123Z'),
  });
  expect(state.readings.every(({ subject }) => subject === 'engine:ollama-1')).toBe(true);
});

it('reads an older Ollama, which is silent on some things', () => {
  const state = readOllama('o', { version: null, ps: read('ollama-0.5.4-ps.json'), tags: null });
  expect(asRecord(state.readings)).toEqual({ up: 1, modelsLoaded: 1, modelsBytes: 3.5e9, modelsVramBytes: 0, modelsInVramRatio: 0 });
  expect(state.loaded?.[0]).toMatchObject({ contextTokens: null });
});

it.each([
  [{ version: null, ps: null, tags: null }, { up: 0 }],
  [{ version: '{"version":"0.12.6"}', ps: null, tags: null }, { up: 1 }],
  [
    { version: null, ps: '{"models":[]}', tags: '{"models":null}' },
    { up: 1, modelsAvailable: 0, modelsLoaded: 0, modelsBytes: 0, modelsVramBytes: 0 },
  ],
  [{ version: '[]', ps: '{"models":5}', tags: 'Ollama is running' }, { up: 0 }],
  [
    { version: null, ps: '{"models":[{"name":"a","size":5},3,null]}', tags: null },
    { up: 1, modelsLoaded: 1, modelsBytes: 5 },
  ],
])('makes of %j %j', (answers, values) => expect(asRecord(readOllama('o', answers).readings)).toEqual(values));

it('fails at no answer of Ollama, whatever it is', () => {
  const random = testRandom(3);
  const texts = ['ollama-0.12.6-ps.json', 'ollama-0.12.6-tags.json', 'ollama-0.12.6-version.json'].map(read);
  const marks = ['null', '[]', '{', '}', '"', '-1', '1e999', 'true', ','];
  const changed = () => {
    let text = texts[random(texts.length)] ?? '';
    for (let change = random(4); change > 0; change -= 1) {
      const place = random(text.length + 1);
      text = text.slice(0, place) + marks[random(marks.length)] + text.slice(place + random(8));
    }
    return text;
  };
  for (let round = 0; round < 20_000; round += 1) {
    for (const { value } of readOllama('o', { version: changed(), ps: changed(), tags: changed() }).readings) {
      if (!Number.isFinite(value) || value < 0) throw new Error(String(value));
    }
  }
});
