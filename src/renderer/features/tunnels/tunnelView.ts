import type { Service, Tunnel } from '../../../shared/contract/tunnels.ts';
import type { Tone } from '../../ui/StateMark.tsx';

const states: Record<Tunnel['state'], { tone: Tone; word: string }> = {
  stopped: { tone: 'off', word: 'stopped' },
  connecting: { tone: 'busy', word: 'connecting' },
  open: { tone: 'good', word: 'open' },
  reconnecting: { tone: 'warn', word: 'reconnecting' },
  failed: { tone: 'bad', word: 'failed' },
};

/** Mark and word of a tunnel's state. One that is open and whose end refuses is no good. */
export function tunnelState(tunnel: Tunnel): { tone: Tone; word: string } {
  if (tunnel.state === 'open' && tunnel.error !== null) return { tone: 'warn', word: 'end refuses' };
  return states[tunnel.state];
}

/** Host and port as one text, an IPv6 address in brackets. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address for a browser; null while there is none. */
export function tunnelUrl(tunnel: Tunnel): string | null {
  return tunnel.boundPort === null || tunnel.scheme === null ? null : `${tunnel.scheme}://127.0.0.1:${tunnel.boundPort}/`;
}

/** The tunnel that leads to a service now. */
export function tunnelTo(service: Service, tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels.find(({ host, port, boundPort }) => boundPort !== null && host === service.host && port === service.port);
}

/** Reads a port that was typed: empty is any; null where it is no port. */
export function parsePort(text: string): number | 'any' | null {
  if (text.trim() === '') return 'any';
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
