// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is tested here
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';
import { type StackDefinition, stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import { contentHash, filesHash, renderStack, type StackSource } from './renderStack.ts';
import { openStackCatalog } from './stackCatalog.ts';

const privaxai = await openStackCatalog(join(import.meta.dirname, '../../../../../resources/stacks')).get('privaxai');

const definition: StackDefinition = stackDefinitionSchema.parse({
  id: 'demo',
  version: 1,
  title: 'Demo',
  summary: '',
  parameters: [
    { name: 'tag', title: 'Tag', type: 'text', default: '1' },
    { name: 'port', title: 'Port', type: 'port', default: '80' },
    { name: 'gpu', title: 'GPU', type: 'choice', choices: ['none', 'all'], default: 'none' },
  ],
  secrets: [{ name: 'PASSWORD', title: 'Password' }],
  services: [],
  requirements: { memoryMib: 100 },
  ports: [],
  warmUps: [{ title: 'w', service: 'web', command: ['echo', '${tag}'], timeoutS: 1 }],
  gates: [{ kind: 'http', title: 'h', url: 'http://127.0.0.1:${port}/', status: [200], timeoutS: 1 }],
});
const compose =
  'services:\n  web:\n    image: web:${tag}\n    environment: { P: "${PASSWORD}" }\n    ports: ["127.0.0.1:${port}:80"]\n    volumes: ["./config:/c:ro"]\n';
const source = (templates: Record<string, string> = {}): StackSource => ({
  definition,
  templates: Object.entries({ 'compose.yaml': compose, ...templates }).map(([path, text]) => ({ path, text })),
});
const text = (rendered: ReturnType<typeof renderStack>, path: string) => rendered.files.find((file) => file.path === path)?.text ?? '';

describe('renderStack', () => {
  test('fills in parameters and leaves secrets to Compose', () => {
    const rendered = renderStack(source(), { tag: '2', port: '8080' });
    expect(parse(text(rendered, 'compose.yaml'))).toMatchObject({
      services: { web: { image: 'web:2', environment: { P: '${PASSWORD}' }, ports: ['127.0.0.1:8080:80'] } },
    });
    expect(rendered.gates).toMatchObject([{ url: 'http://127.0.0.1:8080/' }]);
    expect(rendered.warmUps[0]?.command).toEqual(['echo', '2']);
    expect(rendered.services).toMatchObject([{ name: 'web', image: 'web:2', ports: [{ address: '127.0.0.1', port: 8080 }], mountsFiles: true }]);
  });

  test('an overlay is used where its parameter has its value', () => {
    const overlay = { 'compose.gpu.all.yaml': 'services:\n  web:\n    runtime: nvidia\n' };
    expect(renderStack(source(overlay), {}).composeFiles).toEqual(['compose.yaml']);
    expect(renderStack(source(overlay), { gpu: 'all' }).composeFiles).toEqual(['compose.yaml', 'compose.gpu.all.yaml']);
    const plain = renderStack(source(overlay), {}).services[0]?.hash;
    expect(renderStack(source(overlay), { gpu: 'all' }).services[0]?.hash).not.toBe(plain);
  });

  test('a file of services that stand apart is always used, before the overlays of a parameter', () => {
    const parts = {
      'compose.models.yaml': 'services:\n  model:\n    image: model:${tag}\n',
      'compose.gpu.all.yaml': 'services:\n  model:\n    runtime: nvidia\n',
    };
    expect(renderStack(source(parts), {}).services.map(({ name }) => name)).toEqual(['web', 'model']);
    expect(renderStack(source(parts), { gpu: 'all' }).composeFiles).toEqual(['compose.yaml', 'compose.models.yaml', 'compose.gpu.all.yaml']);
  });

  test('whatever a value is, it stays one value: no structure, no variable of Compose', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (tag) => {
        const rendered = renderStack(source({ 'config/a.toml': 'model = "${tag}"\n' }), { tag });
        const image: unknown = parse(text(rendered, 'compose.yaml')).services.web.image;
        expect(image).toBe(`web:${tag.replaceAll('$', '$$$$')}`);
        expect(JSON.parse(text(rendered, 'config/a.toml').slice('model = '.length))).toBe(tag);
      }),
    );
  });

  const refused = (templates: Record<string, string>, given: Record<string, string> = {}) => {
    try {
      renderStack(source(templates), given);
    } catch (error) {
      if (error instanceof AppError) return { code: error.code, ...(error.data as object) };
      throw error;
    }
    return null;
  };

  test('a name that is no parameter is an error with its line', () => {
    expect(refused({ 'config/a.toml': 'a = 1\nb = "${tg}"\n' })).toEqual({
      code: 'stack.definition-invalid',
      source: 'demo/config/a.toml',
      issues: ['line 2: ${tg} names no parameter'],
    });
    expect(refused({ 'compose.yaml': `${compose}    command: "\${tag:-latest}"\n` })?.code).toBe('stack.definition-invalid');
    expect(refused({ 'config/a.toml': 'a = "${tag"' })?.code).toBe('stack.definition-invalid');
  });

  test('a secret is not written into files that stay readable', () => {
    expect(refused({ 'config/a.toml': 'password = "${PASSWORD}"' })?.code).toBe('stack.definition-invalid');
  });

  test('a compose file with a key twice, or without services, is malformed with its line', () => {
    expect(refused({ 'compose.yaml': 'services:\n  web:\n    image: a\n    image: b\n' })).toEqual({
      code: 'stack.compose-malformed',
      file: 'demo/compose.yaml',
      line: 4,
      problem: 'the key image appears twice',
    });
    expect(refused({ 'compose.yaml': 'services: [web]\n' })).toMatchObject({ code: 'stack.compose-malformed', line: 1 });
    expect(refused({ 'compose.yaml': 'services:\n  web: {}\n' })).toMatchObject({ code: 'stack.compose-malformed', problem: 'service web has no image' });
  });

  test('a parameter is refused by name', () => {
    expect(refused({}, { port: '0' })).toMatchObject({ code: 'stack.parameter-invalid', name: 'port' });
    expect(refused({}, { prot: '1' })).toMatchObject({ code: 'stack.parameter-invalid', name: 'prot' });
  });

  test('the content hash follows files and env, and nothing else', () => {
    const one = renderStack(source(), {});
    expect(contentHash(one, 'A=1')).toBe(contentHash(renderStack(source(), {}), 'A=1'));
    expect(contentHash(one, 'A=2')).not.toBe(contentHash(one, 'A=1'));
    expect(contentHash(renderStack(source(), { tag: '2' }), 'A=1')).not.toBe(contentHash(one, 'A=1'));
    expect(filesHash(renderStack(source(), { tag: '2' }))).toBe(filesHash(one));
    expect(filesHash(renderStack(source({ 'config/a': '${tag}' }), { tag: '2' }))).not.toBe(filesHash(renderStack(source({ 'config/a': '${tag}' }), {})));
  });
});

describe('privaxai', () => {
  test('binds the gateway to the loopback unless told otherwise, and publishes nothing else', () => {
    expect(renderStack(privaxai, {}).services.flatMap((service) => service.ports)).toEqual([{ address: '127.0.0.1', port: 8000 }]);
    expect(renderStack(privaxai, { bindAddress: '10.0.0.5', gatewayPort: '8100' }).services.flatMap((service) => service.ports)).toEqual([
      { address: '10.0.0.5', port: 8100 },
    ]);
  });

  test('reserves GPUs only when asked', () => {
    expect(renderStack(privaxai, {}).composeFiles).toEqual(['compose.yaml']);
    expect(renderStack(privaxai, { gpu: 'all' }).composeFiles).toEqual(['compose.yaml', 'compose.gpu.all.yaml']);
  });

  test('every service restarts by itself and has a health check with a start period', () => {
    const services: Record<string, { restart: string; healthcheck: { start_period: string } }> = parse(
      text(renderStack(privaxai, {}), 'compose.yaml'),
    ).services;
    expect(Object.keys(services)).toEqual(['clickhouse', 'ollama', 'tensorzero']);
    for (const service of Object.values(services))
      expect(service).toMatchObject({ restart: 'unless-stopped', healthcheck: { start_period: expect.any(String) } });
  });

  test('the store is out of reach of the outer network, and no service that pulls or publishes sits on the inner one alone', () => {
    const project = parse(text(renderStack(privaxai, {}), 'compose.yaml'));
    expect(project.networks.inner.internal).toBe(true);
    expect(project.services.clickhouse.networks).toEqual(['inner']);
    expect(project.services.ollama.networks).toContain('outer');
    expect(project.services.tensorzero.networks).toContain('outer');
  });

  test('the gateway calls the model by the name that is pulled and asked for', () => {
    const rendered = renderStack(privaxai, { model: 'llama3.2:1b' });
    expect(text(rendered, 'config/tensorzero.toml')).toContain('[models."llama3.2:1b".providers.ollama]');
    expect(rendered.warmUps[0]?.command).toEqual(['ollama', 'pull', 'llama3.2:1b']);
    expect(rendered.gates.at(-1)).toMatchObject({ kind: 'chat', model: 'tensorzero::model_name::llama3.2:1b' });
  });

  test('what a server must have follows the parameters', () => {
    expect(renderStack(privaxai, {}).requirements).toMatchObject({ memoryMib: 6144, diskMib: 8192, composeVersion: '2.0' });
    expect(renderStack(privaxai, { minMemoryMib: '0', minDiskMib: '5' }).requirements).toMatchObject({ memoryMib: 0, diskMib: 5 });
  });
});
