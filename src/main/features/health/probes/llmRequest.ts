/** Interfaces of engines that are spoken. */
export type LlmApi = 'openai-chat' | 'openai-completions' | 'ollama-chat' | 'ollama-generate';

/** A model behind an interface. */
export interface LlmTarget {
  api: LlmApi;
  host: string;
  /** What stands before `/v1` or `/api`, without a slash at its end; empty: nothing. */
  basePath?: string;
  model: string;
  stream: boolean;
  /** As a key or a tenant; their values are never seen in what a probe says. */
  headers?: Readonly<Record<string, string>>;
  /** How the most tokens are called: newer models of OpenAI take the second only. */
  limitName?: 'max_tokens' | 'max_completion_tokens';
  /** Added to the body, or in place of what is there. */
  extra?: Readonly<Record<string, unknown>>;
}

/** Path, headers and body of a request. */
export interface LlmRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const paths: Readonly<Record<LlmApi, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-completions': '/v1/completions',
  'ollama-chat': '/api/chat',
  'ollama-generate': '/api/generate',
};

/**
 * The request for an answer of at most so many tokens. Nothing is left to chance (`temperature` 0), as far as an engine can do that. Sources:
 * https://platform.openai.com/docs/api-reference/chat/create, https://docs.ollama.com/api.
 */
export function llmRequest(
  { api, basePath = '', model, stream, headers = {}, limitName = 'max_tokens', extra = {} }: LlmTarget,
  prompt: string,
  maxTokens: number,
): LlmRequest {
  const isChat = api === 'openai-chat' || api === 'ollama-chat';
  const asked = isChat ? { messages: [{ role: 'user', content: prompt }] } : { prompt };
  const limits = api.startsWith('openai')
    ? { [limitName]: maxTokens, temperature: 0, ...(stream && { stream_options: { include_usage: true } }) }
    : { options: { num_predict: maxTokens, temperature: 0 } };
  const accept = stream ? (api.startsWith('openai') ? 'text/event-stream' : 'application/x-ndjson') : 'application/json';
  return {
    path: `${basePath}${paths[api]}`,
    headers: { 'Content-Type': 'application/json', Accept: accept, ...headers },
    body: JSON.stringify({ model, ...asked, stream, ...limits, ...extra }),
  };
}

/** What of the headers must not be seen: their values, and keys behind the name of their scheme. */
export function secretsOf({ headers = {} }: LlmTarget): string[] {
  return Object.values(headers).flatMap((value) => [value, value.replace(/^[A-Za-z]+ +/, '')]);
}
