// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how compose files refer to variables
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ComposeError, readProject } from './composeProject.ts';

const read = (text: string, more: { over?: string; profiles?: string[] } = {}) =>
  readProject({
    name: 'p',
    files: [{ path: 'compose.yaml', text }, ...(more.over ? [{ path: 'over.yaml', text: more.over }] : [])],
    environment: {},
    directory: '/srv/p',
    profiles: more.profiles ?? [],
  });

describe('compose projects', () => {
  it('reads ports, mounts and dependencies in both forms, dependencies first', () => {
    const { services, networks } = read(`
services:
  web:
    image: nginx:1
    depends_on: { db: { condition: service_healthy } }
    ports: ['127.0.0.1:8080:80', { target: 443, published: 8443, host_ip: 10.0.0.1 }, '90']
    volumes: ['./conf:/etc/nginx:ro', 'data:/data']
  db: { image: 'postgres:16', healthcheck: { test: [CMD, pg_isready] } }
volumes: { data: {} }
`);
    expect(services.map(({ name }) => name)).toEqual(['db', 'web']);
    expect(services[1]).toMatchObject({
      ports: [
        { hostIp: '127.0.0.1', published: 8080, target: 80, protocol: 'tcp' },
        { hostIp: '10.0.0.1', published: 8443, target: 443, protocol: 'tcp' },
      ],
      mounts: [
        { type: 'bind', source: '/srv/p/conf', target: '/etc/nginx' },
        { type: 'volume', source: 'p_data', target: '/data' },
      ],
      dependsOn: [{ service: 'db', condition: 'service_healthy' }],
    });
    expect(services[0]).toMatchObject({ hasHealthcheck: true, restart: 'no' });
    expect(networks).toEqual(['p_default']);
  });

  it('lays later files over earlier ones, and a changed service has another hash', () => {
    const plain = read('services: { a: { image: x:1, environment: { A: 1 } }, b: { image: y:1 } }');
    const over = read('services: { a: { image: x:1, environment: { A: 1 } }, b: { image: y:1 } }', { over: 'services: { a: { image: x:2 } }' });
    expect(over.services[0]).toMatchObject({ image: 'x:2', environment: { A: '1' } });
    expect(over.services[0]?.hash).not.toBe(plain.services[0]?.hash);
    expect(over.services[1]?.hash).toBe(plain.services[1]?.hash);
  });

  it('leaves out services whose profile was not asked for', () => {
    const text = 'services: { a: { image: x:1 }, g: { image: y:1, profiles: [gpu] } }';
    expect(read(text).services.map(({ name }) => name)).toEqual(['a']);
    expect(read(text, { profiles: ['gpu'] }).services.map(({ name }) => name)).toEqual(['a', 'g']);
  });

  it.each([
    ['services: {}', /no service selected/],
    ['services: { a: { imagee: x } }', /services\.a additional properties 'imagee' not allowed/],
    ['services: { a: { restart: always } }', /neither an image nor a build context/],
    ['servces: { a: { image: x } }', /additional properties 'servces' not allowed/],
    ['services: { a: { image: x, ports: [seven] } }', /invalid containerPort: seven/],
    ['services: { a: { image: x, depends_on: [b] } }', /depends on undefined service "b"/],
    ['services: { a: { image: x, networks: [n] } }', /undefined network n/],
    ["services: { a: { image: x, volumes: ['v:/v'] } }", /undefined volume v/],
    ['services: { a: { image: x, depends_on: [b] }, b: { image: y, depends_on: [a] } }', /dependency cycle/],
    ['services: [', /^yaml:/],
    ['just text', /must be a mapping/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(ComposeError);
    expect(() => read(text)).toThrow(message);
  });

  it('reads the compose file of the catalogue', () => {
    const path = join(import.meta.dirname, '../../../../resources/stacks/privaxai/compose.yaml');
    const text = readFileSync(path, 'utf8')
      .replaceAll('${gatewayPort}', '8000')
      .replaceAll('${bindAddress}', '127.0.0.1')
      .replaceAll(/\$\{[a-z]\w*Tag\}/g, '1');
    expect(read(text).services.map(({ name }) => name)).toEqual(['clickhouse', 'ollama', 'tensorzero']);
  });
});
