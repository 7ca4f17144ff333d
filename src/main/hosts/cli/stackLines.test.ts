import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { stackDefinitionSchema } from '../../../shared/model/stackDefinition.ts';
import { stackLines } from './stackLines.ts';

const stacks = join(import.meta.dirname, '../../../../resources/stacks');
const definition = (id: string) => stackDefinitionSchema.parse(parse(readFileSync(join(stacks, id, 'stack.yaml'), 'utf8')));
const plain = { style: (_format: unknown, text: string) => text };

async function lines(id: string): Promise<string[]> {
  return stackLines(definition(id), plain).flat();
}

test('a service is shown with what it needs, its profile and its role', async () => {
  const platform = await lines('ai-service-platform');
  expect(platform).toContainEqual(
    expect.stringMatching(/^postgres +postgres:\$\{postgresTag\} +2 cores, 4 GiB memory, 5 GiB disk, 20 GiB later +yes +PostgreSQL$/),
  );
  expect(platform).toContainEqual(expect.stringMatching(/^vllm-coder +\S+ +8 cores, 16 GiB memory, 21\.6 GiB VRAM, 1 GiB disk +no +coder +Coder model$/));
  expect(await lines('ollama-chatbot')).toContainEqual(expect.stringMatching(/^ollama +\S+ +4 cores, 8 GiB memory, 2 GiB disk +no +nodes +Ollama$/));
});

test('models with their sizes, volumes, ports, profiles, roles and environments each have a line', async () => {
  const platform = await lines('ai-service-platform');
  expect(platform).toContainEqual(expect.stringMatching(/^\$\{coderModel\} +vllm-coder +18 GiB +no +Queries and code/));
  expect(platform).toContainEqual(expect.stringMatching(/^mongodb +\/data\/db +Logs and data/));
  expect(platform).toContainEqual(expect.stringMatching(/^\$\{grafanaPort\} +grafana +its server$/));
  expect(platform).toContainEqual(expect.stringMatching(/^production +gpu,coder,analytics +.*logLevel=warn/));
  expect(platform).toContainEqual(expect.stringMatching(/^2 +Migrations +sh -c \$\{migrateCommand\} in backend, after a dump of postgres$/));
  const chatbot = await lines('ollama-chatbot');
  expect(chatbot).toContainEqual(expect.stringMatching(/^front +Balancer, API and cache +1 at most$/));
  expect(chatbot).toContainEqual(expect.stringMatching(/^11434 +ollama +the stack alone, and other servers of the stack$/));
  expect(chatbot).toContainEqual(expect.stringMatching(/^Throughput +1000 to 1500 requests\/min/));
});

test('a stack that says little of itself has few blocks', async () => {
  const { backups: _, ...quiet } = definition('privaxai');
  expect(stackLines({ ...quiet, backups: [] }, plain).map(([head]) => head?.split(' ')[0])).toEqual(['SERVICE', 'PORT']);
});
