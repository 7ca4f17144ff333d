import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What answers on a published port. */
export interface ModelServer {
  readonly published: number;
  readonly hostIp: string;
  /** Real port on 127.0.0.1 of this machine: demo servers share its loopback. */
  readonly port: number;
  close(): Promise<void>;
}

const bodyLimitBytes = 1_048_576;
const tokenMs = 15;

const answer = 'This is a stand-in model of the demo fleet. It answers every question with these same words, one token at a time.';

/** Small sums, as probes ask them, are all that it can do. */
function answerTo(messages: readonly unknown[]): string {
  const [, one, other] = /What is (\d{1,6}) ?\+ ?(\d{1,6})\?/.exec(JSON.stringify(messages.at(-1)) ?? '') ?? [];
  return one === undefined ? answer : `${answer} The sum is ${Number(one) + Number(other)}`;
}

/**
 * Serves what the gateways and engines of the field serve, as far as a health gate, a chat and a look by hand need it: `/health`,
 * OpenAI's chat completions (whole and streamed), model lists, Ollama's and ClickHouse's own ways to ask how they are.
 * Formats: https://platform.openai.com/docs/api-reference/chat and https://github.com/ollama/ollama/blob/main/docs/api.md.
 */
export async function startModelServer(options: {
  hostIp: string;
  published: number;
  serving(): boolean;
  models(): readonly string[];
  log(text: string): void;
}): Promise<ModelServer> {
  const server = createServer((request, response) => {
    handle(request, response, options).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    published: options.published,
    hostIp: options.hostIp,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > bodyLimitBytes) throw new Error('the request is too large');
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: { serving(): boolean; models(): readonly string[]; log(text: string): void },
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://demo').pathname;
  options.log(`${request.method} ${path}`);
  if (!options.serving()) {
    json(response, 503, { error: 'loading' });
    return;
  }
  if (/^\/(health|status|healthz|readyz)$/.test(path)) json(response, 200, { gateway: 'ok', clickhouse: 'ok' });
  else if (path === '/ping') response.end('Ok.\n');
  else if (path === '/api/version') json(response, 200, { version: '0.12.3' });
  else if (path === '/api/tags') json(response, 200, { models: options.models().map((name) => ({ name, model: name })) });
  else if (/^(\/openai)?\/v1\/models$/.test(path))
    json(response, 200, { object: 'list', data: options.models().map((id) => ({ id, object: 'model', owned_by: 'demo' })) });
  else if (/^(\/openai)?\/v1\/chat\/completions$/.test(path) && request.method === 'POST') await chat(request, response);
  else if (path === '/metrics') response.end('# TYPE demo_requests_total counter\ndemo_requests_total 1\n');
  else if (path === '/') response.end('demo\n');
  else json(response, 404, { error: { message: `Route not found: ${request.method} ${path}` } });
}

async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const asked = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  if (!Array.isArray(asked['messages']) || typeof asked['model'] !== 'string') {
    json(response, 400, { error: { message: 'messages and model are required', type: 'invalid_request_error' } });
    return;
  }
  const limit = typeof asked['max_tokens'] === 'number' ? asked['max_tokens'] : 64;
  const tokens = (answerTo(asked['messages']).match(/\S+\s*/g) ?? []).slice(0, limit);
  const base = { id: `chatcmpl-demo-${Date.now()}`, created: Math.floor(Date.now() / 1000), model: asked['model'] };
  const usage = { prompt_tokens: 12, completion_tokens: tokens.length, total_tokens: 12 + tokens.length };
  const finish = tokens.length < limit ? 'stop' : 'length';
  if (asked['stream'] !== true) {
    json(response, 200, {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: tokens.join('') }, finish_reason: finish }],
      usage,
    });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (choice: object, extra: object = {}): void => {
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], ...extra })}\n\n`);
  };
  for (const [position, token] of tokens.entries()) {
    if (response.destroyed) return;
    send({ delta: position === 0 ? { role: 'assistant', content: token } : { content: token }, finish_reason: null });
    await new Promise((resolve) => setTimeout(resolve, tokenMs));
  }
  send({ delta: {}, finish_reason: finish }, { usage });
  response.end('data: [DONE]\n\n');
}
