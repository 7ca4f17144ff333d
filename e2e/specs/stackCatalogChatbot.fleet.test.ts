import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { type CatalogStack, startCatalogStack } from './catalogStack.ts';

const id = 'ollama-chatbot';
const image = { apiImage: 'acme/chatbot-api:1.0.0' };
const parameters = { ...image, ollamaCpus: '1', ollamaReplicas: '4' };

describe.skipIf(fleetObstacle())('the Ollama chatbot', () => {
  let stack: CatalogStack;
  const chat = async (message: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://${stack.server.host}/chat`, { method: 'POST', headers, body: JSON.stringify({ message }) });
    return (await answer.json()) as { answer: string; cached: boolean; replica: string };
  };

  beforeAll(async () => {
    stack = await startCatalogStack(id, { name: 'cat-chatbot' });
  });
  afterAll(() => stack?.close());

  test('Compose takes every choice and environment of it', async () => {
    expect(await stack.composeProblems(image)).toEqual([]);
  });

  test.each(['nginx', 'haproxy'])('behind %s four nodes and three replicas are healthy, and its smoke tests pass', async (balancer) => {
    await stack.deploy({ ...parameters, balancer });
    const nodes = ['ollama', 'ollama', 'ollama', 'ollama'];
    expect(await stack.containers()).toEqual({ services: ['api', 'api', 'api', 'load-balancer', ...nodes, 'redis'], ill: [] });
    await printPrograms(stack.server, id);
    expect(await stack.smokeTests({ ...parameters, balancer })).toBeNull();
    const open = await openPorts(stack.server.host);
    console.log(`${id} behind ${balancer}: open from outside: ${open.join(' ')}`);
    expect(open).toEqual([22, 80]);
    expect(await chat('What is the capital of France?')).toMatchObject({ answer: 'Paris' });
    expect(await chat('What is the capital of France?')).toMatchObject({ answer: 'Paris', cached: true });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => chat(`${balancer} ping ${index}`)));
    expect(new Set(answers.map(({ replica }) => replica)).size).toBe(3);
    const asked = await stack.server.mustExec(`for n in 1 2 3 4; do docker logs ph-${id}-ollama-$n 2>&1 | grep -c 'POST /api/chat'; done`);
    console.log(`${id} behind ${balancer}: chats by node: ${asked.replaceAll('\n', ' ')}`);
    expect(asked.split('\n').filter((count) => Number(count) > 0)).toHaveLength(4);
  });

  test('a node that is started anew is warm before it is well', async () => {
    await stack.server.mustExec(`docker restart -t 5 ph-${id}-ollama-2`);
    await expect.poll(() => stack.server.mustExec(`docker inspect -f '{{.State.Health.Status}}' ph-${id}-ollama-2`)).toBe('healthy');
    expect(await stack.server.mustExec(`docker exec ph-${id}-ollama-2 ollama ps`)).toMatch(/^qwen2\.5:1\.5b .*Forever/m);
  });
});
