import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';

/** Where a gate stands: passed, worth waiting for, or beyond hope. `reason` is the end of the sentence "it did not pass: …". */
export interface Verdict {
  state: 'passed' | 'waiting' | 'failed';
  reason: string;
}

/** How a gate is called in errors and in the matrix. */
export function gateTitle(gate: HealthGate): string {
  return gate.kind === 'containers' ? 'containers healthy' : gate.title;
}

/**
 * Judges the containers of a release: every service runs and is healthy where it has a health check. `unhealthy` is final, since
 * Docker says it only after all retries of the check; so is a container that has ended and is not being restarted.
 */
export function judgeContainers(services: readonly string[], containers: readonly ContainerStatus[]): Verdict {
  const waiting: string[] = [];
  for (const service of services) {
    const own = containers.filter((container) => container.service === service);
    if (own.length === 0) waiting.push(`${service} has no container`);
    for (const { name, state, health, exitCode } of own) {
      if (state === 'exited' || state === 'dead')
        return { state: 'failed', reason: `${name} has ended${exitCode === null ? '' : ` with exit code ${exitCode}`}` };
      if (health === 'unhealthy') return { state: 'failed', reason: `${name} is unhealthy` };
      if (state !== 'running') waiting.push(`${name} is ${state}`);
      else if (health === 'starting') waiting.push(`${name} is still starting`);
    }
  }
  return waiting.length === 0 ? { state: 'passed', reason: '' } : { state: 'waiting', reason: waiting.join(', ') };
}

/** What `httpScript` printed. */
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

/** The body that a chat gate posts. Enough tokens for a model that thinks before it speaks. */
export function chatBody(model: string): string {
  return JSON.stringify({ model, messages: [{ role: 'user', content: 'Answer with the word ready.' }], max_tokens: 64, stream: false });
}

/** Judges an answer to an HTTP or chat gate. Nothing but a missing client is final: a service may answer wrongly while it loads. */
export function judgeAnswer(gate: Extract<HealthGate, { kind: 'http' | 'chat' }>, answer: HttpAnswer): Verdict {
  if (answer.error === 'no-client') return { state: 'failed', reason: 'the server has neither curl nor python3 nor wget nor bash to ask with' };
  if (answer.status === null) return { state: 'waiting', reason: answer.error ?? 'no answer' };
  const expected = gate.kind === 'http' ? gate.status : [200];
  if (!expected.includes(answer.status)) return { state: 'waiting', reason: `it answered ${answer.status}${excerpt(answer.body)}` };
  if (gate.kind === 'chat' && !saysSomething(answer.body)) return { state: 'waiting', reason: `the answer holds no token${excerpt(answer.body)}` };
  return { state: 'passed', reason: '' };
}

/** Whether a chat completion holds text, thoughts of a reasoning model included. Source: https://platform.openai.com/docs/api-reference/chat/object */
function saysSomething(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    const message = (parsed as { choices?: { message?: Record<string, unknown> }[] }).choices?.[0]?.message ?? {};
    return ['content', 'reasoning_content', 'reasoning'].some((field) => typeof message[field] === 'string' && message[field].trim() !== '');
  } catch {
    return false;
  }
}

function excerpt(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
