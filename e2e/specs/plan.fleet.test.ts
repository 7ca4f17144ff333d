import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RenderedStack, renderStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { planDeploy } from '../../src/main/features/stacks/plan/planDeploy.ts';
import { refuseStalePlan } from '../../src/main/features/stacks/plan/planMark.ts';
import { openStackServer, type StackServer } from '../../src/main/features/stacks/release/stackServer.ts';
import { uploadRelease } from '../../src/main/features/stacks/release/uploadRelease.ts';
import { upScript } from '../../src/main/features/stacks/rollout/rolloutScripts.ts';
import type { RemoteServer } from '../../src/main/remote/remote.ts';
import type { DeployPlan } from '../../src/shared/contract/stackPlans.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import { stackDefinitionSchema } from '../../src/shared/model/stackDefinition.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';
import { changes, composeText, firstProject, type TestProject } from './planChanges.ts';

const definition = stackDefinitionSchema.parse({
  ...{ id: 'changes', version: 1, title: 'Changes', summary: '', parameters: [], services: [], requirements: {}, ports: [], gates: [] },
  secrets: [{ name: 'PASSWORD', title: 'Password' }],
  profiles: [{ name: 'jobs', title: 'Jobs' }],
});

function stackOf(project: TestProject): RenderedStack {
  const files = Object.entries(project.files).map(([path, text]) => ({ path, text }));
  return renderStack({ definition, templates: [{ path: 'compose.yaml', text: composeText(project) }, ...files] }, {}, { profiles: project.profiles });
}

/** Ids and start times of containers by service. */
type Containers = Map<string, Map<string, string>>;

describe.skipIf(fleetObstacle())('what a plan says is what Docker does', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  let remote: RemoteServer;
  let stack: StackServer;
  let project = firstProject();
  let number = 0;

  const store = { get: async () => null, set: async () => {} };
  const plan = (registry = false) =>
    planDeploy(remote, server.name, { planId: 'plan_test', stack: stackOf(project), secrets: { PASSWORD: project.secret }, store, registry, findings: [] });
  const apply = async () => {
    number += 1;
    const maker = { server: stack, who: 'Ada', context: { operationId: `op_${number}` }, ports: {} };
    const record = await uploadRelease(maker, stackOf(project), { id: `r${number}`, createdAtMs: number, note: null }, { PASSWORD: project.secret });
    await stack.run('up', upScript, { ...stack.place(record.id, record).env, PH_SERVICES: '' }, 120_000);
    await stack.writeManifest({ ...record, state: 'current' });
  };
  const containers = async (): Promise<Containers> => {
    const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}}';
    const output = await server.mustExec(
      `ids=$(docker ps -aq --filter label=com.docker.compose.project=ph-changes); [ -z "$ids" ] || docker inspect --format '${format}' $ids`,
    );
    const found: Containers = new Map();
    for (const line of output.split('\n').filter((each) => each !== '')) {
      const [service = '', id = '', started = ''] = line.split(' ');
      found.set(service, (found.get(service) ?? new Map<string, string>()).set(id, started));
    }
    return found;
  };
  /** What has become of each service, in the words of a plan. */
  const effects = (before: Containers, after: Containers): Map<string, string> =>
    new Map(
      [...new Set([...before.keys(), ...after.keys()])].map((name) => {
        const [old, now] = [before.get(name) ?? new Map<string, string>(), after.get(name) ?? new Map<string, string>()];
        const stayed = [...old.keys()].filter((id) => now.has(id));
        if (old.size === 0) return [name, 'create'];
        if (now.size === 0) return [name, 'remove'];
        if (stayed.length === 0) return [name, 'recreate'];
        if (now.size > old.size) return [name, 'create'];
        if (now.size < old.size) return [name, 'remove'];
        return [name, stayed.some((id) => old.get(id) !== now.get(id)) ? 'start' : 'keep'];
      }),
    );
  const told = ({ services }: DeployPlan) => new Map(services.map(({ name, effect }) => [name, effect === 'restart' ? 'start' : effect] as const));

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'plan-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'plan-'));
    core = await openFlowCore(directory, server);
    remote = core.remote.server('srv_fleet' as ServerId);
    stack = await openStackServer(remote, { serverName: server.name, stackId: 'changes' });
    await server.mustExec(
      'docker pull -q busybox:1.36 && set -e; for name in app other; do id=$(docker create busybox:1.36 $name); docker commit -m $name $id demo/$name:1; docker rm $id; done',
    );
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('a first deploy makes everything, and leaves nothing of the plan', async () => {
    const { plan: first } = await plan(true);
    expect(new Set(first.services.map(({ effect }) => effect))).toEqual(new Set(['create']));
    expect(first).toMatchObject({ from: null, shortfalls: [], secrets: [{ name: 'PASSWORD', change: 'new' }], downtime: { seconds: 0 } });
    expect(first.pulls?.images).toMatchObject([{ reference: 'busybox:1.36', state: 'present', bytes: 0 }]);
    expect(first.volumes).toMatchObject([{ name: 'ph-changes_data', effect: 'create' }]);
    expect(await server.mustExec('ls -A /tmp | grep pilothouse-plan || true; ls -A /var/lib/pilothouse/stacks 2>/dev/null || true')).toBe('');
    await apply();
    expect(told(first)).toEqual(effects(new Map(), await containers()));
  });

  test('for changes of every kind the services that the plan names are those that Docker makes anew', async () => {
    const rows = new Map<string, { changes: number; right: number; recreated: number }>();
    const misses: string[] = [];
    const started = performance.now();
    let planMs = 0;
    for (const { kind, what, change, onServer } of changes) {
      if (onServer !== undefined) await server.mustExec(onServer);
      project = structuredClone(project);
      change?.(project);
      const before = await containers();
      const asked = performance.now();
      const { plan: made } = await plan();
      planMs += performance.now() - asked;
      await apply().catch((error: unknown) => {
        throw new Error(`${kind}, ${what}: ${error instanceof AppError ? JSON.stringify(error.data) : String(error)}`);
      });
      const real = effects(before, await containers());
      const wanted = told(made);
      const wrong = [...new Set([...real.keys(), ...wanted.keys()])].filter((name) => (real.get(name) ?? 'keep') !== (wanted.get(name) ?? 'keep'));
      const row = rows.get(kind) ?? { changes: 0, right: 0, recreated: 0 };
      const recreated = [...real.values()].filter((effect) => effect === 'recreate').length;
      rows.set(kind, { changes: row.changes + 1, right: row.right + (wrong.length === 0 ? 1 : 0), recreated: row.recreated + recreated });
      for (const name of wrong)
        misses.push(
          `${kind}, ${what}: ${name} ${wanted.get(name) ?? 'not named'}, really ${real.get(name) ?? 'nothing'} (${made.services.find((each) => each.name === name)?.why ?? ''})`,
        );
    }
    const line = [...rows].map(([kind, { changes: count, right, recreated }]) => `${kind} ${right}/${count} (${recreated} made anew)`).join(', ');
    console.log(
      `${changes.length} changes in ${Math.round((performance.now() - started) / 100) / 10} s, plans of ${Math.round(planMs / changes.length)} ms: ${line}`,
    );
    for (const miss of misses) console.log(`miss: ${miss}`);
    expect(misses).toEqual([]);
    expect(changes.length).toBeGreaterThanOrEqual(30);
  }, 900_000);

  test('a changed file is named with its diff and the services that mount it, and secrets are not shown', async () => {
    project = structuredClone(project);
    project.files['config/api.toml'] = 'a = 3\npassword = "hunter2"\n';
    project.secret = 'third-secret';
    const { plan: made } = await plan();
    expect(made.files).toMatchObject([{ path: 'config/api.toml', change: 'changed', services: ['api'], masked: true }]);
    expect(made.files[0]?.diff).toContain('-a = 2\n+a = 3\n+password = ••••');
    expect(made.secrets).toEqual([{ name: 'PASSWORD', change: 'changed' }]);
    expect(made.services.find(({ name }) => name === 'api')?.reasons.map(({ path }) => path)).toEqual(['environment.PASSWORD', 'file config/api.toml']);
    expect(JSON.stringify(made)).not.toMatch(/hunter2|(first|second|third)-secret/);
  });

  test('a plan is stale as soon as the server has moved', async () => {
    const { mark } = await plan();
    await refuseStalePlan(stack, mark);
    await server.mustExec('docker stop -t 0 ph-changes-app-1');
    await expect(refuseStalePlan(stack, mark)).rejects.toMatchObject({
      code: 'guard.plan-stale',
      data: { what: 'the container ph-changes-app-1 does not run any more' },
    });
    await server.mustExec('docker start ph-changes-app-1');
    await refuseStalePlan(stack, mark);
    await server.mustExec('docker rm -f ph-changes-app-1');
    await expect(refuseStalePlan(stack, mark)).rejects.toMatchObject({ data: { what: 'the container ph-changes-app-1 is gone' } });
  });
});
