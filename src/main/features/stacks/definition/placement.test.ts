// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is tested here
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import { type PlacedServer, placeStack } from './placement.ts';
import { renderStack, type StackSource } from './renderStack.ts';

const definition = stackDefinitionSchema.parse({
  id: 'bank',
  version: 1,
  title: 'Bank',
  summary: '',
  parameters: [
    { name: 'tag', title: 'Tag', type: 'text', default: '1' },
    { name: 'log', title: 'Log', type: 'text', default: 'info' },
  ],
  secrets: [],
  roles: [
    { id: 'data', title: 'Vector store', maxServers: 1 },
    { id: 'backend', title: 'Backends' },
    { id: 'front', title: 'Load balancer', maxServers: 1 },
  ],
  profiles: [{ name: 'gpu', title: 'Models' }],
  environments: { production: { parameters: { log: 'warn' }, profiles: ['gpu'] } },
  services: [
    { name: 'vectors', title: 'Vectors', image: 'v', stateful: true, role: 'data', needs: { memoryMib: 1000 } },
    { name: 'backend', title: 'Backend', image: 'b:${tag}', stateful: false, role: 'backend', needs: { memoryMib: 2000 } },
    { name: 'model', title: 'Model', image: 'm', stateful: false, role: 'backend', profiles: ['gpu'], needs: { memoryMib: 4000 } },
    { name: 'nginx', title: 'nginx', image: 'n', stateful: false, role: 'front' },
  ],
  requirements: {},
  ports: [
    { service: 'vectors', port: '8000', exposure: 'private', across: true },
    { service: 'backend', port: '8080', exposure: 'private', across: true },
    { service: 'nginx', port: '80', exposure: 'public' },
  ],
  start: [
    { title: 'Stores', services: ['vectors'] },
    { title: 'Rest', services: ['backend', 'nginx'] },
  ],
  gates: [
    { kind: 'containers', timeoutS: 5 },
    { kind: 'http', title: 'Backend', url: 'http://backend:8080/health', status: [200], timeoutS: 5 },
    { kind: 'http', title: 'Front', url: 'http://nginx:80/health', status: [200], timeoutS: 5 },
  ],
});
const compose = `services:
  vectors: { image: v }
  backend: { image: 'b:\${tag}', depends_on: { vectors: { condition: service_started } }, environment: { LOG: '\${log}' } }
  model: { image: m, profiles: [gpu], depends_on: [backend] }
  nginx: { image: n, depends_on: [backend], volumes: ['./nginx:/etc/nginx/conf.d:ro'] }
`;
const source: StackSource = {
  definition,
  templates: [
    { path: 'compose.yaml', text: compose },
    { path: 'nginx/upstream.conf', text: 'upstream b {\n  server ${each.backend}:8080;\n}\n' },
  ],
};
const server = (name: string, privateAddress?: string): PlacedServer =>
  ({ name, host: `${name}.example.com`, ...(privateAddress === undefined ? {} : { record: { privateAddress } }) }) as PlacedServer;
const servers = [server('db-1', '10.0.0.1'), server('gpu-1', '10.0.0.2'), server('gpu-2', '10.0.0.3'), server('lb-1', '10.0.0.4')];
const roles = { data: ['db-1'], backend: ['gpu-1', 'gpu-2'], front: ['lb-1'] };
const placed = placeStack(definition, servers, roles);
const render = (name: string) => {
  const placement = placed.get(name);
  return renderStack(source, {}, placement === undefined ? {} : { placement });
};
const textOf = (rendered: ReturnType<typeof render>, path: string) => rendered.files.find((file) => file.path === path)?.text ?? '';

describe('a stack over several servers', () => {
  test('is deployed in the order of its roles', () => {
    expect([...placed.keys()]).toEqual(['db-1', 'gpu-1', 'gpu-2', 'lb-1']);
  });

  test('runs on each server the services of its roles, and nothing waits for what runs elsewhere', () => {
    const rendered = render('gpu-1');
    expect(rendered.services.map(({ name }) => name)).toEqual(['backend']);
    expect(parse(textOf(rendered, 'compose.yaml')).services.backend).not.toHaveProperty('depends_on');
    expect(rendered.requirements).toMatchObject({ memoryMib: 2000 });
    expect(rendered.start).toEqual([{ title: 'Rest', services: ['backend'] }]);
    expect(rendered.gates.map((gate) => gate.kind === 'containers' || gate.title)).toEqual([true, 'Backend']);
  });

  test('names what runs elsewhere, and publishes for the others on the private address alone', () => {
    const { backend, ...others } = parse(textOf(render('gpu-2'), 'compose.across.yaml')).services;
    expect(backend).toEqual({ extra_hosts: ['vectors:10.0.0.1', 'nginx:10.0.0.4'], ports: ['10.0.0.3:8080:8080'] });
    expect(Object.keys(others)).toEqual(['model']);
    expect(render('gpu-2').services[0]?.ports).toEqual([{ address: '10.0.0.3', port: 8080 }]);
    expect(textOf(render('lb-1'), 'compose.across.yaml')).not.toContain('ports');
  });

  test('a line that names each server of a service is there once for each', () => {
    expect(textOf(render('lb-1'), 'nginx/upstream.conf')).toBe('upstream b {\n  server 10.0.0.2:8080;\n  server 10.0.0.3:8080;\n}\n');
    expect(textOf(renderStack(source, {}), 'nginx/upstream.conf')).toBe('upstream b {\n  server backend:8080;\n}\n');
  });

  test.each([
    ['a role without a server', { ...roles, data: [] }, servers, 'data', /no server/],
    ['too many servers', { ...roles, data: ['db-1', 'gpu-1'] }, servers, 'data', /1 at most, not 2/],
    ['an unknown role', { ...roles, cache: ['db-1'] }, servers, 'cache', /no such role/],
    ['a server without an IP address', roles, [server('db-1'), ...servers.slice(1)], 'db-1', /private address/],
  ])('%s is refused', (_what, given, from, name, problem) => {
    expect(() => placeStack(definition, from, given)).toThrow(
      expect.objectContaining({ code: 'stack.parameter-invalid', data: { name, problem: expect.stringMatching(problem) } }),
    );
  });
});

describe('environments and profiles', () => {
  test('an environment has values and profiles of its own; what is given wins', () => {
    const rendered = renderStack(source, {}, { environment: 'production' });
    expect(rendered.services.map(({ name }) => name)).toEqual(['vectors', 'backend', 'model', 'nginx']);
    expect(rendered).toMatchObject({ profiles: ['gpu'], parameters: { log: 'warn' }, requirements: { memoryMib: 7000 } });
    const given = renderStack(source, { log: 'debug' }, { environment: 'production', profiles: [] });
    expect(given.services.map(({ name }) => name)).toEqual(['vectors', 'backend', 'nginx']);
    expect(given).toMatchObject({ profiles: [], parameters: { log: 'debug' } });
  });

  test('a profile that the stack does not have is refused with those it has', () => {
    expect(() => renderStack(source, {}, { profiles: ['gpus'] })).toThrow(
      expect.objectContaining({ data: { name: 'profiles', problem: 'gpus is none; there are: gpu' } }),
    );
  });
});

describe('what depends on a parameter', () => {
  const sized = stackDefinitionSchema.parse({
    ...definition,
    parameters: [
      ...definition.parameters,
      { name: 'gpu', title: 'GPU', type: 'boolean', default: 'true' },
      { name: 'size', title: 'Size', type: 'choice', choices: ['small', 'large'], default: 'small' },
      { name: 'minMemoryMib', title: 'Memory', type: 'size-mib', default: '' },
    ],
    roles: [],
    services: definition.services.map((service) =>
      service.name === 'vectors' ? { ...service, needsBy: { parameter: 'size', values: { large: { memoryMib: 9000 } } } } : service,
    ),
    gates: [
      {
        kind: 'http',
        title: 'GPU',
        url: 'http://backend/',
        status: [200],
        timeoutS: 5,
        expect: [
          { path: 'gpu', equals: '${gpu}' },
          { path: 'log', equals: '${log}' },
        ],
      },
    ],
  });
  const at = (given: Record<string, string>) => renderStack({ ...source, definition: sized }, given);

  test('a service takes what it takes at the chosen size, unless a person says what the server must have', () => {
    expect(at({}).requirements).toMatchObject({ memoryMib: 3000 });
    expect(at({ size: 'large' }).requirements).toMatchObject({ memoryMib: 11_000 });
    expect(at({ size: 'large', minMemoryMib: '512' }).requirements).toMatchObject({ memoryMib: 512 });
  });

  test('an expectation of a boolean parameter is a boolean, of a text a text', () => {
    expect(at({ gpu: 'false', log: 'true' }).gates).toMatchObject([
      {
        expect: [
          { path: 'gpu', equals: false },
          { path: 'log', equals: 'true' },
        ],
      },
    ]);
  });
});
