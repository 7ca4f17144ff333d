import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationId } from '../../src/shared/model/ids.ts';
import { sshLogin } from '../fleet/support/sshLogin.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

/** Changes that lock us out, and one that does not; each leaves a line in a file when it is made and when it is taken back. */
const definition = (id: string, guardS: number, apply: string, check: string, rollback: string) => `id: ${id}
version: 1
title: ${id}
summary: A change that could lock us out.
kind: checklist
inputs: []
steps:
  - id: change
    title: The change
    why: To see whether it is taken back.
    sudo: true
    effect: idempotent
    risk: lockout
    timeoutS: 120
    guardS: ${guardS}
    check: |
      set -eu
      if ${check}; then echo 'it is so'; exit 0; fi
      echo 'not yet'
      exit 1
    apply: |
      set -eu
      echo made >>/root/changes
${indented(apply)}
    rollback: |
      set -eu
      echo taken-back >>/root/changes
${indented(rollback)}
`;
const indented = (script: string) =>
  script
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');

const dropIn = '/etc/ssh/sshd_config.d/00-test.conf';
const sshd = (line: string) => `printf '%s\\n' '${line}' >${dropIn}\nsshd -t\nsystemctl reload ssh`;
const sshdBack = `rm -f ${dropIn}\nsystemctl reload ssh || systemctl restart ssh`;
const rules = '/etc/ufw/before.rules';
/** Before the line that lets established connections through, so that those are cut too. */
const cutOff = `cp -n ${rules} ${rules}.kept\nsed -i '/^# End required lines/a -A ufw-before-input -p tcp --dport 22 -j DROP' ${rules}\nufw --force enable`;
const cutOffBack = `ufw --force disable\nif [ -e ${rules}.kept ]; then mv ${rules}.kept ${rules}; fi`;

const definitions = {
  'bad-sshd': definition('bad-sshd', 60, sshd('AllowUsers nobody-at-all'), `[ -e ${dropIn} ]`, sshdBack),
  'bad-sshd-slow': definition('bad-sshd-slow', 20, sshd('AllowUsers nobody-at-all'), `[ -e ${dropIn} ]`, sshdBack),
  'bad-sshd-long': definition('bad-sshd-long', 900, sshd('AllowUsers nobody-at-all'), `[ -e ${dropIn} ]`, sshdBack),
  'good-sshd': definition('good-sshd', 120, sshd('X11Forwarding no'), `[ -e ${dropIn} ]`, sshdBack),
  'bad-ufw': definition('bad-ufw', 25, cutOff, `grep -qs "dport 22 -j DROP" ${rules}`, cutOffBack),
};

describe.skipIf(fleetObstacle())('a change that would lock us out', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'lockout' });
    await server.waitForSystem();
    await server.mustExec('apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends ufw >/dev/null', {
      timeoutMs: 300_000,
    });
    directory = await mkdtemp(join(tmpdir(), 'lockout-'));
    await mkdir(join(directory, 'workflows'));
    for (const [id, text] of Object.entries(definitions)) await writeFile(join(directory, 'workflows', `${id}.yaml`), text);
    core = await openFlowCore(directory, server);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (id: keyof typeof definitions) => {
    const request = { requestId: newRequest(), id, selector: server.name, inputs: {}, checkOnly: false };
    return core.workflows.run(request);
  };
  const changes = async () => (await server.exec('cat /root/changes 2>/dev/null; rm -f /root/changes')).stdout.trim().split('\n').join(' ');
  const leftOvers = () => server.mustExec("ls /var/lib/pilothouse/guards 2>/dev/null || true; find /etc/systemd/system /etc/cron.d -name 'pilothouse-guard-*'");
  const averted = (seconds: number) => ({
    code: 'workflow.lockout-averted',
    data: expect.objectContaining({ server: 'lockout', step: 'The change', seconds }),
  });
  /** Ends this life of the core as soon as the change is made and about to be proved. */
  const dieBeforeProof = async (id: OperationId) => {
    const details = () => core.operations.get(id).cells.map(({ detail }) => detail);
    await expect.poll(details, { timeout: 60_000, interval: 10 }).toEqual(['logging in anew']);
    await core.close();
  };

  test('a good one is proved and stays; nothing is left of the guard', async () => {
    const ended = await core.finish(start('good-sshd'));
    expect(ended.cells[0]).toMatchObject({ state: 'done', detail: 'it is so' });
    expect(await core.output(ended.id)).toMatch(/A fresh login as root succeeded in \d+ ms\.\n(.*\n)*The guard is disarmed\./);
    expect([await changes(), await leftOvers()]).toEqual(['made', '']);
    await server.mustExec(sshdBack);
  });

  test('a wrong sshd drop-in is taken back by the server at once, over the connection that still works', async () => {
    const ended = await core.finish(start('bad-sshd'));
    expect(ended.cells[0]?.error).toMatchObject(averted(60));
    const seconds = ((ended.finishedAtMs ?? 0) - ended.createdAtMs) / 1000;
    console.log(`wrong sshd drop-in: taken back and told ${seconds.toFixed(1)} s after the run began, of a window of 60 s`);
    expect(seconds).toBeLessThan(45);
    expect(await core.output(ended.id)).toContain('The server took the change back at once, asked to over the connection that was still open');
    expect([await changes(), await leftOvers()]).toEqual(['made taken-back', '']);
    expect((await sshLogin(server, 'id -un', 'root')).stdout.trim()).toBe('root');
  });

  test('a wrong firewall rule that cuts every connection is taken back by the server by itself, within its window', async () => {
    const ended = await core.finish(start('bad-ufw'));
    expect(ended.cells[0]?.error).toMatchObject(averted(25));
    const output = await core.output(ended.id);
    expect(output).toContain("The server took the change back by itself, when the guard's time was over");
    const seconds = ((ended.finishedAtMs ?? 0) - ended.createdAtMs) / 1000;
    console.log(`wrong ufw rule: reverted by the server itself within its window of 25 s; told ${seconds.toFixed(1)} s after the run began`);
    expect(seconds).toBeLessThan(75);
    expect([await changes(), await leftOvers()]).toEqual(['made taken-back', '']);
    expect(await server.mustExec('ufw status')).toBe('Status: inactive');
    expect((await sshLogin(server, 'id -un', 'root')).stdout.trim()).toBe('root');
  });

  test('the core killed between change and proof, and back in time: the change is proved and made once', async () => {
    const { id } = await start('good-sshd');
    await dieBeforeProof(id);
    core = await openFlowCore(directory, server);
    const ended = await core.operations.finished(id);
    expect(ended.cells[0]).toMatchObject({ state: 'done', detail: 'it is so', attempt: 1 });
    expect([await changes(), await leftOvers()]).toEqual(['made', '']);
    await server.mustExec(sshdBack);
  });

  test('the core killed between change and proof, and back too late: the server took it back, and the next life says so', async () => {
    const { id } = await start('bad-sshd-slow');
    await dieBeforeProof(id);
    await expect.poll(async () => (await server.exec('tail -n 1 /root/changes')).stdout.trim(), { timeout: 60_000, interval: 500 }).toBe('taken-back');
    core = await openFlowCore(directory, server);
    const ended = await core.operations.finished(id);
    expect(ended.cells[0]?.error).toMatchObject(averted(20));
    expect(await core.output(id)).toContain("by itself, when the guard's time was over");
    expect([await changes(), await leftOvers()]).toEqual(['made taken-back', '']);
  });

  test('the server restarted by a power cut while the guard is armed: taken back at boot, long before its time', async () => {
    const { id } = await start('bad-sshd-long');
    await dieBeforeProof(id);
    expect(await server.mustExec(`cat ${dropIn}`)).toBe('AllowUsers nobody-at-all');
    await server.kill();
    await server.start();
    await expect.poll(async () => (await server.exec('tail -n 1 /root/changes')).stdout.trim(), { timeout: 60_000, interval: 500 }).toBe('taken-back');
    core = await openFlowCore(directory, server);
    const ended = await core.operations.finished(id);
    expect(ended.cells[0]?.error).toMatchObject(averted(900));
    expect(await core.output(id)).toContain('by itself, when it started');
    expect([await changes(), await leftOvers()]).toEqual(['made taken-back', '']);
  });
});
