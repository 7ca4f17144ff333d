/** A request that tells something. */
export interface HttpMessage {
  url: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: string | null;
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * What came of a request. `unsent`: nothing reached the other side. `lost`: it may have, and no whole answer came. Reasons name hosts, never
 * paths or bodies, which may be secret.
 */
export type HttpOutcome =
  | { kind: 'answered'; status: number; retryAfter: string | null; body: string }
  | { kind: 'unsent'; problem: string }
  | { kind: 'lost'; problem: string };

/** So much of an answer is read: it is only to be shown. */
const mostBytes = 4096;
/** Failures after which it is certain that nothing was sent. Source: https://nodejs.org/api/errors.html, https://github.com/nodejs/undici */
const before = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_INVALID_URL'];

/** Sends one request and takes the answer, whole or not at all. No redirect is followed. Never throws. */
export async function sendHttp({ url, method, headers, body, timeoutMs, signal }: HttpMessage): Promise<HttpOutcome> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal: AbortSignal.any(limits) });
    const text = await beginningOf(response);
    return { kind: 'answered', status: response.status, retryAfter: response.headers.get('retry-after'), body: text };
  } catch (error) {
    return failure(error, timeoutMs);
  }
}

/** The beginning of a body that is taken to its end: one that is cut off throws. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    if (bytes < mostBytes) text += decoder.decode(chunk.subarray(0, mostBytes - bytes), { stream: true });
    bytes += chunk.byteLength;
    // A whole answer of this size is no answer to us; its end says nothing more.
    if (bytes > 256 * mostBytes) break;
  }
  return text;
}

function failure(error: unknown, timeoutMs: number): HttpOutcome {
  const named = error instanceof Error ? error : new Error(String(error));
  if (named.name === 'TimeoutError') return { kind: 'lost', problem: `no answer within ${timeoutMs / 1000} s` };
  if (named.name === 'AbortError') return { kind: 'lost', problem: 'it was cut off here' };
  const code = codeOf(named);
  if (named.cause instanceof Error && named.cause.message === 'bad port') return { kind: 'unsent', problem: 'this port is not for the web' };
  if (code === null) return { kind: 'lost', problem: 'the connection failed' };
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  return { kind: before.includes(code) || isTls ? 'unsent' : 'lost', problem: code };
}

/** The code of an error, or of what caused it. */
function codeOf(error: Error): string | null {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    if (each instanceof AggregateError && each.errors[0] instanceof Error) return codeOf(each.errors[0]);
  }
  return null;
}
