import { expect, it } from 'vitest';
import { readProject } from './composeProject.ts';

const text = `services:
  web:
    image: nginx:1.29
    command: nginx -g x
    environment: [A=1, B]
    ports: ['127.0.0.1:8080:80', '9000:9000/udp']
    volumes: ['data:/data', './site:/site:ro', /var/log]
    depends_on: [store]
    configs: [settings]
    labels: { tier: front }
  store: { image: 'redis:8', network_mode: host }
  tool: { image: 'busybox:1.36', profiles: [extra] }
volumes: { data: {} }
configs: { settings: { file: ./settings.toml } }
`;
const read = (profiles: string[] = []) =>
  readProject({ name: 'shop', files: [{ path: 'compose.yaml', text }], environment: {}, directory: '/srv/shop', profiles }).document;

it('writes short forms out, with whole paths and the names of the host, as Compose does', () => {
  expect(read()).toEqual({
    name: 'shop',
    services: {
      store: { image: 'redis:8', network_mode: 'host' },
      web: {
        image: 'nginx:1.29',
        command: ['nginx', '-g', 'x'],
        environment: { A: '1', B: '' },
        ports: [
          { mode: 'ingress', target: 80, published: '8080', protocol: 'tcp', host_ip: '127.0.0.1' },
          { mode: 'ingress', target: 9000, published: '9000', protocol: 'udp' },
        ],
        volumes: [
          { type: 'volume', source: 'data', target: '/data', volume: {} },
          { type: 'bind', source: '/srv/shop/site', target: '/site', read_only: true, bind: { create_host_path: true } },
          { type: 'volume', target: '/var/log', volume: {} },
        ],
        depends_on: { store: { condition: 'service_started', required: true } },
        configs: [{ source: 'settings' }],
        labels: { tier: 'front' },
        networks: { default: null },
      },
    },
    networks: { default: { name: 'shop_default' } },
    volumes: { data: { name: 'shop_data' } },
    configs: { settings: { name: 'shop_settings', file: '/srv/shop/settings.toml' } },
  });
});

it('leaves out what no profile asks for', () => {
  expect(Object.keys(read()['services'] as object)).not.toContain('tool');
  expect(Object.keys(read(['extra'])['services'] as object)).toContain('tool');
});
