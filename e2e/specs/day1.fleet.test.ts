import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshLogin } from '../fleet/support/sshLogin.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { cellStates, type FlowCore, openFlowCore } from './flowCore.ts';

const inputs = { swapSizeMib: '64', timezone: 'Europe/Berlin' };
const all = (state: string) => ({ packages: state, operator: state, docker: state, swap: state, time: state });

describe.skipIf(fleetObstacle())('day 1 on a clean server', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const run = (options: { inputs?: Record<string, string>; checkOnly?: boolean } = {}) =>
    core.workflows.run({
      requestId: newRequest(),
      id: 'day1-base',
      selector: server.name,
      inputs: { ...inputs, ...options.inputs },
      checkOnly: options.checkOnly ?? false,
    });

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'day1-clean' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'day1-'));
    core = await openFlowCore(directory, server);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('checks alone say what would change and change nothing', async () => {
    const checked = await core.finish(run({ checkOnly: true }));
    expect(cellStates(checked)).toEqual(all('skipped'));
    expect(checked.cells.map((cell) => cell.detail)).toEqual([
      'would change: the package index is older than 24 hours',
      'would change: there is no login ops',
      'would change: Docker is not installed',
      'would change: 0 MiB of 64 MiB swap is active',
      'would change: the time zone is not Europe/Berlin',
    ]);
    expect((await server.exec('id ops; command -v docker')).code).not.toBe(0);
  });

  test('goes through, the core ended in the middle of the Docker step and started again: nothing runs twice', async () => {
    const started = await run();
    const inDocker = () => core.operations.get(started.id).cells.some((cell) => cell.stepId === 'docker' && cell.phase === 'apply');
    await new Promise<void>((resolve) => {
      const unsubscribe = core.operations.onChange(() => {
        if (!inDocker()) return;
        unsubscribe();
        resolve();
      });
    });
    await core.close();
    core = await openFlowCore(directory, server);
    const finished = await core.operations.finished(started.id);
    expect(finished.cells.filter((cell) => cell.error !== null).map((cell) => cell.error)).toEqual([]);
    expect(cellStates(finished)).toEqual(all('done'));
    expect(await server.mustExec("grep -c '^Commandline:.* install docker-ce ' /var/log/apt/history.log")).toBe('1');
    expect(await core.output(started.id)).toContain('Setting up docker-ce');
  });

  test('the server is as the steps say', async () => {
    expect((await sshLogin(server, 'sudo -n docker compose version --short', 'ops')).stdout).toMatch(/^2\./);
    expect(await server.mustExec('stat -c "%U %a" /home/ops/.ssh/authorized_keys /etc/sudoers.d/90-pilothouse-ops')).toBe('ops 600\nroot 440');
    expect(await server.mustExec('grep -c "^/swapfile none swap" /etc/fstab; cat /etc/timezone; systemctl is-active docker chrony')).toBe(
      '1\nEurope/Berlin\nactive\nactive',
    );
  });

  test('a second run is satisfied everywhere, with proof', async () => {
    const again = await core.finish(run());
    expect(cellStates(again)).toEqual(all('satisfied'));
    expect(again.cells.map((cell) => cell.detail)).toEqual([
      expect.stringMatching(/^index younger than 24 hours, 0 packages to upgrade/),
      expect.stringMatching(/^ops \(uid [0-9]+\) has the key and sudo without a password$/),
      expect.stringMatching(/^Docker [0-9.]+.* answers, Compose 2\./),
      '64 MiB swap is active, 64 MiB were asked for',
      expect.stringMatching(/^chrony is active and enabled, time zone Europe\/Berlin, synchronised: (yes|no)$/),
    ]);
    expect(await core.output(again.id)).toContain('Logged in freshly as ops, with root');
  });

  test('what was undone by hand is done again, and only that', async () => {
    await server.mustExec('passwd -l ops >/dev/null; rm /etc/sudoers.d/90-pilothouse-ops; systemctl disable docker 2>/dev/null; chmod 644 /swapfile');
    const repaired = await core.finish(run());
    expect(cellStates(repaired)).toEqual({ ...all('done'), packages: 'satisfied', time: 'satisfied' });
  });

  test('an operator whose key this laptop does not have is not believed', async () => {
    const key = await server.mustExec('ssh-keygen -q -t ed25519 -N "" -f /root/foreign </dev/null; cat /root/foreign.pub');
    const failed = await core.finish(run({ inputs: { operatorLogin: 'grace', operatorKey: key } }));
    expect(cellStates(failed)).toMatchObject({ packages: 'satisfied', operator: 'workflow.login-not-proved', docker: 'cancelled' });
    expect(failed.cells[1]?.error?.data).toMatchObject({
      server: 'day1-clean',
      user: 'grace',
      because: expect.stringContaining('private part of the operator key'),
    });
  });

  test('the new login carries the next run alone', async () => {
    const asOps = await openFlowCore(await mkdtemp(join(directory, 'ops-')), server, { user: 'ops' });
    try {
      const request = { requestId: newRequest(), id: 'day1-base', selector: server.name, inputs, checkOnly: true };
      expect(cellStates(await asOps.finish(asOps.workflows.run(request)))).toEqual(all('satisfied'));
    } finally {
      await asOps.close();
    }
  });
});

describe.skipIf(fleetObstacle())('day 1 with the packages of the distribution', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'day1-distribution' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'day1-distribution-'));
    core = await openFlowCore(directory, server);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });
  const run = (inputs: Record<string, string>) =>
    core.finish(core.workflows.run({ requestId: newRequest(), id: 'day1-base', selector: server.name, inputs, checkOnly: false }));

  test('installs Docker, lets the operator use it, and leaves swap alone where none is wanted', async () => {
    const done = await run({ dockerSource: 'distribution', operatorInDockerGroup: 'true', swapSizeMib: '0' });
    expect(cellStates(done)).toEqual({ ...all('done'), swap: 'satisfied' });
    expect((await sshLogin(server, 'docker version --format "{{.Server.Version}}"', 'ops')).code).toBe(0);
    expect((await server.exec('dpkg -s docker-ce')).code).not.toBe(0);
  });

  test('a disk that is too small for the swap is refused before anything is written', async () => {
    const failed = await run({ dockerSource: 'distribution', swapSizeMib: '16000000' });
    expect(failed.cells[3]?.error).toMatchObject({
      code: 'workflow.step-failed',
      data: { phase: 'apply', exitCode: 3, output: expect.stringContaining('do not fit') },
    });
    expect((await server.exec('test -e /swapfile')).code).toBe(1);
  });

  test('a time zone that is none is unclear, and nothing is changed', async () => {
    const failed = await run({ dockerSource: 'distribution', swapSizeMib: '0', timezone: '../../etc/passwd' });
    expect(failed.cells[4]?.error).toMatchObject({ code: 'workflow.step-failed', data: { phase: 'check', exitCode: 3 } });
  });
});
