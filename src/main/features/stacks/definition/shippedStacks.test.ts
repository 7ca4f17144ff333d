import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { placeStack } from './placement.ts';
import { type RenderedStack, renderStack } from './renderStack.ts';
import { openStackCatalog } from './stackCatalog.ts';

const catalog = openStackCatalog(join(import.meta.dirname, '../../../../../resources/stacks'));
const own: Record<string, Record<string, string>> = {
  'ai-service-platform': { backendImage: 'registry.example.com/ai/backend:2.0.0', frontendImage: 'registry.example.com/ai/frontend:2.0.0' },
  'ollama-chatbot': { apiImage: 'registry.example.com/chat/api:1.0.0' },
};

interface Service {
  image?: string;
  restart?: string;
  ports?: string[];
  volumes?: string[];
  networks?: string[] | Record<string, unknown>;
  environment?: Record<string, string>;
  healthcheck?: { start_period?: string };
}

function servicesOf(stack: RenderedStack): Map<string, Service> {
  const merged = new Map<string, Service>();
  for (const path of stack.composeFiles) {
    const text = stack.files.find((file) => file.path === path)?.text ?? '';
    for (const [name, service] of Object.entries((parse(text, { merge: true }) as { services: Record<string, Service> }).services)) {
      const before = merged.get(name) ?? {};
      merged.set(name, {
        ...before,
        ...service,
        ports: [...(before.ports ?? []), ...(service.ports ?? [])],
        volumes: [...(before.volumes ?? []), ...(service.volumes ?? [])],
      });
    }
  }
  return merged;
}

describe.each(Object.keys(own))('%s', (id) => {
  const read = async (more: Record<string, string> = {}) => {
    const source = await catalog.get(id);
    const profiles = source.definition.profiles.map(({ name }) => name);
    return { definition: source.definition, stack: renderStack(source, { ...own[id], ...more }, { profiles }) };
  };

  test('each service starts again by itself, is asked how it is with time for its start, and has a fixed image', async () => {
    const { stack } = await read();
    for (const [name, service] of servicesOf(stack)) {
      expect(service.restart, name).toBe('unless-stopped');
      expect(service.healthcheck?.start_period, name).toMatch(/^\d+[sm]$/);
      expect(service.image, name).toMatch(/:[\w.-]*\d[\w.-]*$/);
    }
  });

  test('each volume of the definition is a named one at that place, and what keeps data has a recipe', async () => {
    const { definition, stack } = await read();
    const services = servicesOf(stack);
    for (const { service, path } of definition.volumes) {
      expect(services.get(service)?.volumes, `${service} ${path}`).toContainEqual(expect.stringMatching(new RegExp(`^[a-z-]+:${path}$`)));
    }
    const stateful = definition.services.flatMap(({ name, stateful: keeps }) => (keeps ? [name] : []));
    // More may be kept than what nothing else has, such as which models were there.
    expect(definition.backups.map(({ service }) => service)).toEqual(expect.arrayContaining(stateful));
    expect(definition.backups.filter(({ verify }) => verify === undefined)).toEqual([]);
  });

  test('nothing is published but what the policy says, and where', async () => {
    const { definition, stack } = await read({ tls: 'on' });
    const fill = (port: string) => port.replace(/\$\{(\w+)\}/, (_, name: string) => stack.parameters[name] ?? '');
    const address: Record<string, string> = { public: '0.0.0.0', loopback: '127.0.0.1' };
    const allowed = definition.ports.flatMap(({ service, port, exposure }) =>
      address[exposure] === undefined ? [] : [`${service} ${address[exposure]}:${fill(port)}`],
    );
    const published = [...servicesOf(stack)].flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port.replace(/:\d+$/, '')}`));
    expect(published.sort()).toEqual(allowed.sort());
  });

  test('names of models and addresses in the environment are those of services that are there', async () => {
    const { stack } = await read();
    const services = servicesOf(stack);
    for (const [name, { environment = {} }] of services) {
      for (const [key, value] of Object.entries(environment)) {
        const host = /^[a-z]+:\/\/(?:[^@/]*@)?([a-z][a-z0-9-]*)[:/]/.exec(value)?.[1];
        if (host !== undefined) expect([...services.keys()], `${name} ${key}`).toContain(host);
      }
    }
  });

  test('every secret is held by services that there are', async () => {
    const { definition } = await read();
    const names = definition.services.map(({ name }) => name);
    for (const { name, usedBy } of definition.secrets) {
      expect(usedBy.length, name).toBeGreaterThan(0);
      expect(names, name).toEqual(expect.arrayContaining(usedBy));
    }
  });
});

test('nodes of the chatbot on servers of their own: the balancer asks them by address, and they answer there alone', async () => {
  const source = await catalog.get('ollama-chatbot');
  const server = (name: string, host: string) => ({ name, host }) as Parameters<typeof placeStack>[1][number];
  const servers = [server('web', '10.0.0.1'), server('node-a', '10.0.0.2'), server('node-b', '10.0.0.3')];
  const placements = placeStack(source.definition, servers, { front: ['web'], nodes: ['node-a', 'node-b'] });
  expect([...placements.keys()]).toEqual(['node-a', 'node-b', 'web']);
  const on = (name: string, balancer: string) =>
    renderStack(source, { ...own['ollama-chatbot'], ollamaReplicas: '1', balancer }, { placement: placements.get(name) });
  const text = (stack: RenderedStack, path: string) => stack.files.find((file) => file.path === path)?.text ?? '';
  expect(text(on('web', 'nginx'), 'config/nginx/http.inc')).toMatch(/server 10\.0\.0\.2:11434 .*\n +server 10\.0\.0\.3:11434 /);
  expect(text(on('web', 'haproxy'), 'config/haproxy/common.cfg')).toContain('server-template 10.0.0.3- 1 10.0.0.3:11434 check');
  expect([...servicesOf(on('web', 'nginx')).keys()]).toEqual(['redis', 'api', 'load-balancer']);
  expect([...servicesOf(on('node-a', 'nginx'))].map(([name, { ports }]) => [name, ports])).toEqual([['ollama', ['10.0.0.2:11434:11434']]]);
});
