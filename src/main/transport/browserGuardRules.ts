import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused, with the status it is answered with. */
export interface Refusal {
  status: 401 | 403 | 421;
  reason: string;
}

/** Host headers by which the browser host may be addressed: names of loopback with its port, nothing that DNS could rebind. */
export function allowedHosts(port: number): ReadonlySet<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
}

/**
 * Judges where a request comes from, before anything of it is looked at. The Host must be loopback's own (DNS rebinding); an Origin
 * must be ours, and an upgrade must carry one (other sites' scripts may open WebSockets to anywhere); a fetch from another
 * site is refused by what the browser says of it.
 */
export function judgeOrigin(headers: IncomingHttpHeaders, port: number, kind: 'request' | 'upgrade'): Refusal | null {
  const hosts = allowedHosts(port);
  if (headers.host === undefined || !hosts.has(headers.host)) return { status: 421, reason: 'this host name is not served here' };
  const origin = headers.origin;
  if (origin === undefined ? kind === 'upgrade' : !hosts.has(origin.replace(/^http:\/\//, '')) || !origin.startsWith('http://')) {
    return { status: 403, reason: 'requests from other origins are refused' };
  }
  const site = headers['sec-fetch-site'];
  // A person following a printed link arrives as "none"; a page of another site as "cross-site".
  if (site === 'cross-site' || site === 'same-site') return { status: 403, reason: 'requests from other sites are refused' };
  return null;
}

/** The value of one cookie of a Cookie header; null when it is not there. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const separator = part.indexOf('=');
    if (separator > 0 && part.slice(0, separator).trim() === name) return part.slice(separator + 1).trim();
  }
  return null;
}

/** Headers of every answer: nothing from elsewhere, no framing, no guessing of types, no referrer with a token in it. */
export function securityHeaders(port: number): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
