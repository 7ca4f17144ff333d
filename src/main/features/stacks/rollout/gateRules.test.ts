import { describe, expect, test } from 'vitest';
import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import { chatBody, judgeAnswer, judgeContainers, parseHttpAnswer } from './gateRules.ts';

const container = (service: string, state: string, health: ContainerStatus['health'] = 'none', exitCode: number | null = null): ContainerStatus => ({
  service,
  name: `ph-x-${service}-1`,
  state,
  health,
  image: '',
  exitCode,
  status: '',
  ports: [],
});

describe('judgeContainers', () => {
  test.each([
    [[container('a', 'running', 'healthy'), container('b', 'running')], 'passed', ''],
    [[container('a', 'running', 'starting'), container('b', 'running')], 'waiting', 'ph-x-a-1 is still starting'],
    [[container('a', 'running')], 'waiting', 'b has no container'],
    [[container('a', 'running'), container('b', 'restarting', 'none', 1)], 'waiting', 'ph-x-b-1 is restarting'],
    [[container('a', 'running', 'unhealthy'), container('b', 'running')], 'failed', 'ph-x-a-1 is unhealthy'],
    [[container('a', 'running'), container('b', 'exited', 'none', 137)], 'failed', 'ph-x-b-1 has ended with exit code 137'],
    [[], 'waiting', 'a has no container, b has no container'],
  ])('case %#', (containers, state, reason) => {
    expect(judgeContainers(['a', 'b'], containers)).toEqual({ state, reason });
  });
});

describe('judgeAnswer', () => {
  const http: Extract<HealthGate, { kind: 'http' | 'chat' }> = { kind: 'http', title: 'h', url: '', status: [200, 204], timeoutS: 1 };
  const chat: Extract<HealthGate, { kind: 'http' | 'chat' }> = { kind: 'chat', title: 'c', url: '', model: 'm', timeoutS: 1 };
  const judge = (gate: Extract<HealthGate, { kind: 'http' | 'chat' }>, output: string) => judgeAnswer(gate, parseHttpAnswer(output));

  test.each([
    [http, 'status=204\n', 'passed'],
    [http, 'status=503\n{"clickhouse": "error"}', 'waiting'],
    [http, 'error=curl: (7) Failed to connect', 'waiting'],
    [http, '', 'waiting'],
    [http, 'error=no-client', 'failed'],
    [chat, 'status=200\n{"choices":[{"message":{"content":"ready"}}]}', 'passed'],
    [chat, 'status=200\n{"choices":[{"message":{"content":null,"reasoning_content":"hm"}}]}', 'passed'],
    [chat, 'status=200\n{"choices":[{"message":{"content":" "}}]}', 'waiting'],
    [chat, 'status=200\n{"choices":[]}', 'waiting'],
    [chat, 'status=200\n<html>', 'waiting'],
    [chat, 'status=502\n{"error":"All variants failed"}', 'waiting'],
  ])('case %#', (gate, output, state) => {
    expect(judge(gate, output).state).toBe(state);
  });

  test('says what it was told', () => {
    expect(judge(http, 'status=503\n{"clickhouse":\n "error"}').reason).toBe('it answered 503: {"clickhouse": "error"}');
    expect(judge(http, 'error=curl: (7) Failed to connect\n').reason).toBe('curl: (7) Failed to connect');
  });
});

test('a chat gate gives a model room to think', () => {
  expect(JSON.parse(chatBody('m'))).toMatchObject({ model: 'm', max_tokens: 64, stream: false });
});
