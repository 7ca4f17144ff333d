import { describe, expect, test } from 'vitest';
import type { DriftItem } from '../../../../shared/model/stackDrift.ts';
import { parseLive } from '../plan/liveRules.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { parseResolved, type ResolvedService } from '../release/resolvedProject.ts';
import { adoptedName, adoptedStack } from './adoptRules.ts';
import { driftOf } from './driftRules.ts';
import { workFor } from './revertOperation.ts';

const service: ResolvedService = {
  image: 'demo/web:1',
  environment: { LOG: 'info', PASSWORD: 'hunter22', PRICE: '5$$' },
  labels: { team: 'a' },
  restart: 'unless-stopped',
  ports: [{ target: 80, published: '8080', host_ip: '127.0.0.1', protocol: 'tcp' }],
  deploy: { resources: { limits: { memory: '67108864', cpus: 0.5 } } },
  networks: { default: null },
};
const container = {
  Id: 'id-web',
  Name: '/p-web-1',
  Image: 'sha256:i',
  State: { Status: 'running' },
  Config: {
    Image: 'demo/web:1',
    Env: ['LOG=info', 'PASSWORD=hunter22', 'PRICE=5$', 'PATH=/bin'],
    Labels: { 'com.docker.compose.service': 'web', 'com.docker.compose.config-hash': 'h', team: 'a', maintainer: 'x' },
  },
  HostConfig: {
    RestartPolicy: { Name: 'unless-stopped' },
    PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
    Memory: 67_108_864,
    NanoCpus: 5e8,
  },
  NetworkSettings: { Networks: { p_default: {} } },
};
type Container = typeof container;

const files = new Map([['compose.yaml', { sha256: 'c'.repeat(64), text: 'services:\n  web:\n    image: demo/web:1\n' }]]);
const release = {
  id: 'r3',
  stackId: 'demo',
  title: 'Demo',
  parameters: {},
  profiles: [],
  secretNames: ['PASSWORD'],
  composeFiles: ['compose.yaml'],
  images: [{ service: 'web', reference: 'demo/web:1', digest: 'sha256:recorded' }],
  fileHashes: { 'compose.yaml': 'c'.repeat(64) },
  mounts: { trees: [{ hash: '1'.repeat(16), name: 'config', path: 'config', files: ['config/a'] }], data: [], services: { web: ['config/a'] } },
  ...{ start: [], live: [], backups: [], warmUps: [], gates: [], smokeTests: [] },
} as unknown as ReleaseRecord;

function look(
  change: (made: Container) => void = () => {},
  more: { containers?: unknown[]; volumes?: string[]; service?: ResolvedService; files?: typeof files; mounted?: Map<string, string> } = {},
) {
  const made = structuredClone(container);
  change(made);
  const project = parseResolved(
    JSON.stringify({
      name: 'p',
      services: { web: more.service ?? service },
      networks: { default: { name: 'p_default' } },
      volumes: { data: { name: 'p_data' } },
    }),
  );
  const image = { Id: 'sha256:i', RepoDigests: ['demo/web@sha256:recorded'], Config: { Env: ['PATH=/bin'], Labels: { maintainer: 'x' } } };
  const lines = [
    ...(more.containers ?? [made]).map((each) => `container ${JSON.stringify(each)}`),
    ...(more.volumes ?? ['p_data']).map((name) => `volume ${name}`),
    `image sha256:i\t${JSON.stringify(image)}`,
  ];
  const live = parseLive(lines.join('\n'));
  if (project === null || live === null) throw new Error('not understood');
  const applied = {
    project,
    hashes: new Map([['web', 'h']]),
    files: more.files ?? files,
    mounted: more.mounted ?? new Map([[`files/${'1'.repeat(16)}/config/a`, 'a'.repeat(64)]]),
  };
  return { release, applied, live, secrets: ['hunter22'], ...driftOf({ release, applied, live, secrets: ['hunter22'] }) };
}
const ids = (found: { items: DriftItem[] }) => found.items.map(({ id }) => id);

describe('driftOf', () => {
  test('nothing where all is as it shall be, whatever comes from the image', () => {
    expect(look()).toMatchObject({ items: [], unknowns: [] });
  });

  test.each<[string, (made: Container) => void]>([
    ['web.image', (made) => void Object.assign(made.Config, { Image: 'demo/web:2' })],
    ['web.environment.LOG', (made) => void made.Config.Env.splice(0, 1, 'LOG=debug')],
    ['web.environment.EXTRA', (made) => void made.Config.Env.push('EXTRA=1')],
    ['web.environment.PRICE', (made) => void made.Config.Env.splice(2, 1)],
    ['web.label.team', (made) => void Object.assign(made.Config.Labels, { team: 'b' })],
    ['web.restart', (made) => void Object.assign(made.HostConfig.RestartPolicy, { Name: 'no' })],
    ['web.port', (made) => void Object.assign(made.HostConfig.PortBindings, { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] })],
    ['web.limit.memory', (made) => void Object.assign(made.HostConfig, { Memory: 0 })],
    ['web.limit.cpus', (made) => void Object.assign(made.HostConfig, { NanoCpus: 1e9 })],
    ['web.network', (made) => void Object.assign(made.NetworkSettings.Networks, { bridge: {} })],
    ['web.stopped', (made) => void Object.assign(made.State, { Status: 'exited', ExitCode: 137 })],
    ['web.definition', (made) => void Object.assign(made.Config.Labels, { 'com.docker.compose.config-hash': 'other' })],
  ])('%s', (id, change) => {
    expect(ids(look(change))).toEqual([id]);
  });

  test('what was removed, is there besides, is gone with its data, or was changed as a file', () => {
    const extra = {
      ...structuredClone(container),
      Id: 'x',
      Name: '/p-odd-1',
      Config: { ...container.Config, Labels: { 'com.docker.compose.service': 'odd' } },
    };
    expect(ids(look(undefined, { containers: [] }))).toEqual(['web.removed']);
    expect(ids(look(undefined, { containers: [container, extra] }))).toEqual(['odd.extra.p-odd-1']);
    expect(ids(look(undefined, { containers: [container, { ...container, Id: 'y' }] }))).toEqual(['web.extra.scale']);
    expect(ids(look(undefined, { volumes: [] }))).toEqual(['volume:p_data']);
    const changed = new Map([
      ['compose.yaml', { sha256: 'd'.repeat(64), text: 'x' }],
      ['new', { sha256: 'e'.repeat(64), text: 'y' }],
    ]);
    expect(ids(look(undefined, { files: changed }))).toEqual(['file:compose.yaml', 'file:new']);
  });

  test('a copy that containers mount was changed, though the project itself was not', () => {
    const known = { ...release, fileHashes: { ...release.fileHashes, 'config/a': 'a'.repeat(64) } } as ReleaseRecord;
    const both = new Map([...files, ['config/a', { sha256: 'a'.repeat(64), text: 'x' }]]);
    const of = (found: ReturnType<typeof look>) => driftOf({ ...found, release: known, secrets: [] }).items;
    expect(of(look(undefined, { files: both }))).toEqual([]);
    const [item, ...rest] = of(look(undefined, { files: both, mounted: new Map([[`files/${'1'.repeat(16)}/config/a`, 'b'.repeat(64)]]) }));
    expect([item?.id, item?.adopt.possible, item?.revert.possible, rest.length]).toEqual(['file:config/a', false, true, 0]);
  });

  test('a job that has ended well has not drifted', () => {
    const { restart: _, ...once } = service;
    const ended = look(
      (made) => {
        Object.assign(made.State, { Status: 'exited', ExitCode: 0 });
        Object.assign(made.HostConfig.RestartPolicy, { Name: 'no' });
      },
      { service: once },
    );
    expect(ids(ended)).not.toContain('web.stopped');
  });

  test('a secret is said to differ, and neither of its values is told', () => {
    const found = look((made) => void made.Config.Env.splice(1, 1, 'PASSWORD=other-value'));
    expect(found.items).toMatchObject([{ id: 'web.environment.PASSWORD', desired: null, live: null, adopt: { possible: false } }]);
    expect(JSON.stringify(found.items)).not.toMatch(/hunter22|other-value/);
  });

  test('a release that cannot be read is not guessed', () => {
    const { live } = look();
    expect(driftOf({ release, applied: null, live, secrets: [] })).toMatchObject({ items: [], unknowns: [expect.stringContaining('r3')] });
  });
});

describe('adoptedStack', () => {
  const adopt = (found: ReturnType<typeof look>, only?: string[]) =>
    adoptedStack({
      serverName: 'gpu-1',
      release,
      applied: found.applied,
      containers: found.live.containers,
      items: found.items.filter(({ id }) => only?.includes(id) ?? true),
      secrets: [],
    });
  test('writes what differs into a file that goes over the others', () => {
    const found = look((made) => {
      made.Config.Env.splice(0, 1, 'LOG=a$b');
      made.HostConfig.RestartPolicy.Name = 'always';
      made.HostConfig.Memory = 128 * 1024 ** 2;
      Object.assign(made.HostConfig.PortBindings, { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '9090' }] });
    });
    const stack = adopt(found);
    expect(stack.composeFiles).toEqual(['compose.yaml', adoptedName]);
    expect(stack.files.find(({ path }) => path === adoptedName)?.text).toBe(
      'services:\n  web:\n    environment:\n      LOG: a$$b\n    restart: always\n    ports: !override\n      - 0.0.0.0:9090:80/tcp\n    deploy:\n      resources:\n        limits:\n          memory: "134217728"\n',
    );
  });

  test('takes a file as it is on the server, and refuses what cannot be adopted', () => {
    const changed = new Map([['compose.yaml', { sha256: 'd'.repeat(64), text: 'services:\n  web:\n    image: demo/web:3\n' }]]);
    const stack = adopt(look(undefined, { files: changed }));
    expect([stack.composeFiles, stack.services[0]?.image]).toEqual([['compose.yaml'], 'demo/web:3']);
    expect(() => adopt(look(undefined, { containers: [] }))).toThrow(expect.objectContaining({ code: 'stack.drift-fixed' }));
    const both = look((made) => void Object.assign(made.HostConfig.RestartPolicy, { Name: 'no' }), { files: changed });
    expect(() => adopt(both, ['web.restart'])).toThrow(expect.objectContaining({ code: 'stack.drift-fixed' }));
  });
});

test('a revert touches only what is concerned', () => {
  const found = look((made) => void Object.assign(made.HostConfig.RestartPolicy, { Name: 'no' }));
  const work = (items: DriftItem[]) => workFor(items, found, release, { directory: '/x' }).env;
  expect(work(found.items)).toMatchObject({ PH_ANEW: 'web', PH_UP: '', PH_RESTART: '', PH_EXTRA: '' });
  const [item] = found.items;
  if (item === undefined) throw new Error('no item');
  expect(work([{ ...item, kind: 'stopped' }])).toMatchObject({ PH_ANEW: '', PH_UP: 'web' });
  const back = work([{ ...item, id: 'file:config/a', kind: 'file', service: null }]);
  expect(back).toMatchObject({ PH_RESTART: 'web', PH_GONE: '/x/releases/r3/project/config/a' });
  const known = { ...release, fileHashes: { 'config/a': 'sum' } } as ReleaseRecord;
  expect(workFor([{ ...item, id: 'file:config/a', kind: 'file', service: null }], found, known, { directory: '/x' }).env['PH_BACK']).toBe(
    `sum\t/x/releases/r3/project/config/a\t/x/files/${'1'.repeat(16)}/config/a`,
  );
});
