import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerFields } from '../../shared/model/server.ts';
import { createExecService, type ExecService } from '../features/exec/execService.ts';
import { type LiveInventory, openLiveInventory } from '../features/inventory/liveInventory.ts';
import { newRequest } from '../features/inventory/testInventory.ts';
import { startTestSshd, type TestSshd, type TestSshdOptions } from '../remote/testSshd.ts';

let live: LiveInventory;
let exec: ExecService;
const sshds: TestSshd[] = [];

beforeEach(() => {
  live = openLiveInventory();
  exec = createExecService({ operations: live.operations, select: (selector) => live.directory.select(selector), who: () => 'Tester', log: () => {} });
});
afterEach(async () => {
  await live.close();
  for (const sshd of sshds.splice(0)) await sshd.stop();
});

async function startSshd(options: TestSshdOptions = {}): Promise<TestSshd> {
  const sshd = await startTestSshd(options);
  sshds.push(sshd);
  return sshd;
}

function add(sshd: TestSshd, name: string, differences: Partial<ServerFields> = {}) {
  return live.service.changes.add({ requestId: newRequest(), fields: sshd.fields({ name, environment: 'development', ...differences }) });
}
const trust = (name: string, { hostKey }: TestSshd) => live.service.trust({ requestId: newRequest(), name, fingerprint: hostKey.fingerprint });

async function trusted(options: TestSshdOptions = {}, name = 'box'): Promise<{ sshd: TestSshd; id: Awaited<ReturnType<typeof trust>>['id'] }> {
  const sshd = await startSshd(options);
  await add(sshd, name);
  return { sshd, id: (await trust(name, sshd)).id };
}

describe('a real server', () => {
  it('is untrusted until its own key is confirmed, and its facts are there soon after', async () => {
    const sshd = await startSshd();
    const { server, offered, error } = await add(sshd, 'box');
    expect([offered, error]).toEqual([sshd.hostKey, null]);
    await expect(live.service.test('box')).rejects.toMatchObject({ code: 'server.untrusted' });
    await expect(live.service.changes.trust({ requestId: newRequest(), name: 'box', fingerprint: `SHA256:${'x'.repeat(43)}` })).rejects.toMatchObject({
      code: 'ssh.host-key-changed',
      data: { found: sshd.hostKey.fingerprint },
    });
    await trust('box', sshd);
    expect(await live.service.test('box')).toMatchObject({ loginAs: sshd.user });
    const { facts, connection } = await live.rowWhere(server.id, (row) => row.facts !== null);
    expect(facts?.cpu.logicalCores).toBeGreaterThan(0);
    expect(connection).toBe('connected');
  });

  it('behind a jump host is scanned, trusted and reached through it', async () => {
    await trusted({}, 'gate');
    const sshd = await startSshd();
    const { server } = await add(sshd, 'inner', { jump: 'gate' });
    await trust('inner', sshd);
    expect(await live.service.test('inner')).toMatchObject({ loginAs: sshd.user });
    await live.rowWhere(server.id, (row) => row.facts !== null);
  });

  it('that does not answer is saved with the reason', async () => {
    const sshd = await startSshd();
    await sshd.halt();
    expect(await add(sshd, 'box')).toMatchObject({ offered: null, error: { code: 'ssh.connection-refused' }, server: { name: 'box', hostKeys: [] } });
  });

  it('with busybox alone tells its facts, and names what it cannot', async () => {
    const { id } = await trusted({ userland: 'busybox' });
    const { facts } = await live.rowWhere(id, (row) => row.facts !== null);
    expect(facts?.memory.totalMib).toBeGreaterThan(0);
    expect(facts?.unknowns.map(({ what }) => what)).toContain('virtualisation');
  });

  it('with a hung nvidia-smi tells the rest', async () => {
    const { id } = await trusted({ programs: { 'nvidia-smi': '#!/bin/sh\nexec sleep 100\n' }, environment: { PH_PROBE_LIMIT_S: '3' } });
    const { facts } = await live.rowWhere(id, (row) => row.facts !== null);
    expect(facts?.gpu.state).toBe('hang');
    expect(facts?.kernel).not.toBe('unknown');
  });
});

describe('exec on real servers', () => {
  const run = async (command: string[], differences: { timeoutS?: number; selector?: string } = {}) => {
    const { id } = await exec.start({ requestId: newRequest(), selector: 'box', command, sudo: false, timeoutS: 60, ...differences });
    return live.operations.finished(id);
  };

  it.each(['system', 'dash', 'busybox'] as const)('gives each word to the command as one argument (%s)', async (userland) => {
    await trusted({ userland });
    const words = ["it's", '$(id)', 'a  b', '-n', '"; rm -rf x', 'line\nbreak', '*', '\\', 'ü'];
    const operation = await run(['printf', '%s|', ...words]);
    expect(operation.state).toBe('succeeded');
    expect(await live.output(operation)).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('ends with the exit code of the command, and keeps its output', async () => {
    await trusted();
    const operation = await run(['sh', '-c', 'echo out; echo err >&2; exit 37']);
    expect(operation).toMatchObject({
      state: 'failed',
      cells: [{ state: 'failed', exitCode: 37, error: { code: 'remote.command-failed', data: { exitCode: 37 } } }],
    });
    expect(await live.output(operation)).toBe('out\nerr\n');
  });

  it('ends what runs longer than it may', async () => {
    await trusted();
    const operation = await run(['sleep', '50'], { timeoutS: 1 });
    expect(operation.cells[0]).toMatchObject({ state: 'failed', error: { code: 'remote.timeout' } });
  });

  it('goes on through a cut connection, and happens once', async () => {
    const { sshd } = await trusted();
    const { id } = await exec.start({
      ...{ requestId: newRequest(), selector: 'box', sudo: false, timeoutS: 60 },
      command: ['sh', '-c', `echo begun; echo run >>"$1"; sleep 2; echo ended; wc -l <"$1"`, 'sh', `${sshd.directory}/count`],
    });
    await new Promise<void>((resolve) => {
      const stop = live.operations.onOutput(id, () => {
        stop();
        resolve();
      });
    });
    expect(sshd.dropConnections()).toBeGreaterThan(0);
    const operation = await live.operations.finished(id);
    expect(operation.state).toBe('succeeded');
    expect((await live.output(operation)).replaceAll(/ /g, '')).toBe('begun\nended\n1\n');
  });

  it('fails on the servers where it fails, and there alone', async () => {
    await trusted({}, 'box-1');
    const lost = await trusted({}, 'box-2');
    await lost.sshd.changeHostKey();
    const operation = await run(['true'], { selector: 'box-*' });
    expect(operation.state).toBe('partly-failed');
    expect(operation.cells.map(({ state, error }) => [state, error?.code])).toEqual([
      ['done', undefined],
      ['failed', 'ssh.host-key-changed'],
    ]);
  });
});
