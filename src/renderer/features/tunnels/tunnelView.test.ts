import { expect, it } from 'vitest';
import type { Tunnel } from '../../../shared/contract/tunnels.ts';
import type { ServerId, TunnelId } from '../../../shared/model/ids.ts';
import { addressText, parsePort, tunnelState, tunnelTo, tunnelUrl } from './tunnelView.ts';

const tunnel = (more: Partial<Tunnel> = {}): Tunnel => ({
  ...{
    id: 't' as TunnelId,
    serverId: 's' as ServerId,
    serverName: 'gpu-1',
    name: 'grafana',
    host: '127.0.0.1',
    port: 3000,
    localPort: null,
    boundPort: 41_000,
  },
  ...{ scheme: 'http', kept: true, state: 'open', error: null, connections: 0, connectionsTotal: 0, bytesUp: 0, bytesDown: 0 },
  ...more,
});

it('tells an open tunnel from one whose end refuses', () => {
  expect(tunnelState(tunnel())).toEqual({ tone: 'good', word: 'open' });
  expect(tunnelState(tunnel({ error: { code: 'tunnel.target-refused', data: {} } })).tone).toBe('warn');
  expect(tunnelState(tunnel({ state: 'failed', error: { code: 'tunnel.port-taken', data: {} } })).tone).toBe('bad');
});

it('gives an address for a browser where there is one', () => {
  expect(tunnelUrl(tunnel())).toBe('http://127.0.0.1:41000/');
  expect(tunnelUrl(tunnel({ boundPort: null }))).toBeNull();
  expect(tunnelUrl(tunnel({ scheme: null }))).toBeNull();
  expect(addressText('::1', 80)).toBe('[::1]:80');
});

it('finds the tunnel that leads to a service', () => {
  const service = { title: 'Grafana', host: '127.0.0.1', port: 3000, scheme: 'http' as const, status: 200, process: null };
  expect(tunnelTo(service, [tunnel({ port: 3001 }), tunnel()])?.port).toBe(3000);
  expect(tunnelTo(service, [tunnel({ boundPort: null })])).toBeUndefined();
});

it('reads ports', () => {
  expect(['', ' ', '3000', '0', '65536', 'x', '-1'].map(parsePort)).toEqual(['any', 'any', 3000, null, null, null, null]);
});
