import { describe, expect, it } from 'vitest';
import type { Tunnel } from '../../../../shared/contract/tunnels.ts';
import type { ServerId, TunnelId } from '../../../../shared/model/ids.ts';
import { parseForward, tunnelNews } from './forward.ts';

describe('LOCAL:HOST:PORT', () => {
  it.each([
    ['3000:127.0.0.1:3000', { localPort: 3000, host: '127.0.0.1', port: 3000 }],
    ['0:db.internal:5432', { localPort: null, host: 'db.internal', port: 5432 }],
    ['8080:[::1]:80', { localPort: 8080, host: '::1', port: 80 }],
  ])('%s is read', (text, aim) => {
    expect(parseForward(text)).toEqual(aim);
  });

  it.each(['', '3000', '3000:3000', ':host:1', '70000:host:1', '1:host:0', '1:host:65536', '1:::1:80', 'a:b:c', '-1:host:1'])('"%s" is refused', (text) => {
    expect(parseForward(text)).toBeNull();
  });
});

describe('what is told of a tunnel', () => {
  const tunnel = (state: Tunnel['state'], error: Tunnel['error'] = null): Tunnel => ({
    ...{
      id: 't' as TunnelId,
      serverId: 's' as ServerId,
      serverName: 'gpu-1',
      name: 'x',
      host: '127.0.0.1',
      port: 1,
      localPort: null,
      boundPort: 2,
      scheme: null,
      kept: false,
    },
    ...{ state, error, connections: 0, connectionsTotal: 0, bytesUp: 0, bytesDown: 0 },
  });
  const refused = { code: 'tunnel.target-refused' as const, data: { server: 'gpu-1', host: '127.0.0.1', port: 1, reason: 'nothing listens there' } };

  it('is what has changed, once', () => {
    expect(tunnelNews(tunnel('connecting'), null)).toBeNull();
    expect(tunnelNews(tunnel('open'), tunnel('connecting'))).toBe('Connected.');
    expect(tunnelNews(tunnel('open'), tunnel('open'))).toBeNull();
    expect(tunnelNews(tunnel('reconnecting'), tunnel('open'))).toContain('The port stays open');
    expect(tunnelNews(tunnel('open'), tunnel('reconnecting'))).toBe('The connection is back.');
    expect(tunnelNews(tunnel('open', refused), tunnel('open'))).toContain('nothing listens there');
    expect(tunnelNews(tunnel('open', refused), tunnel('open', refused))).toBeNull();
    expect(tunnelNews(tunnel('failed', refused), tunnel('connecting'))).toMatch(/^There is no connection\. .*nothing listens there/);
  });
});
