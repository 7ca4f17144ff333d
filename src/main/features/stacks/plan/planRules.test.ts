// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in compose files are what is masked here
import { describe, expect, test } from 'vitest';
import type { ResolvedProject } from '../release/resolvedProject.ts';
import { healthyAfterS, planDowntime, secondsOf } from './downtimeRules.ts';
import { diffFiles, maskText } from './fileDiffRules.ts';
import { isUp, type LiveContainer, parseHashes, parseLive } from './liveRules.ts';
import { movedBetween, type PlanMark } from './planMark.ts';
import { reasonsBetween, sentence } from './reasonRules.ts';
import { networksMadeAnew, planResources } from './resourceRules.ts';
import { runningIn } from './runningRequests.ts';

const inspected = (service: string, more: Record<string, unknown> = {}) => ({
  Id: `id-${service}`,
  Name: `/p-${service}-1`,
  Image: 'sha256:i',
  State: { Status: 'running', StartedAt: '2026-01-01T00:00:00.5Z' },
  Config: {
    Image: 'i:1',
    Labels: { 'com.docker.compose.service': service, 'com.docker.compose.config-hash': 'h', 'com.docker.compose.container-number': '2' },
  },
  HostConfig: {},
  NetworkSettings: { Networks: {} },
  ...more,
});
const live = (service: string, more: Record<string, unknown> = {}): LiveContainer => {
  const [found] = parseLive(`container ${JSON.stringify(inspected(service, more))}`)?.containers ?? [];
  if (found === undefined) throw new Error('not understood');
  return found;
};

describe('parseLive', () => {
  test('reads containers, networks, volumes and images', () => {
    const read = parseLive(
      [
        `container ${JSON.stringify(inspected('web'))}`,
        'network {"Name":"p_default","Labels":{}}',
        'networks bridge',
        'volume p_data',
        'image i:1\t{"Id":"sha256:i","Size":5}',
        'image gone:1\tnull',
        'image sha256:i\t{"Id":"sha256:i"}',
      ].join('\n'),
    );
    expect(read?.containers).toMatchObject([{ service: 'web', number: 2, hash: 'h', oneOff: false, state: 'running' }]);
    expect(read).toMatchObject({ networks: ['p_default'], allNetworks: new Set(['bridge']), allVolumes: new Set(['p_data']) });
    expect([read?.images.get('i:1')?.Id, read?.images.get('gone:1')]).toEqual(['sha256:i', null]);
    expect(parseLive('container {"Id":1}')).toBeNull();
    expect(parseLive('container {')).toBeNull();
    expect(['running', 'restarting', 'exited', 'paused'].map((state) => isUp({ state }))).toEqual([true, true, false, false]);
  });

  test('reads hashes', () => {
    const hash = 'a'.repeat(64);
    expect([...parseHashes(`hash web ${hash}\nwarning: x\nhash odd short\n`)]).toEqual([['web', hash]]);
  });
});

describe('reasonsBetween', () => {
  const paths = (a: Record<string, unknown>, b: Record<string, unknown>) => reasonsBetween(a as never, b as never).map(({ path }) => path);
  test('names mounts and ports by where they are, and ignores what Compose ignores', () => {
    expect(paths({ volumes: [{ target: '/a', source: 'x' }] }, { volumes: [{ target: '/a', source: 'y' }] })).toEqual(['volumes[/a].source']);
    expect(paths({ volumes: [{ target: '/a' }] }, { volumes: [{ target: '/a' }, { target: '/b' }] })).toEqual(['volumes[/b]']);
    expect(paths({ ports: [{ target: 80, published: '1' }] }, { ports: [{ target: 80, published: '2' }] })).toEqual(['ports[1:80]', 'ports[2:80]']);
    expect(paths({ depends_on: { a: {} }, build: {}, profiles: ['x'] }, {})).toEqual([]);
    expect(paths({ deploy: { resources: { limits: { memory: '1' } } } }, { deploy: { resources: { limits: { memory: '2' } } } })).toEqual([
      'deploy.resources.limits.memory',
    ]);
  });

  test('names the files below a mount in place of its hash', () => {
    const at = (source: string) => ({ volumes: [{ target: '/c', source }] });
    expect(reasonsBetween(at('/f/1') as never, at('/f/2') as never, () => ['config/a.toml']).map(({ said }) => said)).toEqual([
      'the file config/a.toml that it mounts changes',
    ]);
  });

  test('says the first two, and how many more', () => {
    const said = (text: string) => ({ path: '', from: null, to: null, said: text });
    expect(sentence([said('a'), said('b'), said('c'), said('d')])).toBe('a; b and 2 more');
    expect(sentence([])).toBe('');
  });
});

describe('planResources', () => {
  const project = (networks: ResolvedProject['networks'], volumes: ResolvedProject['volumes'] = {}): ResolvedProject => ({
    name: 'p',
    services: {},
    networks,
    volumes,
  });
  const there = { allNetworks: new Set(['p_a', 'p_old']), allVolumes: new Set(['p_v']) };
  test('old Compose leaves a network as it is, a newer one makes it anew', () => {
    const applied = project({ a: { name: 'p_a' }, old: { name: 'p_old' } });
    const desired = project({ a: { name: 'p_a', internal: true }, b: { name: 'p_b' } });
    const old = planResources(desired, applied, there, '2.26.1');
    expect(old.networks.map(({ name, effect }) => `${name} ${effect}`)).toEqual(['p_a differs', 'p_b create', 'p_old left']);
    const now = planResources(desired, applied, there, '2.31.0');
    expect(networksMadeAnew(desired, now.networks)).toEqual(new Set(['a']));
  });

  test('a volume that was there and is not is said, and so is one of others', () => {
    const applied = project({}, { lost: { name: 'p_lost' } });
    const desired = project({ ext: { name: 'ext', external: true } }, { lost: { name: 'p_lost' }, v: { name: 'p_v' } });
    const planned = planResources(desired, applied, there, null);
    expect(planned.volumes).toMatchObject([{ effect: 'create', why: expect.stringContaining('its data is gone') }, { effect: 'keep' }]);
    expect(planned.shortfalls).toEqual(["the network ext, which is not the stack's own, is not there"]);
  });
});

describe('diffFiles', () => {
  const side = (files: Record<string, string>) => new Map(Object.entries(files).map(([path, text]) => [path, { sha256: text, text }]));
  test('tells added, changed and removed with who mounts it', () => {
    const found = diffFiles(side({ a: '1\n', gone: 'x\n', same: 's' }), side({ a: '2\n', new: 'y\n', same: 's' }), { secrets: [], services: { web: ['a'] } });
    expect(found.map(({ path, change, services }) => [path, change, services.join()])).toEqual([
      ['a', 'changed', 'web'],
      ['gone', 'removed', ''],
      ['new', 'added', ''],
    ]);
    expect(found[0]?.diff).toBe('--- a\n+++ a\n@@ -1,1 +1,1 @@\n-1\n+2\n');
  });

  test('masks values of secrets wherever they stand, values with telling names, and files of secrets whole', () => {
    expect(maskText('url: http://u:hunter22@db\n+  api_key: "abc"\n+token = x\nPASSWORD: ${PASSWORD}\nname: web', ['hunter22'])).toBe(
      'url: http://u:••••@db\n+  api_key: ••••\n+token = ••••\nPASSWORD: ${PASSWORD}\nname: web',
    );
    const [file] = diffFiles(side({}), side({ '.env': 'A=b' }), { secrets: [], services: {}, secretFiles: new Set(['.env']) });
    expect(file).toMatchObject({ change: 'added', diff: '', masked: true });
  });
});

describe('downtime', () => {
  const checks = (...codes: [second: number, code: number][]) => ({
    State: {
      Status: 'running',
      StartedAt: '2026-01-01T00:00:00Z',
      Health: { Status: 'healthy', Log: codes.map(([second, ExitCode]) => ({ Start: time(second), End: time(second), ExitCode })) },
    },
  });
  const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  test('is measured where the last checks still show the first good one', () => {
    expect(healthyAfterS(live('a', checks([10, 1], [20, 0])))).toBe(20);
    expect(healthyAfterS(live('a', checks([5, 0], [10, 0], [15, 0], [20, 0], [25, 0])))).toBe(5);
    expect(healthyAfterS(live('a', checks([500, 0], [505, 0], [510, 0], [515, 0], [520, 0])))).toBeNull();
    expect(healthyAfterS(live('a'))).toBeNull();
  });

  test('adds up along those that wait for each other, and says what is not known', () => {
    const project: ResolvedProject = { name: 'p', services: { a: { stop_grace_period: '1s' }, b: { stop_grace_period: '2s', depends_on: { a: {} } }, c: {} } };
    const anew = (...names: string[]) => names.map((name) => ({ name, effect: 'recreate' as const, why: '', reasons: [] }));
    const known = planDowntime(anew('a', 'b'), project, [live('a', checks([5, 1], [10, 0])), live('b')]);
    expect(known.whole).toEqual({ seconds: 14, why: 'a, then b' });
    const [old, ...good] = [500, 505, 510, 515, 520].map((second): [number, number] => [second, 0]);
    const unknown = planDowntime(anew('a'), project, [live('a', checks(...(old === undefined ? [] : [old]), ...good))]);
    expect(unknown.whole.seconds).toBeNull();
    expect(planDowntime([], project, []).whole).toEqual({ seconds: 0, why: 'nothing stops' });
    expect(['1m30s', '500ms', '10s'].map(secondsOf)).toEqual([90, 0.5, 10]);
  });
});

test.each([
  [{}, null],
  [{ current: 'r2' }, 'r2 is current, and not r1'],
  [{ newest: 'r3' }, 'release r3 was made'],
  [{ containers: {} }, 'the container web is gone'],
  [{ containers: { web: 'b up' } }, 'web is another container'],
  [{ containers: { web: 'a down' } }, 'the container web does not run any more'],
  [{ containers: { web: 'a up', new: 'c up' } }, 'the container new is new'],
] satisfies [Partial<PlanMark>, string | null][])('what has moved: %j', (change, expected) => {
  const before: PlanMark = { planId: 'p', current: 'r1', newest: 'r1', containers: { web: 'a up' } };
  expect(movedBetween(before, { ...before, ...change })).toBe(expected);
});

test('running requests are read from metrics, of every engine together', () => {
  expect(runningIn('# HELP x\nvllm:num_requests_running{model_name="a"} 2.0\nvllm:num_requests_running{model_name="b"} 1.0\n')).toBe(3);
  expect(runningIn('vllm:num_requests_waiting 4\n')).toBeNull();
});
