import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationId } from '../../src/shared/model/ids.ts';
import { containerToolkitRecipe } from '../fleet/support/containerToolkit.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type ApplicationRun, detailOf, notWell, openApplicationRun } from './applicationRun.ts';

const small = { minMemoryMib: '512', minDiskMib: '512', gpu: 'all' };
const makersScripts = `mkdir -p /opt/px; cd /opt/px
printf '#!/bin/sh\\necho setting up\\necho $(( $(cat setups 2>/dev/null || echo 0) + 1 )) >setups\\n' >setup.sh
printf '#!/bin/sh\\ndate >running\\n' >start.sh
printf '#!/bin/sh\\necho it runs since && cat running\\n' >verify.sh
printf '#!/bin/sh\\nrm -f running\\n' >stop.sh
chmod 755 . ./*.sh`;

describe.skipIf(fleetObstacle())('PrivaXAI by workflows', () => {
  let px: ApplicationRun;
  beforeAll(async () => {
    px = await openApplicationRun({ name: 'app-privaxai', gpus: [{ name: 'NVIDIA L4' }] }, (server) => server.mustExec(containerToolkitRecipe));
  });
  afterAll(() => px?.close());

  test('an audit of a server without it says what would be done and does nothing', async () => {
    const audit = await px.run('px-lifecycle', small, { checkOnly: true });
    expect(detailOf(audit, 'deploy')).toMatch(/^would deploy r1: create clickhouse, create ollama, create tensorzero/);
    expect(detailOf(audit, 'health')).toBe('privaxai: it is not deployed here');
    expect(px.core.operations.list({ kind: 'rollout', limit: 10 })).toEqual([]);
    expect(await px.server.mustExec('docker ps --all --quiet')).toBe('');
  });

  test('the lifecycle: deployed as a part of the run, verified, stopped, started, verified again', async () => {
    const done = await px.run('px-lifecycle', { ...small, cycle: 'true' });
    expect(done.state).toBe('succeeded');
    const parts = px.core.operations.list({ limit: 50 }).filter(({ parentId }) => parentId === done.id);
    expect(parts.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual(['rollout succeeded', 'stack-start succeeded', 'stack-stop succeeded']);
    const idOf = (kind: string) => parts.find((part) => part.kind === kind)?.id;
    expect(detailOf(done, 'deploy')).toContain(`operation ${idOf('rollout')}`);
    expect(detailOf(done, 'stop')).toContain(`operation ${idOf('stack-stop')}`);
    expect(detailOf(done, 'start')).toContain(`operation ${idOf('stack-start')}`);
    expect(detailOf(done, 'chat')).toMatch(/^answered for tenant acceptance in [0-9.]+ s$/);
    await printPrograms(px.server, 'privaxai');
    const again = await px.run('px-lifecycle', small, { checkOnly: true });
    expect(detailOf(again, 'deploy')).toBe('r1 is this already');
  });

  test('evidence of the stack is kept in the output, and no secret of it', async () => {
    const done = await px.run('collect-evidence', { stack: 'privaxai' });
    expect(detailOf(done, 'release')).toMatch(/^3 containers, [0-9]+ KiB kept in the output$/);
    const output = await px.core.output(done.id);
    for (const part of ['== release r1', '== inspect ph-privaxai-ollama-1', '== logs ph-privaxai-tensorzero-1', '== compose config'])
      expect(output).toContain(part);
    const password = await px.server.mustExec(
      "sed -n 's/^CLICKHOUSE_PASSWORD=.\\{0,1\\}\\([A-Za-z0-9_-]*\\).*/\\1/p' /var/lib/pilothouse/stacks/privaxai/releases/r1/env",
    );
    expect(password.length).toBeGreaterThan(8);
    expect(output).not.toContain(password);
  });

  test('day to day: the model is pulled anew, and it answers', async () => {
    const done = await px.run('px-operations', { model: 'qwen2.5-coder:7b' });
    expect(done.state).toBe('succeeded');
    expect(detailOf(done, 'model')).toContain('qwen2.5-coder:7b');
  });

  test('production: what is missing is found; the firewall’s rules come into order, the second run finds them so', async () => {
    await px.server.mustExec('ufw allow 22/tcp && ufw deny 8000 && ufw allow from 10.0.0.0/8 to any port 8000 && ufw --force enable');
    const audit = await px.run('px-production', {}, { checkOnly: true });
    expect(detailOf(audit, 'network.firewall')).toBe('would change: the rules for port 8000 are others, or in another order');
    const done = await px.run('px-production');
    // There is no VPN here, and the gateway believes anybody; a backup that an update went before is whole, and comes back.
    expect(notWell(done)).toEqual(['network.vpn', 'login']);
    expect(detailOf(done, 'network.firewall')).toBe('3 rules for port 8000 in order; active firewall');
    expect(detailOf(done, 'network.inner')).toBe('the store has no way out; the gateway answers');
    expect(await px.server.mustExec('ufw show added | grep 8000')).toBe(
      'ufw allow from 10.0.0.0/8 to any port 8000 proto tcp\nufw allow from 192.168.0.0/16 to any port 8000 proto tcp\nufw deny 8000/tcp',
    );
    expect(JSON.parse(await px.server.mustExec('cat /etc/docker/daemon.json'))).toMatchObject({ 'log-opts': { 'max-size': '50m' } });
    const again = await px.run('px-production', { domain: 'px.test', tryRestore: 'false' });
    expect(again.cells.find(({ stepId }) => stepId === 'network.firewall')?.state).toBe('satisfied');
    expect(notWell(again)).toEqual(expect.arrayContaining(['network.proxy', 'tls', 'plain']));
    await px.run('px-scaling');
    const kubernetes = await px.run('px-kubernetes');
    expect(kubernetes.cells[0]?.error?.data).toMatchObject({ output: expect.stringContaining('there is no kubectl') });
  });

  test('the makers’ own scripts, in place of the deploy: set up once, started, verified, stopped; others’ scripts are refused', async () => {
    await px.server.mustExec(makersScripts);
    const done = await px.run('px-lifecycle', { directory: '/opt/px', leaveStopped: 'true' });
    expect(notWell(done)).toEqual([]);
    expect(detailOf(done, 'scripts.stop')).toBe('stopped; every volume is still there');
    expect(detailOf(done, 'deploy')).toContain('does not apply');
    const output = await px.core.output(done.id);
    expect(output).toContain('setting up');
    expect(output).toContain('it runs since');
    const again = await px.run('stack-scripts', { directory: '/opt/px' });
    expect(detailOf(again, 'setup')).toMatch(/^setup\.sh ended well here on /);
    expect(await px.server.mustExec('cat /opt/px/setups')).toBe('1');
    await px.server.mustExec('chmod o+w /opt/px/start.sh');
    const refused = await px.run('stack-scripts', { directory: '/opt/px' });
    expect(refused.cells[0]?.error).toMatchObject({ code: 'workflow.step-failed', data: { output: expect.stringContaining('others than root can change') } });
  });

  test('a cancelled run cancels its part, and what it had begun is taken back', async () => {
    const started = await px.core.workflows.run({
      requestId: newRequest(),
      id: 'px-lifecycle',
      selector: px.server.name,
      inputs: { ...small, model: 'qwen2.5:0.5b' },
      checkOnly: false,
    });
    const part = await partUnderWay(px, started.id, 'pull');
    await px.core.operations.cancel(started.id);
    const [ended, child] = [await px.core.operations.finished(started.id), await px.core.operations.finished(part)];
    console.log(`cancelled while its part pulled: run ${ended.state}, part ${child.state}`);
    expect([ended.state, child.state]).toEqual(['cancelled', 'cancelled']);
    expect(child.finishedAtMs).toBeLessThanOrEqual(ended.finishedAtMs ?? 0);
  });

  test('the core ended while the part runs: the next life waits for the same part, and nothing is deployed twice', async () => {
    const before = px.core.operations.list({ kind: 'rollout', limit: 100 }).length;
    const started = await px.core.workflows.run({
      requestId: newRequest(),
      id: 'px-lifecycle',
      selector: px.server.name,
      inputs: { ...small, model: 'qwen2.5:0.5b' },
      checkOnly: false,
    });
    const part = await partUnderWay(px, started.id, 'pull');
    await px.reopen();
    const ended = await px.core.operations.finished(started.id);
    expect(ended.state).toBe('succeeded');
    expect(detailOf(ended, 'deploy')).toContain(part);
    expect(px.core.operations.list({ kind: 'rollout', limit: 100 })).toHaveLength(before + 1);
    console.log(`ended in the middle of ${part} and taken up again: ${detailOf(ended, 'deploy')}`);
  });

  test('the chatbot’s quick wins: one release, measured before and after', async () => {
    await px.core.finish(px.core.stacks.down({ requestId: newRequest(), id: 'privaxai', selector: px.server.name }));
    const parameters = {
      apiImage: 'acme/chatbot-api:1.0.0',
      ollamaCpus: '0.5',
      ollamaMemoryMib: '512',
      ollamaReplicas: '2',
      apiReplicas: '1',
      minMemoryMib: '512',
      minDiskMib: '512',
    };
    const deployed = await px.core.finish(
      px.core.stacks.deploy({ requestId: newRequest(), id: 'ollama-chatbot', selector: px.server.name, parameters, secrets: {}, soakS: 0 }),
    );
    expect(deployed.state).toBe('succeeded');
    const wanted = { ollamaCpus: '1', ollamaMemoryMib: '1024' };
    expect(notWell(await px.run('chat-quick-wins', wanted, { checkOnly: true }))).toEqual(['update', 'limits']);
    const done = await px.run('chat-quick-wins', wanted);
    expect(notWell(done)).toEqual([]);
    expect(detailOf(done, 'limits')).toBe('2 nodes with 1024 MiB and 1 cores each');
    await printPrograms(px.server, 'ollama-chatbot');
  });
});

/** Waits until the part of a run is at a step, and says which operation it is. */
async function partUnderWay(run: ApplicationRun, parent: OperationId, stepId: string): Promise<OperationId> {
  for (;;) {
    const part = run.core.operations.list({ kind: 'rollout', limit: 5 }).find(({ parentId }) => parentId === parent);
    const cell = part && run.core.operations.get(part.id).cells.find((each) => each.stepId === stepId);
    if (part !== undefined && cell !== undefined && cell.state !== 'pending') return part.id;
    await new Promise<void>((resolve) => {
      const stop = run.core.operations.onChange(() => {
        stop();
        resolve();
      });
    });
  }
}
