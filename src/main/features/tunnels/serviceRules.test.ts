import { describe, expect, it } from 'vitest';
import { candidatesOf, type ListeningPort, serviceOf } from './serviceRules.ts';

const tcp = (port: number, address = '0.0.0.0', process: string | null = null): ListeningPort => ({ protocol: 'tcp', address, port, process });

describe('ports that may speak HTTP', () => {
  it('are those of TCP that nothing speaks against, each once, as the server reaches them', () => {
    const ports = [
      ...[tcp(9090, '::'), tcp(3000), tcp(3000, '127.0.0.1'), tcp(8080, '10.0.0.5'), tcp(8081, '::ffff:10.0.0.5'), tcp(8082, '::1')],
      ...[tcp(22), tcp(2222), tcp(5432), tcp(7000, '0.0.0.0', 'sshd'), tcp(7001, '127.0.0.1', 'redis-server')],
      { ...tcp(3001), protocol: 'udp' as const },
    ];
    expect(candidatesOf(ports, 2222).map(({ host, port }) => `${host}:${port}`)).toEqual([
      ...['127.0.0.1:3000', '10.0.0.5:8080', '10.0.0.5:8081', '::1:8082', '127.0.0.1:9090'],
    ]);
  });
});

describe('what a service is called', () => {
  const at = (port: number, process: string | null = null) => ({ host: '127.0.0.1', port, process });
  const answer = (says: string | null) => ({ status: 200, scheme: 'http' as const, says });
  it.each([
    [at(8080), 'PrivaXAI gateway', 'PrivaXAI gateway'],
    [at(9090), null, 'Prometheus'],
    [at(8000, 'python3'), 'uvicorn', 'vLLM'],
    [at(8500), 'nginx/1.22', 'nginx/1.22'],
    [at(8501, 'docker-proxy'), null, 'docker-proxy'],
    [at(8502), null, 'port 8502'],
    [at(3000), '404 page not found', 'Grafana'],
  ])('at %o that says %s is %s', (candidate, says, title) => {
    expect(serviceOf(candidate, answer(says)).title).toBe(title);
  });
});
