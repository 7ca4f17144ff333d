import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { openTestRemote, type TestRemote } from '../../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../../remote/testSshd.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { createEnginesService, type EnginesService } from './enginesService.ts';
import { parseScrape } from './parseScrape.ts';
import { readEngine } from './readEngine.ts';
import { containerLine, TestEngine } from './testEngine.ts';

const script = readFileSync(new URL('../../../../../resources/health/engines.sh', import.meta.url), 'utf8');
const corpus = (name: string) => readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8');

/** A stand-in for `docker`: it lists one container, and inspects it as the line says. */
const dockerOf = (fileName: string) => `#!/bin/sh
case "$1" in
  ps) echo ${'4a'.repeat(32)} ;;
  inspect) cat "$HOME/${fileName}" ;;
  *) exit 1 ;;
esac
`;

describe.each(['system', 'dash', 'busybox'] as const)('engines behind a real sshd with the %s userland', (userland) => {
  let sshd: TestSshd;
  let remote: TestRemote;
  let vllm: TestEngine;
  const servers: Server[] = [];
  let service: EnginesService;
  let id: ServerId;
  const looks: HealthLook[] = [];
  const clock = { ms: 1_763_712_000_000 };

  const listen = async (engine: TestEngine): Promise<number> => {
    const server = createServer(engine.answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    sshd = await startTestSshd({ userland, programs: { docker: dockerOf('containers') } });
    vllm = new TestEngine({ '/metrics': corpus('vllm-0.11.0-before.txt'), '/health': '' });
    const ollama = new TestEngine({
      ...{ '/api/version': corpus('ollama-0.12.6-version.json'), '/api/ps': corpus('ollama-0.12.6-ps.json') },
      '/api/tags': corpus('ollama-0.12.6-tags.json'),
    });
    const ports = await Promise.all([vllm, ollama].map((engine) => listen(engine)));
    const lines = [
      containerLine('vllm', 'vllm/vllm-openai:v0.11.0', 8000, ports[0] ?? 0),
      containerLine('ollama', 'ollama/ollama:0.12.6', 11_434, ports[1] ?? 0),
    ];
    writeFileSync(`${sshd.directory}/containers`, `${lines.join('\n')}\n`);
    const target = sshd.target();
    id = target.serverId;
    remote = openTestRemote([target]);
    service = createEnginesService({
      ...{ remote: (server) => remote.remote.server(server), connected: () => true, script: async () => script, told: (look) => looks.push(look) },
      ...{ nowMs: () => clock.ms, clock: () => clock.ms, log: () => undefined },
    });
  });
  afterAll(async () => {
    service.close();
    await remote.remote.close();
    await sshd.stop();
    for (const server of servers) server.close();
  });

  const listed = (name: string) => service.list([{ id, name: 'gpu-1' }]).find(({ container }) => container === name);
  /** Lets a time pass and every engine be asked once more. */
  const lookAgain = async (afterMs: number) => {
    const before = looks.length;
    clock.ms += afterMs;
    service.tick();
    await expect.poll(() => looks.length).toBeGreaterThan(before);
  };

  it('finds them by their images and tells what they tell, through the connection', async () => {
    service.watched(id, 1);
    service.tick();
    await service.settled([id], 20_000);
    expect(service.list([{ id, name: 'gpu-1' }]).map(({ container, kind, up }) => [container, kind, up])).toEqual([
      ['vllm', 'vllm', true],
      ['ollama', 'ollama', true],
    ]);
    expect(listed('vllm')).toMatchObject({ stack: 'ai-gateway', service: 'vllm', port: 8000, problem: null });
    const texts = ['vllm-0.11.0-before.txt', 'vllm-0.11.0-after.txt'].map(corpus);
    vllm.pages.set('/metrics', texts[1] ?? '');
    await lookAgain(10_000);
    const [before, after] = texts.map((text, index) => ({ scrape: parseScrape(text), atMs: index * 10_000 }));
    const wanted = readEngine({ container: 'vllm', kind: 'vllm' }, after as NonNullable<typeof after>, before ?? null);
    const got = looks.at(-1)?.readings.filter(({ subject, metric }) => subject === 'engine:vllm' && metric !== 'wedged');
    expect(wanted.length).toBe(25);
    expect(got).toEqual(wanted);
    console.log(`engines, ${userland}: ${wanted.length} values of vLLM equal to what it says`);
    expect(looks.at(-1)?.readings).toContainEqual({ subject: 'engine:ollama', metric: 'modelsLoaded', value: expect.any(Number) });
  });

  it('sees one that is stuck, and that it works again', async () => {
    const wedged = () => looks.at(-1)?.readings.find(({ subject, metric }) => subject === 'engine:vllm' && metric === 'wedged')?.value;
    for (let passed = 0; passed < 110_000; passed += 5_000) await lookAgain(5_000);
    expect(wedged()).toBe(0);
    expect(vllm.asked.filter((path) => path === '/health').length).toBeGreaterThan(10);
    await lookAgain(5_000);
    await lookAgain(5_000);
    expect(wedged()).toBe(1);
    expect(listed('vllm')).toMatchObject({ state: 'wedged', up: true });
    const moved = corpus('vllm-0.11.0-after.txt').replace(/^(vllm:generation_tokens_total\{.*\}) .*$/m, '$1 999999');
    vllm.pages.set('/metrics', moved);
    await lookAgain(5_000);
    expect(wedged()).toBe(0);
    expect(listed('vllm')?.state).toBe('working');
  });

  it('tells that one is down, and nothing where the server is lost', async () => {
    servers[0]?.close();
    await lookAgain(5_000);
    expect(looks.at(-1)?.readings.filter(({ subject }) => subject === 'engine:vllm')).toEqual([{ subject: 'engine:vllm', metric: 'up', value: 0 }]);
    expect(listed('vllm')).toMatchObject({ up: false, state: 'down' });
    service.watched(id, null);
    expect(service.list([{ id, name: 'gpu-1' }])).toEqual([]);
  });
});
