import { expect, test } from 'vitest';
import { readProject } from './composeProject.ts';

const read = (files: Record<string, string>, setting: Parameters<typeof readProject>[2] = {}) => {
  const all = Object.entries(files).map(([path, text]) => ({ path, text }));
  const isCompose = ({ path }: { path: string }) => /compose[^/]*\.yaml$/.test(path);
  return readProject(
    all.filter(isCompose),
    all.filter((file) => !isCompose(file)),
    setting,
  );
};
const one = (text: string, files: Record<string, string> = {}) =>
  read({ 'compose.yaml': `services:\n  a:\n${text.replaceAll(/^/gm, '    ')}\n`, ...files }).services[0];

test('later files go over earlier ones, each value with the place that it comes from', () => {
  const project = read({
    'compose.yaml':
      'services:\n  web:\n    image: nginx:1.26\n    ports: ["80:80"]\n    environment: [A=1, B=2]\n    command: run --slow\n    volumes: ["old:/data", "logs:/logs"]\n',
    'compose.prod.yaml':
      'services:\n  web:\n    image: nginx:1.27\n    ports: ["443:443"]\n    environment: { B: 3, C: 4 }\n    command: [run, --fast]\n    volumes: [{ type: volume, source: new, target: /data }]\n  db: { image: "postgres:17" }\n',
  });
  const [web, db] = project.services;
  expect(web?.image).toEqual({ text: 'nginx:1.27', at: { file: 'compose.prod.yaml', line: 3 } });
  expect(web?.ports.map(({ published, at }) => [published, at.file])).toEqual([
    [80, 'compose.yaml'],
    [443, 'compose.prod.yaml'],
  ]);
  expect([...(web?.environment ?? [])].map(([name, { value, at }]) => [name, value, at.line])).toEqual([
    ['A', '1', 5],
    ['B', '3', 5],
    ['C', '4', 5],
  ]);
  expect(web?.command).toEqual(['run', '--fast']);
  expect(web?.mounts.map(({ source, target }) => [source, target])).toEqual([
    ['logs', '/logs'],
    ['new', '/data'],
  ]);
  expect(db?.name).toBe('db');
  expect(project.namedIn.get('web')).toEqual(['compose.yaml', 'compose.prod.yaml']);
});

test('!reset takes a value away and !override replaces it', () => {
  const project = read({
    'compose.yaml': 'services:\n  web: { image: x, ports: ["80:80"], expose: ["1"], restart: always }\n',
    'compose.b.yaml': 'services:\n  web:\n    ports: !reset []\n    expose: !override ["2"]\n',
  });
  expect(project.services[0]).toMatchObject({ ports: [], exposed: [2], restart: { policy: 'always' } });
});

test('anchors, merge keys, x- keys, extends and include', () => {
  const project = read({
    'compose.yaml':
      'include: [other/compose.yaml]\nx-base: &base { restart: always, environment: { A: 1 } }\nservices:\n  a: { <<: *base, image: x }\n  b: { extends: a, image: y }\n  c: { extends: { file: base.yml, service: t } }\n  d: { extends: { file: absent.yml, service: t }, image: z }\n',
    'other/compose.yaml': 'services:\n  inner: { image: i }\n',
    'base.yml': 'services:\n  t: { image: from-file, mem_limit: 1g }\n',
  });
  const by = (name: string) => project.services.find((service) => service.name === name);
  expect(by('b')).toMatchObject({ image: { text: 'y' }, restart: { policy: 'always' } });
  expect(by('b')?.environment.get('A')?.value).toBe('1');
  expect(by('c')).toMatchObject({ image: { text: 'from-file' }, memoryLimitMib: 1024 });
  expect(by('inner')?.image?.text).toBe('i');
  expect(project.absent.map(({ path }) => path)).toEqual(['absent.yml']);
});

test('env files lie below the environment; profiles decide what runs', () => {
  const project = read(
    {
      'compose.yaml': 'services:\n  a: { image: x, env_file: [one.env, two.env], environment: { B: own } }\n  gpu: { image: y, profiles: [gpu] }\n',
      'one.env': 'A=1\nB=1\n',
      'two.env': 'A="2 # no comment" # comment\n',
    },
    { profiles: [] },
  );
  expect([...(project.services[0]?.environment ?? [])].map(([name, { value, from }]) => [name, value, from])).toEqual([
    ['B', 'own', 'environment'],
    ['A', '2 # no comment', 'env_file'],
  ]);
  expect([project.services.length, project.all.length]).toEqual([1, 2]);
  expect(read({ 'compose.yaml': 'services: { gpu: { image: y, profiles: [gpu] } }' }, { profiles: ['gpu'] }).services).toHaveLength(1);
});

test('variables come from .env, values go over it, secrets stay names', () => {
  const project = read(
    { 'compose.yaml': `services:\n  a: { image: "x:\${TAG}", command: "\${MODE:-run} \${KEY} $NONE $$HOME" }\n`, '.env': 'TAG=1\n' },
    { values: { TAG: '2' }, secrets: ['KEY'] },
  );
  expect(project.services[0]).toMatchObject({ image: { text: 'x:2' }, command: ['run', `\${KEY}`, '$HOME'] });
  expect([[...project.unset.keys()], [...project.asked].sort()]).toEqual([['NONE'], ['KEY', 'MODE', 'NONE', 'TAG']]);
});

test.each([
  ['deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: 2, capabilities: [gpu] }] } } }', { count: 2, deviceIds: [] }],
  ['deploy: { resources: { reservations: { devices: [{ capabilities: [gpu], device_ids: ["0", "3"] }] } } }', { count: 2, deviceIds: ['0', '3'] }],
  ['deploy: { resources: { reservations: { devices: [{ driver: nvidia, capabilities: [gpu] }] } } }', { count: 'all' }],
  ['gpus: all', { count: 'all' }],
  ['gpus: [{ count: 1 }]', { count: 1 }],
  ['runtime: nvidia', { count: 'all' }],
  ['image: x', null],
])('cards: %s', (text, expected) => {
  if (expected === null) expect(one(text)?.gpus).toBeNull();
  else expect(one(text)?.gpus).toMatchObject(expected);
});

test.each([
  ['healthcheck: { test: [CMD, a, b], start_period: 1m30s, retries: 5 }', { words: ['a', 'b'], shell: false, startPeriodS: 90, intervalS: 30, retries: 5 }],
  ['healthcheck: { test: a && b, interval: 5s }', { words: ['a && b'], shell: true, startPeriodS: null, intervalS: 5, retries: 3 }],
  ['healthcheck: { test: ["CMD-SHELL", "a || b"] }', { words: ['a || b'], shell: true }],
])('health: %s', (text, expected) => {
  expect(one(text)?.health).toMatchObject(expected);
});

test('limits, replicas and dependencies in either form', () => {
  expect(one('mem_limit: 512m\ncpus: "1.5"\nscale: 2\ndepends_on: [b]')).toMatchObject({
    memoryLimitMib: 512,
    coresLimit: 1.5,
    replicas: { count: 2 },
    dependsOn: [{ service: 'b', condition: 'service_started' }],
  });
  expect(one('deploy: { replicas: 3, resources: { limits: { memory: 2G, cpus: "4" } } }\ndepends_on: { b: { condition: service_healthy } }')).toMatchObject({
    memoryLimitMib: 2048,
    coresLimit: 4,
    replicas: { count: 3 },
    dependsOn: [{ service: 'b', condition: 'service_healthy' }],
  });
});

test('tells file and line of what is no YAML or no service', () => {
  expect(() => read({ 'compose.yaml': 'services:\n  a: [\n' })).toThrow(expect.objectContaining({ data: expect.objectContaining({ file: 'compose.yaml' }) }));
  expect(() => read({ 'compose.yaml': 'services:\n  a:\n    image: x\n  b: text\n' })).toThrow(
    expect.objectContaining({ data: { file: 'compose.yaml', line: 4, problem: 'service b has to be a mapping' } }),
  );
});
