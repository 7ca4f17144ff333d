import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { modelWarm } from './modelWarm.ts';

const compose = (environment: string) => `services:\n  ollama:\n    image: ollama/ollama:0.12.3\n    environment: ${environment}\n`;

test('a model that is kept for 24h by a script at the start', () => {
  const script = `#!/bin/sh\n# Add to startup script\ncurl http://ollama:11434/api/generate -d '{"model":"qwen2.5:1.5b","prompt":"hello","keep_alive":"24h"}'\n`;
  expect(shortLint(modelWarm, { 'compose.yaml': compose('{ OLLAMA_KEEP_ALIVE: 24h }'), 'start.sh': script })).toEqual([
    'note X-089 compose.yaml:4 ollama',
    'note X-089 start.sh:3',
  ]);
});

test('five minutes by default, and a stack that warms nothing up', () => {
  expect(shortLint(modelWarm, compose('[OLLAMA_DEBUG=1]'), { definition: {} })).toEqual([
    'warning X-089 compose.yaml:2 ollama',
    'note X-089 compose.yaml:2 ollama',
  ]);
});

test('kept for ever, and warmed up', () => {
  const warmUps = [{ title: 'Load', service: 'ollama', command: ['ollama', 'run', 'm', 'hi'], timeoutS: 60 }];
  expect(shortLint(modelWarm, compose('{ OLLAMA_KEEP_ALIVE: "-1" }'), { definition: { warmUps } })).toEqual([]);
  expect(shortLint(modelWarm, compose('[OLLAMA_KEEP_ALIVE=-1]'))).toEqual([]);
  expect(shortLint(modelWarm, 'services:\n  llm: { image: "vllm/vllm-openai:v0.11.0" }\n', { definition: {} })).toEqual([]);
});
