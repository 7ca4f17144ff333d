import { describe, expect, test } from 'vitest';
import { filesLabel, type HashedFile, planMounts, withMounts } from './mountRules.ts';
import { parseResolved, type ResolvedProject, scaleOf, tiedTo } from './resolvedProject.ts';

const root = '/x/releases/.r2.draft/project';
const place = { root, stack: '/x' };
const file = (path: string, text: string, mode = 0o644): HashedFile => ({ path, mode, sha256: text.padEnd(64, '0') });
const bind = (path: string, target: string, more: Record<string, unknown> = {}) => ({ type: 'bind', source: `${root}/${path}`, target, ...more });
const project = (services: ResolvedProject['services'], more: Partial<ResolvedProject> = {}): ResolvedProject => ({ name: 'p', services, ...more });

const files = [file('compose.yaml', 'c'), file('config/a.toml', 'a'), file('config/b.toml', 'b'), file('run.sh', 'r', 0o755), file('data/.gitkeep', '')];

describe('planMounts', () => {
  test('a file and a directory lie under their own hash, with every option of the mount as it was', () => {
    const plan = planMounts(
      project({ web: { volumes: [bind('config', '/c', { read_only: true, bind: { propagation: 'rslave' } }), bind('run.sh', '/run.sh')] }, db: {} }),
      files,
      place,
    );
    const [config, run] = plan.trees;
    expect(plan.trees.map(({ name, path, files: inside }) => [name, path, inside])).toEqual([
      ['config', 'config', ['config/a.toml', 'config/b.toml']],
      ['run.sh', 'run.sh', ['run.sh']],
    ]);
    expect(plan.override).toEqual({
      services: {
        web: {
          volumes: [
            { type: 'bind', source: `/x/files/${config?.hash}/config`, target: '/c', read_only: true, bind: { propagation: 'rslave' } },
            { type: 'bind', source: `/x/files/${run?.hash}/run.sh`, target: '/run.sh' },
          ],
        },
      },
    });
    expect(plan.services).toEqual({ web: ['config/a.toml', 'config/b.toml', 'run.sh'] });
  });

  test('only what a service mounts moves its mounts: content, mode or name', () => {
    const of = (changed: readonly HashedFile[]) =>
      planMounts(project({ web: { volumes: [bind('config/a.toml', '/a')] }, other: { volumes: [bind('config/b.toml', '/b')] } }), changed, place).override?.[
        'services'
      ] as Record<string, unknown>;
    const before = of(files);
    const swap = (path: string, by: HashedFile) => files.map((each) => (each.path === path ? by : each));
    const same = of(swap('compose.yaml', file('compose.yaml', 'other')));
    expect(same).toEqual(before);
    for (const by of [file('config/a.toml', 'new'), file('config/a.toml', 'a', 0o600)]) {
      const after = of(swap('config/a.toml', by));
      expect(after['web']).not.toEqual(before['web']);
      expect(after['other']).toEqual(before['other']);
    }
    const twins = planMounts(project({ web: { volumes: [bind('one', '/1'), bind('two', '/2')] } }), [file('one/f', 'f'), file('two/f', 'f')], place);
    expect(new Set(twins.trees.map(({ hash }) => hash)).size).toBe(2);
  });

  test('what the project does not bring is data, the same for all releases; placeholders bring nothing where the service writes', () => {
    const plan = planMounts(project({ db: { volumes: [bind('pg', '/pg'), bind('data', '/d'), bind('data', '/ro', { read_only: true })] } }), files, place);
    expect(plan.data).toEqual(['data', 'pg']);
    expect(plan.override).toMatchObject({ services: { db: { volumes: [{ source: '/x/data/pg' }, { source: '/x/data/data' }, { target: '/ro' }] } } });
    expect(plan.trees.map(({ path }) => path)).toEqual(['data']);
  });

  test('absolute and named mounts, and what is of another directory, stay', () => {
    const volumes = [
      { type: 'bind', source: '/etc/hosts', target: '/h' },
      { type: 'volume', source: 'data', target: '/v' },
      { type: 'bind', source: '/x/releases/.r2.draft/shared', target: '/s' },
    ];
    const plan = planMounts(project({ web: { volumes } }), files, place);
    expect(plan).toMatchObject({ override: null, trees: [], outside: ['/x/releases/.r2.draft/shared'] });
  });

  test('files of configs and secrets move too, and a label makes new containers of who uses them', () => {
    const given = project(
      { web: { configs: [{ source: 'app' }], labels: { a: 'b' } }, db: {} },
      { configs: { app: { name: 'p_app', file: `${root}/config/a.toml` } }, secrets: { key: { file: '/etc/key' } } },
    );
    const plan = planMounts(given, files, place);
    const [tree] = plan.trees;
    expect(plan.override).toEqual({
      services: { web: { labels: { [filesLabel]: tree?.hash } } },
      configs: { app: { file: `/x/files/${tree?.hash}/a.toml` } },
    });
    expect(withMounts(given, plan)).toMatchObject({
      services: { web: { labels: { a: 'b', [filesLabel]: tree?.hash } } },
      configs: { app: { name: 'p_app', file: `/x/files/${tree?.hash}/a.toml` } },
    });
  });

  test('the whole project can be mounted, and a `$` of a path stays one for Compose', () => {
    const plan = planMounts(project({ web: { volumes: [{ type: 'bind', source: root, target: '/all' }, bind('a$$b', '/m')] } }), [file('a$b', 'x')], place);
    expect(plan.trees.map(({ name, path }) => [name, path])).toEqual([
      ['project', ''],
      ['a$b', 'a$b'],
    ]);
    expect(JSON.stringify(plan.override)).toContain('/a$$b"');
  });
});

test('withMounts replaces by target and leaves the rest', () => {
  const given = project({ web: { volumes: [bind('config', '/c'), { type: 'volume', source: 'v', target: '/v' }] } });
  const merged = withMounts(given, planMounts(given, files, place));
  expect(merged.services['web']?.volumes?.map(({ source }) => source)).toEqual([expect.stringMatching(/^\/x\/files\/[0-9a-f]{16}\/config$/), 'v']);
});

describe('a resolved project', () => {
  test('is read, with what it is not told kept', () => {
    const read = parseResolved('{"name":"p","services":{"a":{"image":"b","entrypoint":null,"x":1}},"networks":{"default":null}}');
    expect(read?.services['a']).toEqual({ image: 'b', entrypoint: null, x: 1 });
    expect(parseResolved('{"services":{}}')).toBeNull();
    expect(parseResolved('time="…" level=warning')).toBeNull();
  });

  test('knows its scale and what a container is tied to', () => {
    expect([scaleOf({}), scaleOf({ scale: 0 }), scaleOf({ deploy: { replicas: 3 } })]).toEqual([1, 0, 3]);
    expect(tiedTo({ network_mode: 'service:vpn', pid: 'host', volumes_from: ['db:ro', 'container:other'] })).toEqual(['vpn', 'db']);
  });
});
