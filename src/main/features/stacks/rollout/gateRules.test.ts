import { describe, expect, test } from 'vitest';
import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import { ChatStream } from './chatStreamRules.ts';
import { type ChatGate, chatBody, type HttpGate, judgeChat, judgeContainers, judgeHttp, parseHttpAnswer } from './gateRules.ts';

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

describe('judgements of answers', () => {
  const http: HttpGate = { kind: 'http', title: 'h', url: '', status: [200, 204], timeoutS: 1 };
  const chat: ChatGate = { kind: 'chat', title: 'c', url: '', model: 'm', timeoutS: 1 };
  const judge = (gate: HttpGate | ChatGate, output: string) => {
    const answer = parseHttpAnswer(output);
    if (gate.kind === 'http') return judgeHttp(gate, answer);
    const stream = new ChatStream();
    stream.push(answer.body, 1);
    return judgeChat(gate, answer, stream.figures());
  };
  const ok = { path: 'status', equals: 'ok' };
  const ready = 'status=200\n{"choices":[{"message":{"content":"ready","reasoning_content":"hm"}}]}';

  test.each<[HttpGate | ChatGate, string, string]>([
    [http, 'status=204\n', 'passed'],
    [http, 'status=503\n{"clickhouse": "error"}', 'waiting'],
    [http, 'error=curl: (7) Failed to connect', 'waiting'],
    [http, '', 'waiting'],
    [http, 'error=no-client', 'failed'],
    [{ ...http, expect: [ok] }, 'status=200\n{"status":"ok"}', 'passed'],
    [{ ...http, expect: [ok] }, 'status=200\n{"status":"degraded"}', 'waiting'],
    [chat, ready, 'passed'],
    [chat, 'status=200\n{"choices":[{"message":{"content":null,"reasoning_content":"hm"}}]}', 'passed'],
    [{ ...chat, contains: 'rea' }, ready, 'passed'],
    [{ ...chat, contains: 'hm' }, ready, 'waiting'],
    [chat, 'status=200\n{"choices":[{"message":{"content":" "}}]}', 'waiting'],
    [chat, 'status=200\n{"choices":[]}', 'waiting'],
    [chat, 'status=200\n<html>', 'waiting'],
    [chat, 'status=502\n{"error":"All variants failed"}', 'waiting'],
  ])('case %#', (gate, output, state) => {
    expect(judge(gate, output).state).toBe(state);
  });

  test('say what they were told', () => {
    expect(judge(http, 'status=503\n{"clickhouse":\n "error"}').reason).toBe('it answered 503: {"clickhouse": "error"}');
    expect(judge(http, 'error=curl: (7) Failed to connect\n').reason).toBe('curl: (7) Failed to connect');
    expect(judge({ ...http, expect: [{ path: 'a.0', atLeast: 2 }] }, 'status=200\n{"a":[1]}').reason).toBe(
      'it answered 200, but a.0 is 1, at least 2 is expected',
    );
  });
});

test('a chat gate gives a model room to think, and more where a word is waited for', () => {
  expect(JSON.parse(chatBody({ model: 'm' }, true))).toMatchObject({ model: 'm', max_tokens: 64, stream: true, stream_options: { include_usage: true } });
  expect(JSON.parse(chatBody({ model: 'm', prompt: 'Hi', contains: 'x' }, false))).toMatchObject({
    max_tokens: 512,
    stream: false,
    messages: [{ content: 'Hi' }],
  });
});

describe('containers that Docker starts again', () => {
  const looping = (restarts: number) => ({ ...container('a', 'restarting', 'none', 3), restarts, restartsAlways: true });
  test('are waited for at first, and given up when they end again and again', () => {
    expect(judgeContainers(['a'], [looping(4)]).state).toBe('waiting');
    expect(judgeContainers(['a'], [looping(5)])).toEqual({ state: 'failed', reason: 'ph-x-a-1 ends again and again with exit code 3' });
  });
  test('are well where they have done their work once', () => {
    expect(judgeContainers(['a'], [{ ...container('a', 'exited', 'none', 0), restartsAlways: false }]).state).toBe('passed');
    expect(judgeContainers(['a'], [{ ...container('a', 'exited', 'none', 0), restartsAlways: true }]).state).toBe('failed');
    expect(judgeContainers(['a'], [{ ...container('a', 'exited', 'none', 2), restartsAlways: false }]).state).toBe('failed');
  });
});
