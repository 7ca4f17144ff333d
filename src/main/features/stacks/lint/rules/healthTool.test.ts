import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { healthTool } from './healthTool.ts';

const check = (image: string, test: string) => `services:\n  it:\n    image: ${image}\n    healthcheck: { test: ${test} }\n`;

test('curl in Ollama, as a check and as a command of a runbook', () => {
  const { findings } = lint(healthTool, check('ollama/ollama:0.12.3', '["CMD", "curl", "-f", "http://localhost:11434/api/tags"]'));
  expect(findings).toMatchObject([{ severity: 'error', trap: 'X-082', place: { line: 4, service: 'it' }, fix: 'Use `ollama list`.' }]);
  const readme = '```bash\n# Verify Ollama is healthy\ndocker compose exec ollama curl http://localhost:11434/api/tags\n```\n';
  expect(shortLint(healthTool, { 'README.md': readme })).toEqual(['error X-082 README.md:3']);
});

test.each([
  ['redis:8', 'wget -q localhost:6379'],
  ['postgres:17.2', '["CMD-SHELL", "pg_isready || curl localhost"]'],
  ['ghcr.io/acme/api:1-slim', '"curl -f http://localhost/ || exit 1"'],
  ['node:24-alpine', '[CMD, /usr/bin/curl, localhost]'],
  ['otel/opentelemetry-collector:0.130.0', '["CMD-SHELL", "true"]'],
  ['docker.io/qdrant/qdrant:v1.15', '[CMD, sh, -c, "wget -q localhost:6333"]'],
])('%s with %s', (image, test) => {
  expect(shortLint(healthTool, check(image, test))).toEqual(['error X-082 compose.yaml:4 it']);
});

test.each([
  ['ollama/ollama:0.12.3', '[CMD, ollama, list]'],
  ['redis:8', '[CMD, redis-cli, ping]'],
  ['redis:8-alpine', 'wget -q localhost'],
  ['nginx:1.27-alpine', 'curl -f localhost'],
  ['vllm/vllm-openai:v0.11.0', 'curl -f localhost:8000/health'],
  ['ghcr.io/acme/api:1', 'curl -f localhost'],
  ['postgres:17', '["CMD-SHELL", "pg_isready -d curl"]'],
])('%s with %s is fine', (image, test) => {
  expect(shortLint(healthTool, check(image, test))).toEqual([]);
});
