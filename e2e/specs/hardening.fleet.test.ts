import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationId } from '../../src/shared/model/ids.ts';
import { recordExecuted } from '../fleet/support/executedCommands.ts';
import { sshLogin } from '../fleet/support/sshLogin.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const name = 'hard-box';
const published = 18_080;
const told: string[] = [];

/** One cell of a run, as the command line prints it. */
interface Cell {
  stepId: string;
  state: string;
  detail: string | null;
  exitCode: number | null;
  error: { code: string } | null;
  phase: string | null;
  serverId: string;
}

interface Run {
  id: OperationId;
  kind: 'workflow';
  subject: string;
  state: string;
  createdAtMs: number;
  finishedAtMs: number;
  cells: Cell[];
}

const found = (run: Run) => run.cells.filter(({ state, exitCode }) => state === 'skipped' && exitCode === 1).map(({ stepId }) => stepId);
const inState = (run: Run, state: string) => run.cells.filter((cell) => cell.state === state).map(({ stepId }) => stepId);
const cellOf = (run: Run, stepId: string) => run.cells.find((cell) => cell.stepId === stepId);

/** How a port answers to this machine, which is outside the server. */
function answers(host: string, port: number): Promise<'open' | 'closed'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1500 });
    const end = (state: 'open' | 'closed') => {
      socket.destroy();
      resolve(state);
    };
    socket.once('connect', () => end('open'));
    socket.once('timeout', () => end('closed'));
    socket.once('error', () => end('closed'));
  });
}

describe.skipIf(fleetObstacle())('from a bare box to a hardened server', { timeout: 900_000 }, () => {
  let fleet: Fleet;
  let server: FleetServer;
  const pilothouse = new Pilothouse();

  /** Runs a workflow to its end; `expected` is the exit code. */
  const run = async (what: string, id: string, options: { inputs?: Record<string, string>; checkOnly?: boolean; expected?: number } = {}): Promise<Run> => {
    const inputs = Object.entries(options.inputs ?? {}).flatMap(([key, value]) => ['--input', `${key}=${value}`]);
    const argv = ['workflows', 'run', id, '--on', name, ...inputs, ...(options.checkOnly === true ? ['--check-only'] : [])];
    const { operation } = await pilothouse.json(argv, options.expected ?? 0);
    return conclude(what, operation);
  };
  const conclude = async (what: string, operation: Run): Promise<Run> => {
    await recordExecuted(pilothouse, operation);
    const seconds = ((operation.finishedAtMs - operation.createdAtMs) / 1000).toFixed(1);
    const counts = ['done', 'satisfied', 'skipped', 'failed', 'cancelled'].map((state) => `${inState(operation, state).length} ${state}`).join(', ');
    told.push(`${what.padEnd(46)} ${seconds.padStart(6)} s  ${counts}, ${found(operation).length} of them findings`);
    return operation;
  };
  const audit = (what: string) => run(what, 'hardening', { checkOnly: true });
  const day1 = (what: string, inputs: Record<string, string> = {}, expected = 0) =>
    run(what, 'day1', {
      inputs: { orderReference: 'PO-7', swapSizeMib: '64', dockerSource: 'distribution', minCores: '1', proofImage: 'card-proof', gpu: 'no', ...inputs },
      expected,
    });

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name });
    await server.waitForSystem();
    await addTrusted(pilothouse, name, server, ['--env', 'staging']);
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await fleet?.removeAll();
    process.stdout.write(`\n${told.join('\n')}\n`);
  });

  test('an audit of the bare box finds what is open and changes nothing', async () => {
    const before = await server.mustExec('dpkg -l | md5sum; find /etc -type f -newermt "-1 minute" | sort | head');
    const bare = await audit('audit of the bare box');
    expect(found(bare)).toEqual(expect.arrayContaining(['updates.unattended', 'ssh.operator', 'ssh.keys-only', 'ssh.root-closed', 'firewall.ufw', 'fail2ban']));
    expect(inState(bare, 'failed')).toEqual([]);
    expect(await server.mustExec('dpkg -l | md5sum; find /etc -type f -newermt "-1 minute" | sort | head')).toBe(before);
  });

  test('day 1 without a card: the steps of the card are left out', async () => {
    const run1 = await day1('day 1, for the CPU alone');
    expect(inState(run1, 'done')).toEqual(['base.packages', 'base.operator', 'base.docker', 'base.swap', 'base.time']);
    expect(run1.cells.filter(({ stepId }) => stepId.startsWith('gpu.')).map(({ state }) => state)).toEqual(Array(5).fill('skipped'));
    const refused = await day1('day 1 of another release', { releases: 'ubuntu-22.04' }, 1);
    expect(cellOf(refused, 'delivered')?.error?.code).toBe('workflow.step-failed');
    expect(inState(refused, 'done')).toEqual([]);
  });

  test('day 1 with a card: a restart for the driver, the toolkit, the proof in a container, shared models', async () => {
    await server.setGpuState({ driverVersion: '550.54.15', cudaVersion: '12.4', gpus: [{ name: 'NVIDIA L4' }] });
    // The fleet's toolkit is a stand-in that brings no programs into a container.
    await server.mustExec(
      `mkdir -p /tmp/proof /data/models && cd /tmp/proof && echo weights >/data/models/one.gguf &&
       printf '#!/bin/sh\\necho "GPU 0: NVIDIA L4 ($NVIDIA_VISIBLE_DEVICES)"\\n' >nvidia-smi && chmod +x nvidia-smi &&
       printf 'FROM busybox:1.36\\nCOPY nvidia-smi /bin/nvidia-smi\\n' >Dockerfile && DOCKER_BUILDKIT=0 docker build -q -t card-proof . &&
       : >/run/reboot-required && echo nvidia-driver >/run/reboot-required.pkgs`,
    );
    const boot = await server.bootId();
    const card = { gpu: 'yes', modelsFrom: 'directory', modelsSource: '/data/models' };
    const run2 = await day1('day 1 with a card, restarted in the middle', card);
    expect(await server.bootId()).not.toBe(boot);
    expect(inState(run2, 'done')).toEqual(['gpu.reboot', 'gpu.toolkit', 'gpu.proof', 'models.mount']);
    expect(cellOf(run2, 'gpu.driver')?.detail).toBe('driver 550.54.15 with CUDA 12.4, 1 cards: NVIDIA L4');
    expect((await server.exec('touch /srv/models/one.gguf')).code).not.toBe(0);
    const again = await day1('day 1 again', card);
    // The fleet's swap is a pretence that reads no fstab when a server starts.
    expect(inState(again, 'done')).toEqual(['base.swap']);
    expect(cellOf(again, 'gpu.proof')?.detail).toMatch(/^a container saw 1 cards in card-proof with driver 550\.54\.15/);
    const missing = await run('shared models that are not there', 'shared-models', {
      inputs: { from: 'directory', source: '/data/none', mountPoint: '/srv/none' },
      expected: 1,
    });
    expect(cellOf(missing, 'mount')?.error?.code).toBe('workflow.step-failed');
    expect(await server.mustExec('grep -c /srv/none /etc/fstab || true')).toBe('0');
  });

  test('each change that fails is taken back', async () => {
    const web = 'sh -c "mkdir -p /w && echo hi >/w/index.html && httpd -f -p 80 -h /w"';
    await server.mustExec(
      `docker run -d --restart unless-stopped --name web -p 80:80 busybox:1.36 ${web} && docker run -d --restart unless-stopped --name db -p ${published}:80 busybox:1.36 ${web}`,
    );
    const spoils: { id: string; step: string; spoil: string; mend: string; back: string }[] = [
      {
        ...{ id: 'ssh-hardening', step: 'keys-only', back: '! test -e /etc/ssh/sshd_config.d/00-pilothouse.conf' },
        spoil:
          'mkdir -p /etc/systemd/system/ssh.service.d; printf "[Service]\\nExecReload=\\nExecReload=/bin/false\\n" >/etc/systemd/system/ssh.service.d/spoil.conf; systemctl daemon-reload',
        mend: 'rm -r /etc/systemd/system/ssh.service.d; systemctl daemon-reload',
      },
      {
        ...{ id: 'ssh-hardening', step: 'root-closed', back: '! test -e /etc/ssh/sshd_config.d/00-pilothouse-root.conf' },
        spoil: 'mkdir -p /etc/ssh/sshd_config.d/00-pilothouse-root.conf.draft',
        mend: 'rmdir /etc/ssh/sshd_config.d/00-pilothouse-root.conf.draft',
      },
      {
        ...{ id: 'firewall', step: 'ufw', back: 'ufw status | grep inactive' },
        spoil: 'apt-get install -qq -y ufw >/dev/null 2>&1; cp /etc/ufw/after.rules /root; echo nonsense >>/etc/ufw/after.rules',
        mend: 'cp /root/after.rules /etc/ufw/after.rules',
      },
      {
        ...{ id: 'firewall', step: 'published', back: '! iptables -S PILOTHOUSE-PUBLISHED' },
        spoil: 'ln -s /dev/null /etc/systemd/system/pilothouse-published.service; systemctl daemon-reload',
        mend: 'true',
      },
    ];
    for (const { id, step, spoil, mend, back } of spoils) {
      await server.mustExec(spoil);
      const spoilt = await run(`${step}, spoilt`, id, { expected: 1 });
      expect(inState(spoilt, 'failed')).toEqual([step]);
      await server.mustExec(back);
      await server.mustExec(mend);
    }
    expect(await answers(server.host, published)).toBe('open');
  });

  test('an audit before hardening names the published port', async () => {
    const open = await audit('audit after day 1');
    expect(found(open)).toEqual(expect.arrayContaining(['firewall.published', 'exposure', 'docker-daemon']));
    expect(cellOf(open, 'exposure')?.detail).toBe(`${published} can be reached from outside and should not be`);
  });

  test('hardening, with a restart that an update asks for and a power cut in the middle: resumed to its end', async () => {
    // Later steps that fail the first time, so that they are seen to be taken back.
    await server.mustExec(
      `: >/run/reboot-required; mkdir -p /etc/fail2ban/jail.d; printf '[sshd]\\nfilter = nonsense\\n' >/etc/fail2ban/jail.d/spoil.local
       cp /etc/docker/daemon.json /root/daemon.json; sed '1s/{/{ "bogus": 1,/' /root/daemon.json >/root/spoilt.json`,
    );
    const boot = await server.bootId();
    const first = await run('hardening; its third jail is spoilt', 'hardening', { expected: 1 });
    expect(await server.bootId()).not.toBe(boot);
    expect(inState(first, 'failed')).toEqual(['fail2ban']);
    expect((await server.exec('systemctl is-active fail2ban')).stdout).not.toBe('active');
    await server.mustExec('rm /etc/fail2ban/jail.d/spoil.local; cp /root/spoilt.json /etc/docker/daemon.json');
    const second = await run('hardening; the settings of Docker are spoilt', 'hardening', { expected: 1 });
    expect(inState(second, 'failed')).toEqual(['docker-daemon']);
    expect(await server.mustExec('systemctl is-active docker')).toBe('active');
    await server.mustExec('cp /root/daemon.json /etc/docker/daemon.json');

    const started = await pilothouse.json(['workflows', 'run', 'hardening', '--on', name, '--detach']);
    const { id } = started.operation;
    const inDocker = async (): Promise<boolean> => {
      const { operation } = await pilothouse.json(['operations', 'show', id]);
      return (operation as Run).cells.some(({ stepId, phase }) => stepId === 'docker-daemon' && phase === 'apply');
    };
    while (!(await inDocker()));
    const before = await server.bootId();
    // Everything stands still at once, as without power: nothing sees something else end before it.
    await server.pause();
    await server.kill();
    const cutAt = performance.now();
    await server.start();
    expect(await server.bootId()).not.toBe(before);
    const followed = await pilothouse.run(['--json', 'operations', 'follow', id]);
    told.push(`power cut in the step docker-daemon: over ${((performance.now() - cutAt) / 1000).toFixed(1)} s later, exit ${followed.exitCode}`);
    expect((followed.json.operation as Run | undefined)?.cells.filter(({ error }) => error !== null) ?? followed.stderr).toEqual([]);
    expect(followed.exitCode).toBe(0);
    const { operation } = await pilothouse.json(['operations', 'show', id]);
    const ended = await conclude('hardening, the power cut in its middle', operation);
    expect(ended.state).toBe('succeeded');
    expect(cellOf(ended, 'sign-off')?.detail).toBe('asked for in production only');
  });

  test('an audit afterwards is clean, and a second run changes nothing and proves each step', async () => {
    const clean = await audit('audit of the hardened server');
    expect(found(clean)).toEqual([]);
    expect(inState(clean, 'failed')).toEqual([]);
    const again = await run('hardening again', 'hardening');
    expect(inState(again, 'done')).toEqual([]);
    for (const cell of again.cells.filter(({ state }) => state === 'satisfied')) expect(cell.detail?.length).toBeGreaterThan(10);
    told.push(...again.cells.map(({ stepId, detail }) => `  ${stepId.padEnd(20)} ${detail}`));
  });

  test('a probe from outside agrees with the policy; root is out, the operator in, the inventory switched; the NVIDIA runtime is still there', async () => {
    const wanted = { 22: 'open', 80: 'open', [published]: 'closed', 443: 'closed', 2375: 'closed' } as const;
    const seen: Record<string, string> = {};
    for (const port of Object.keys(wanted)) seen[port] = await answers(server.host, Number(port));
    expect(seen).toEqual(wanted);
    told.push(
      `from outside: ${Object.entries(seen)
        .map(([port, state]) => `${port} ${state}`)
        .join(', ')}`,
    );
    const asRoot = await sshLogin(server, 'true', 'root');
    expect(asRoot.code).toBe(255);
    expect(asRoot.stderr).toContain('Permission denied');
    expect((await sshLogin(server, 'sudo -n id -u', 'ops')).stdout).toBe('0\n');
    expect((await pilothouse.json(['servers', 'show', name])).server).toMatchObject({ user: 'ops', sudo: 'nopasswd' });
    const daemon = JSON.parse(await server.mustExec('cat /etc/docker/daemon.json'));
    expect(daemon).toMatchObject({ 'live-restore': true, 'log-opts': { 'max-size': '50m' }, runtimes: { nvidia: expect.anything() } });
  });

  test('the published port obeys another policy, over a restart of Docker and of the server, and drift is found', async () => {
    const private1 = await run('open to private networks', 'firewall', { inputs: { privatePorts: String(published) } });
    expect(inState(private1, 'done')).toEqual(['ufw', 'published']);
    expect(await answers(server.host, published)).toBe('open');
    const elsewhere = { privatePorts: String(published), privateRanges: '192.168.77.0/24' };
    const outside = await run('open to a private network that we are not in', 'hardening', { inputs: { ...elsewhere, outside: 'true' } });
    expect(cellOf(outside, 'private-closed')?.state).toBe('satisfied');
    expect(await answers(server.host, published)).toBe('closed');
    await server.mustExec('systemctl restart docker');
    expect(await answers(server.host, published)).toBe('closed');
    await run('back to the policy', 'hardening', { inputs: { applicationLogs: '/var/log/app/*.log' } });
    await server.mustExec('iptables -D DOCKER-USER -j PILOTHOUSE-PUBLISHED; ufw prepend allow 5432/tcp >/dev/null');
    await server.mustExec(`jq 'del(."log-opts")' /etc/docker/daemon.json >/root/without.json && cp /root/without.json /etc/docker/daemon.json`);
    expect(found(await audit('audit after somebody meddled'))).toEqual(
      expect.arrayContaining(['firewall.ufw', 'firewall.published', 'docker-daemon', 'exposure']),
    );
    const repaired = await run('mended', 'hardening', { inputs: { otherRules: 'remove' } });
    expect(inState(repaired, 'done')).toEqual(['firewall.ufw', 'firewall.published', 'docker-daemon']);
    await server.kill();
    await server.start();
    await server.waitForSystem();
    expect(await answers(server.host, published)).toBe('closed');
    expect(await answers(server.host, 80)).toBe('open');
  });
});
