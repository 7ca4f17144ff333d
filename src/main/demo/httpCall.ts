import { request } from 'node:http';
import type { Call } from './callServer.ts';

/** Exit codes of curl: https://curl.se/libcurl/c/libcurl-errors.html */
const exits = { malformedUrl: 3, unknownHost: 6, refused: 7, timedOut: 28, emptyReply: 52 } as const;

/** Hop-by-hop headers of a connection that is not the caller's. */
const ownHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * Answers `demo-http METHOD URL SECONDS HEADERS` (headers one per line, the body on stdin) for computers without curl: one request
 * to a published port of this demo server, and to nothing else. Prints status line, headers, an empty line and the body; on failure a
 * sentence on stderr, with curl's exit code. `forwardedPort` gives the port of this computer behind a published one, or null.
 */
export async function httpCall(call: Call, forwardedPort: (published: number) => number | null): Promise<number> {
  const [method = 'GET', address = '', limit = '', headers = ''] = call.args;
  const failed = async (code: number, problem: string): Promise<number> => {
    await call.err(problem);
    return code;
  };
  const url = parseUrl(address);
  if (url === null) return failed(exits.malformedUrl, 'URL rejected: Malformed input to a URL function');
  const published = Number(url.port || 80);
  const real = forwardedPort(published);
  const refused = `Failed to connect to ${url.hostname} port ${published} after 0 ms: Could not connect to server`;
  if (real === null) return failed(exits.refused, refused);
  const seconds = Number(limit) > 0 ? Number(limit) : 300;
  const timeout = AbortSignal.timeout(seconds * 1000);
  try {
    await call.out(await ask({ method, url, real, headers, body: call.stdin, signal: AbortSignal.any([call.signal, timeout]) }));
    return 0;
  } catch (error) {
    if (timeout.aborted) return failed(exits.timedOut, `Operation timed out after ${Math.round(seconds * 1000)} milliseconds`);
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? failed(exits.refused, refused) : failed(exits.emptyReply, 'Empty reply from server');
  }
}

function parseUrl(text: string): URL | null {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  return url?.protocol === 'http:' ? url : null;
}

interface Asked {
  method: string;
  url: URL;
  real: number;
  headers: string;
  body: string;
  signal: AbortSignal;
}

function ask({ method, url, real, headers, body, signal }: Asked): Promise<string> {
  const given = headers.split('\n').flatMap((line) => {
    const cut = line.indexOf(':');
    return cut > 0 ? [[line.slice(0, cut).trim(), line.slice(cut + 1).trim()] as const] : [];
  });
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
    const asking = request(
      {
        ...{ host: '127.0.0.1', port: real, method, path: `${url.pathname}${url.search}`, signal, agent: false },
        headers: { host: url.host, accept: '*/*', 'user-agent': 'curl/7.88.1', ...Object.fromEntries(given), ...length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const lines = Object.entries(response.headers).flatMap(([name, value]) => (ownHeaders.has(name) ? [] : [`${name}: ${String(value)}\r\n`]));
          const head = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n${lines.join('')}\r\n`;
          resolve(head + Buffer.concat(chunks).toString('utf8'));
        });
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}
