/** How long one request may take. */
const limitMs = 30_000;
/** Of what the other side says so much is read: it is only to be shown. */
const saidBytes = 4096;
/** Nobody is told to wait for longer. */
const longestWaitMs = 5 * 60_000;

/** What became of a batch. `failed`: it may be taken another time, after `afterMs` where the other side said so. */
export type BatchOutcome =
  | { kind: 'taken' }
  | { kind: 'refused'; status: number; reason: string }
  | { kind: 'failed'; status: number | null; reason: string; afterMs: number | null };

/**
 * Sends one batch, as remote-write 1.0 says: 2xx is taken, 5xx and 429 may be tried again, all else is refused for good. Redirects are not followed:
 * what we say who we are by is for one address. Rejects only when the signal aborts. Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export async function postBatch(request: {
  url: string;
  authorization: string | null;
  body: Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
}): Promise<BatchOutcome> {
  const { url, authorization, body, signal } = request;
  const headers = {
    ...{ 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0', 'user-agent': 'pilothouse' },
    ...(authorization === null ? {} : { authorization }),
  };
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: limit });
    const { status } = response;
    const said = await beginningOf(response);
    if (response.ok) return { kind: 'taken' };
    const reason = said === '' ? `it answered ${status}` : `it answered ${status}: ${said}`;
    if (status < 500 && status !== 429) return { kind: 'refused', status, reason };
    return { kind: 'failed', status, reason, afterMs: waitOf(response.headers.get('retry-after')) };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', status: null, reason: reasonOf(error), afterMs: null };
  }
}

/** The beginning of a body, however long it is; what comes after it is not taken. Where it breaks off, or does not come, its status says enough. */
async function beginningOf({ ok, body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let said = '';
  let bytes = 0;
  try {
    for await (const chunk of ok ? [] : (body ?? [])) {
      said += decoder.decode(chunk.subarray(0, saidBytes - bytes), { stream: true });
      bytes += chunk.byteLength;
      if (bytes >= saidBytes) break;
    }
  } catch {
    return said.trim();
  }
  if (ok) await body?.cancel().catch(() => {});
  return said.trim();
}

/** Seconds of a Retry-After; a date there, or nothing, is no time that we know. */
function waitOf(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Math.min(Number(header) * 1000, longestWaitMs) : null;
}

/** What `fetch` rejects with says little; its cause has the code. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}
