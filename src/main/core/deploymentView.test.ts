import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ReleaseId, ServerId, StackId } from '../../shared/model/ids.ts';
import type { DeploymentStatus } from '../../shared/model/stack.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/openDatabase.ts';
import { testDirectory } from '../database/testDirectory.ts';
import type { Operations } from '../operations/operations.ts';
import { DeploymentView, publishedOf } from './deploymentView.ts';

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let view: DeploymentView;
let clock: number;
let changed: string[];
let answers: Map<string, DeploymentStatus[] | AppError>;

const servers = ['a', 'b', 'c'].map((name) => ({ id: `srv_${name}` as ServerId, name, environment: 'staging' as const }));
const deployment = (server: string, digest: string | null, commit: string | null): DeploymentStatus => ({
  ...{ serverId: `srv_${server}` as ServerId, serverName: server, stackId: 'privaxai' as StackId, containers: [], health: 'healthy', observedAtMs: clock },
  current: {
    ...{ id: 'r1' as ReleaseId, stackId: 'privaxai' as StackId, state: 'current', createdAtMs: 1, who: 'Ada', operationId: 'op', contentHash: 'h' },
    ...{ images: [{ service: 'gateway', reference: 'gateway:1', digest, commit }], stackVersion: 3, parameters: {}, note: null },
  },
});

function open(): DeploymentView {
  return new DeploymentView({
    database,
    operations: { onChange: () => () => {} } as unknown as Operations,
    async status(name) {
      const answer = answers.get(name) ?? [];
      if (answer instanceof AppError) throw answer;
      return answer;
    },
    onChanged: (id) => changed.push(id),
    nowMs: () => clock,
    log: () => {},
  });
}

beforeEach(() => {
  directory = testDirectory();
  database = openDatabase({ directory: directory.path });
  const row = { fields: '', host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 } as const;
  for (const { id, name } of servers) database.run(database.query.insertInto('servers').values({ ...row, id, fields: JSON.stringify({ name }) }));
  [clock, changed, answers] = [100, [], new Map()];
  view = open();
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

const rows = (of = view) =>
  of
    .inventory(servers)
    .map(({ serverName, stackId, health, release, lookedAtMs }) => [
      ...[serverName, stackId, health, release?.stackVersion ?? null, release?.images[0]?.digest ?? null, release?.images[0]?.commit ?? null, lookedAtMs],
    ]);

it('tells what runs where with its age, what was found empty, and what was never looked at, over a restart too', async () => {
  answers.set('a', [deployment('a', 'sha256:1', 'f00d')]);
  expect(await view.observe(servers.slice(0, 2))).toEqual([]);
  const expected = [
    ['a', 'privaxai', 'healthy', 3, 'sha256:1', 'f00d', 100],
    ['b', null, 'absent', null, null, null, 100],
    ['c', null, 'unknown', null, null, null, null],
  ];
  expect(rows()).toEqual(expected);
  expect(rows(open())).toEqual(expected);
  expect(open().of('srv_a' as ServerId)).toEqual([{ stackId: 'privaxai', release: 'r1', health: 'healthy' }]);
});

it('is as new as the last look, and tells of a change only where lists would differ', async () => {
  answers.set('a', [deployment('a', 'sha256:1', null)]);
  await view.observe(servers.slice(0, 1));
  clock = 200;
  answers.set('a', [deployment('a', 'sha256:2', 'beef')]);
  await view.observe(servers.slice(0, 1));
  expect(rows()[0]).toEqual(['a', 'privaxai', 'healthy', 3, 'sha256:2', 'beef', 200]);
  expect(changed).toEqual(['srv_a']);
  answers.set('a', []);
  await view.observe(servers.slice(0, 1));
  expect(rows()[0]).toEqual(['a', null, 'absent', null, null, null, 200]);
  expect(changed).toEqual(['srv_a', 'srv_a']);
});

it('keeps what was last seen of a server that cannot be asked, and says why', async () => {
  answers.set('a', [deployment('a', 'sha256:1', null)]);
  await view.observe(servers);
  clock = 300;
  const error = new AppError('ssh.connection-lost', { server: 'a' });
  answers.set('a', error);
  expect(await view.observe(servers)).toEqual([{ serverName: 'a', error: { code: 'ssh.connection-lost', data: { server: 'a' } } }]);
  expect(rows().map((row) => row.at(-1))).toEqual([100, 300, 300]);
});

it('tells which ports were published when it last looked, by stack and service', async () => {
  const [seen] = [deployment('a', 'sha256:1', null)];
  const container = { service: 'gateway', name: 'gateway-1', state: 'running', health: 'none' as const, image: 'x', exitCode: null, status: 'Up' };
  answers.set('a', [{ ...seen, containers: [{ ...container, ports: ['127.0.0.1:8000->3000/tcp', '9000/tcp'] }] }]);
  expect(view.ports('srv_a' as ServerId)).toBeNull();
  await view.observe(servers.slice(0, 1));
  expect(view.ports('srv_a' as ServerId)).toEqual([{ stackId: 'privaxai', service: 'gateway', address: '127.0.0.1', port: 8000 }]);
  expect(publishedOf(['0.0.0.0:80->80/tcp, [::]:80->80/tcp', '53/udp', ':::443->443/tcp', '0.0.0.0:53->53/udp'])).toEqual([
    { address: '0.0.0.0', port: 80 },
    { address: '::', port: 80 },
    { address: '::', port: 443 },
  ]);
});
