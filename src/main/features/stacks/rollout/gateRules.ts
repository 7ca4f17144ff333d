import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { ChatFigures } from './chatStreamRules.ts';
import { expectationProblem } from './expectationRules.ts';

/** Where a gate stands: passed, worth waiting for, or beyond hope. `reason` is the end of the sentence "it did not pass: …". */
export interface Verdict {
  state: 'passed' | 'waiting' | 'failed';
  reason: string;
}

export type HttpGate = Extract<HealthGate, { kind: 'http' }>;
export type ChatGate = Extract<HealthGate, { kind: 'chat' }>;

/** How a gate is called in errors and in the matrix. */
export function gateTitle(gate: HealthGate): string {
  return gate.kind === 'containers' ? 'containers healthy' : gate.title;
}

/** What is judged of a container; what a list of containers does not tell may be absent. */
export interface JudgedContainer extends Pick<ContainerStatus, 'service' | 'name' | 'state' | 'health' | 'exitCode'> {
  /** Times that Docker has started it again by itself. */
  restarts?: number | undefined;
  /** Whether Docker starts it again when it has ended with success; one that it does not has done its work. */
  restartsAlways?: boolean;
}

/** Docker pauses longer before each start: by then a program that waits for another one had several seconds. */
const crashLoopRestarts = 5;

/**
 * Judges the containers of a release: every service runs and is healthy where it has a health check. `unhealthy` is final, since
 * Docker says it only after all retries of the check; so is a container that has ended and is not being restarted, and one that ends
 * again and again.
 */
export function judgeContainers(services: readonly string[], containers: readonly JudgedContainer[]): Verdict {
  const waiting: string[] = [];
  for (const service of services) {
    const own = containers.filter((container) => container.service === service);
    if (own.length === 0) waiting.push(`${service} has no container`);
    for (const { name, state, health, exitCode, restarts = 0, restartsAlways = true } of own) {
      if (state === 'exited' && exitCode === 0 && !restartsAlways) continue;
      const code = exitCode === null ? '' : ` with exit code ${exitCode}`;
      if (state === 'exited' || state === 'dead') return { state: 'failed', reason: `${name} has ended${code}` };
      if (state === 'restarting' && restarts >= crashLoopRestarts) return { state: 'failed', reason: `${name} ends again and again${code}` };
      if (health === 'unhealthy') return { state: 'failed', reason: `${name} is unhealthy` };
      if (state !== 'running') waiting.push(`${name} is ${state}`);
      else if (health === 'starting') waiting.push(`${name} is still starting`);
    }
  }
  return waiting.length === 0 ? { state: 'passed', reason: '' } : { state: 'waiting', reason: waiting.join(', ') };
}

/** An answer to a request of a gate; `status` null: there was none, for the reason in `error`. */
export interface HttpAnswer {
  status: number | null;
  body: string;
  error: string | null;
}

/** Reads the output of `httpScript`. */
export function parseHttpAnswer(output: string): HttpAnswer {
  const [first = '', ...rest] = output.split('\n');
  if (first.startsWith('status=')) return { status: Number(first.slice('status='.length)) || null, body: rest.join('\n'), error: null };
  return { status: null, body: '', error: first.startsWith('error=') ? first.slice('error='.length) || 'no answer' : 'no answer' };
}

/** The body that a chat gate posts. Enough tokens for a model that thinks before it speaks, and more where a word is waited for. */
export function chatBody(gate: Pick<ChatGate, 'model' | 'prompt' | 'contains'>, stream: boolean): string {
  const messages = [{ role: 'user', content: gate.prompt ?? 'Count from one to twenty, in words.' }];
  const options = stream ? { stream: true, stream_options: { include_usage: true } } : { stream: false };
  return JSON.stringify({ model: gate.model, messages, max_tokens: gate.contains === undefined ? 64 : 512, ...options });
}

/** Judges an answer to an HTTP gate. Nothing but a missing client is final: a service may answer wrongly while it loads. */
export function judgeHttp(gate: HttpGate, answer: HttpAnswer): Verdict {
  const wrong = wrongAnswer(answer, gate.status);
  if (wrong !== null) return wrong;
  const problem = expectationProblem(answer.body, gate.expect);
  return problem === null ? { state: 'passed', reason: '' } : { state: 'waiting', reason: `it answered ${answer.status}, but ${problem}` };
}

/** Judges an answer to a chat gate, of which `figures` were gathered. Thoughts of a reasoning model are tokens, and no text to search. */
export function judgeChat(gate: ChatGate, answer: HttpAnswer, figures: ChatFigures): Verdict {
  const wrong = wrongAnswer(answer, [200]);
  if (wrong !== null) return wrong;
  if (figures.text.trim() === '' && figures.thoughts === 0) return { state: 'waiting', reason: `the answer holds no token${excerpt(answer.body)}` };
  if (gate.contains !== undefined && !figures.text.includes(gate.contains)) {
    return { state: 'waiting', reason: `the answer does not hold "${gate.contains}"${excerpt(figures.text)}` };
  }
  return { state: 'passed', reason: '' };
}

function wrongAnswer(answer: HttpAnswer, expected: readonly number[]): Verdict | null {
  if (answer.error === 'no-client') return { state: 'failed', reason: 'the server has neither curl nor python3 nor wget nor bash to ask with' };
  if (answer.status === null) return { state: 'waiting', reason: answer.error ?? 'no answer' };
  return expected.includes(answer.status) ? null : { state: 'waiting', reason: `it answered ${answer.status}${excerpt(answer.body)}` };
}

function excerpt(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
