import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/shared/model/operation.ts';
import { docker } from '../fleet/host/docker.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { cellStates, openFlowCore } from './flowCore.ts';

/** At every how many boundaries of the journal a life ends; 1 is the whole campaign, of minutes. */
const every = Number(process.env['KILL_EVERY'] ?? '60');

/** Day 1, then hardening, and between them a step of every other kind; one of them has the server restarted by the updates. */
const wholeRun = `id: whole-run
version: 1
title: Day 1 and hardening, with a step of every kind
summary: From a bare server to a hardened one.
kind: checklist
inputs:
  - { name: operatorKey, title: Key, type: public-key, default: '' }
  - { name: picked, title: What was picked, type: text, default: '' }
steps:
  - kind: workflow
    id: day1
    title: Day 1
    why: A base is needed.
    workflow: day1-base
    inputs: { operatorKey: '\${inputs.operatorKey}', swapSizeMib: '64', dockerSource: distribution }
  - { kind: question, id: sure, title: Sure, why: To ask., ask: confirm, text: Go on? }
  - kind: question
    id: pick
    title: Pick one
    why: To ask what the server offers.
    ask: choice
    text: Which one?
    input: picked
    choicesFrom: |
      set -eu
      printf '%s\\n' one two
  - { kind: question, id: proof, title: Proof, why: To keep what was seen., ask: evidence, text: Look. }
  - { kind: approval, id: consent, title: Consent, why: Two see more., statement: Go on., environments: [staging] }
  - id: once
    title: Once and never again
    why: To be counted.
    sudo: true
    effect: once
    risk: none
    timeoutS: 60
    apply: |
      set -eu
      sleep 0.3
      echo "$PH_PICKED" >>/root/once
      touch /run/reboot-required
  - kind: wait
    id: settled
    title: A second look
    why: To wait for something.
    sudo: true
    everyS: 1
    deadlineS: 120
    check: |
      set -eu
      if [ ! -e /root/looked ]; then touch /root/looked; echo 'not yet'; exit 1; fi
      echo 'looked before'
  - kind: local
    id: ssh-answers
    title: SSH answers from here
    why: To try it from outside.
    probe: { type: tcp, ports: [22], expect: open }
  - kind: workflow
    id: hard
    title: Hardening
    why: It is to stay ours.
    workflow: hardening
  - kind: reboot
    id: restart
    title: Restart
    why: To see that it comes back.
    deadlineS: 180
    check: |
      set -eu
      if [ -e /root/restarted ]; then echo 'was restarted'; exit 0; fi
      touch /root/restarted
      exit 1
`;

describe.skipIf(fleetObstacle())('day 1 and hardening, the core killed at the boundaries of its journal', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  const watching = new AbortController();

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: `killed-every-${every}` });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'killed-run-'));
    await mkdir(join(directory, 'workflows'));
    await writeFile(join(directory, 'workflows', 'whole-run.yaml'), wholeRun);
    void switchOnAgain(server, watching.signal);
  });
  afterAll(async () => {
    watching.abort();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  /** Runs one life as a process of its own, to its end or to the boundary where it kills itself. */
  const live = () =>
    new Promise<'killed' | { state: string; boundaries: number }>((resolve, reject) => {
      const program = join(import.meta.dirname, 'killedRunLife.ts');
      const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
      execFile(process.execPath, [program, directory, server.name, server.host, String(every)], { env }, (error, stdout, stderr) => {
        if (error?.signal === 'SIGKILL') resolve('killed');
        else if (error !== null) reject(new Error(`a life failed: ${stderr}`, { cause: error }));
        else resolve(JSON.parse(stdout));
      });
    });
  const lines = (file: string) => (existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8').trim().split('\n') : []);
  const count = (file: string) => lines(file).length;

  let ended: Operation;
  test('always resumes and ends as if nothing had happened', { timeout: 3_600_000 }, async () => {
    const begunMs = Date.now();
    let kills = 0;
    while ((await live()) === 'killed') kills += 1;
    const seconds = Math.round((Date.now() - begunMs) / 1000);
    console.log(`killed at ${kills} of ${count('boundaries')} journal boundaries of day 1 and hardening (every ${every}), ${kills + 1} lives, ${seconds} s`);
    expect(kills).toBe(count('kills'));
    expect(kills).toBeGreaterThanOrEqual(Math.floor(count('boundaries') / every));
    const core = await openFlowCore(directory, server);
    try {
      const [{ id } = { id: undefined }] = core.operations.list({ kind: 'workflow', limit: 1 });
      ended = core.operations.get(id as Operation['id']);
      expect(ended.cells.filter(({ error }) => error !== null).map(({ stepId, error }) => [stepId, error])).toEqual([]);
      expect(ended.state).toBe('succeeded');
      const averted = lines('averted');
      console.log(
        `changes that the server took back because the core was away for longer than their guard's time, and that were made again: ${averted.length}`,
      );
      const again = ended.cells.filter(({ attempt, state }) => attempt !== 1 && state !== 'skipped');
      expect(again.map(({ stepId }) => stepId)).toEqual([...new Set(averted)]);
    } finally {
      await core.close();
    }
  });

  test('what happens once happened once, and nothing is left of jobs and guards', async () => {
    expect(await server.mustExec('cat /root/once')).toBe('one');
    expect(await server.mustExec("grep -c '^Commandline:.* install .*docker.io' /var/log/apt/history.log")).toBe('1');
    expect(await server.mustExec("grep -c '^ops:' /etc/passwd; grep -c '^/swapfile' /etc/fstab")).toBe('1\n1');
    expect(
      await server.mustExec("ls /var/lib/pilothouse/jobs /var/lib/pilothouse/guards 2>/dev/null || true; find /etc/systemd/system -name 'pilothouse-*'"),
    ).not.toMatch(/guard/);
  });

  test('the end state is the one that the checks want: an audit finds nothing', async () => {
    const core = await openFlowCore(directory, server);
    try {
      const audits = [];
      for (const id of ['day1-base', 'hardening']) {
        // A test server's swap is a stand-in that a restart ends; that it is in fstab was looked at above.
        const inputs = id === 'day1-base' ? { swapSizeMib: '0', dockerSource: 'distribution' } : {};
        const audit = await core.finish(core.workflows.run({ requestId: newRequest(), id, selector: server.name, inputs, checkOnly: true }));
        audits.push(audit);
        expect(
          audit.cells.filter(({ exitCode, error }) => exitCode === 1 || error !== null).map(({ stepId, detail, error }) => [stepId, detail, error]),
        ).toEqual([]);
      }
      expect(audits.flatMap(({ cells }) => cells).filter(({ state }) => state === 'satisfied').length).toBeGreaterThan(15);
      expect(Object.keys(cellStates(ended)).length).toBeGreaterThan(30);
    } finally {
      await core.close();
    }
  });
});

/** A container that restarts stops instead: somebody has to switch it on, as a hypervisor would. */
async function switchOnAgain(server: FleetServer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { stdout } = await docker(['wait', server.name]);
    if (!signal.aborted && stdout.trim() !== '') await server.start().catch(() => {});
  }
}
