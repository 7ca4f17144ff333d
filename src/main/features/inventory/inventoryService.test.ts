import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { readFixture } from '../../commands/fixtures/readFixture.ts';
import type { ExecRequest } from '../../remote/remote.ts';
import { newRequest, openTestInventory, type TestInventory, testCell, testFields, testKey } from './testInventory.ts';

let directory = '';
let inventory: TestInventory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ph-inventory-'));
  inventory = openTestInventory(directory);
});
afterEach(() => {
  vi.useRealTimers();
  inventory.close();
  rmSync(directory, { recursive: true, force: true });
});

async function trusted(name: string, differences: Parameters<typeof testFields>[1] = {}): Promise<ServerId> {
  inventory.scans.set(`${name}.test`, { offered: testKey('k'), knownHosts: 'match' });
  return (await inventory.service.changes.add({ requestId: newRequest(), fields: testFields(name, differences) })).server.id;
}
const row = (id: ServerId) => inventory.service.fleet.get(id);
const say = (id: ServerId, text: string) => inventory.channels.get(id)?.onOutput?.('stdout', Buffer.from(text));
const frames = 'pilothouse-vitals 1\nd 50:50\ng 0, 80, 40000, 81559, 70, 300\nf 1 1000000 500000\n';

describe('lists', () => {
  it('are in order of names as people count, and picked by selectors', async () => {
    for (const name of ['gpu-10', 'gpu-2', 'web']) await trusted(name, { tags: [name.slice(0, 3)], groups: ['all-of-it'] });
    expect(inventory.service.list().map(({ name }) => name)).toEqual(['gpu-2', 'gpu-10', 'web']);
    expect(inventory.service.list('tag:gpu').map(({ name }) => name)).toEqual(['gpu-2', 'gpu-10']);
    expect(inventory.service.list('nobody')).toEqual([]);
    expect(() => inventory.service.list('x:y')).toThrow(expect.objectContaining({ code: 'selector.invalid' }));
    expect(inventory.service.labels()).toMatchObject({ tags: ['gpu', 'web'], groups: ['all-of-it'] });
    expect(() => inventory.service.row('nobody')).toThrow(expect.objectContaining({ code: 'server.not-found' }));
  });
  it('test logs in anew', async () => {
    await trusted('gpu-1');
    expect(await inventory.service.test('gpu-1')).toEqual({ roundTripMs: 7, loginAs: 'ops' });
  });
});

describe('rows', () => {
  it('follow the connection and who is busy, and change only when something did', async () => {
    const id = await trusted('gpu-1');
    const changes: string[] = [];
    inventory.service.fleet.subscribe((key) => changes.push(key));
    const refused = new AppError('ssh.connection-refused', { server: 'gpu-1', host: 'h', port: 22 });
    inventory.setState(id, { state: 'unreachable', error: refused });
    expect(row(id)).toMatchObject({ connection: 'unreachable', connectionError: { code: 'ssh.connection-refused' } });
    inventory.setState(id, { state: 'unreachable', error: refused });
    expect(changes).toEqual([id]);
  });
  it('show the operation that is under way, soon after it began', async () => {
    vi.useFakeTimers();
    const id = await trusted('gpu-1');
    inventory.activities.set(id, { operationId: 'op_9' as never, title: 'Day 1' });
    inventory.operationChanged([id]);
    await vi.advanceTimersByTimeAsync(200);
    expect(row(id)?.activity).toEqual({ operationId: 'op_9', title: 'Day 1' });
  });
});

it('hears nothing more of operations once it is closed', async () => {
  vi.useFakeTimers();
  const id = await trusted('gpu-1');
  inventory.operationChanged([id]);
  inventory.service.close();
  inventory.activities.set(id, { operationId: 'op_9' as never, title: 'Day 1' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(row(id)?.activity).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

describe('figures', () => {
  it('are read from trusted servers while somebody watches, over one channel each', async () => {
    const id = await trusted('gpu-1');
    await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('stranger') });
    expect(inventory.channels.size).toBe(0);
    const leave = inventory.service.watch();
    await inventory.opened(1);
    expect([...inventory.channels.keys()]).toEqual([id]);
    expect(inventory.channels.get(id)).toMatchObject({ lane: 'control', env: { PH_INTERVAL_S: '5' } });
    await say(id, frames);
    expect(row(id)).toMatchObject({
      health: 'healthy',
      vitals: { load1: 1, diskUsedRatio: 0.5, observedAtMs: inventory.clock.ms, gpus: [{ temperatureC: 70 }] },
    });
    expect(row(id)?.utilizationHistory.at(-1)).toBe(80);
    expect(inventory.samples).toMatchObject([{ id, vitals: { load1: 1 } }]);
    leave();
  });

  it('go on for a while after the last watcher left, then end', async () => {
    vi.useFakeTimers();
    const id = await trusted('gpu-1');
    const leave = [inventory.service.watch(), inventory.service.watch()];
    await inventory.opened(1);
    leave[0]?.();
    leave[0]?.();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(inventory.channels.get(id)?.signal?.aborted).toBe(false);
    leave[1]?.();
    await vi.advanceTimersByTimeAsync(20_000);
    const back = inventory.service.watch();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(inventory.channels.has(id)).toBe(true);
    back();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(inventory.channels.has(id)).toBe(false);
  });

  it('turn stale when they stay away', async () => {
    vi.useFakeTimers();
    const id = await trusted('gpu-1');
    inventory.service.watch();
    await inventory.opened(1);
    await say(id, frames);
    inventory.clock.ms += 21_000;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(row(id)?.health).toBe('stale');
  });

  it('come back after a lost channel', async () => {
    const id = await trusted('gpu-1');
    inventory.service.watch();
    await inventory.opened(1);
    inventory.lose(id, new AppError('ssh.connection-lost', { server: 'gpu-1' }));
    await inventory.opened(2);
    inventory.lose(id, new Error('a bug'));
    await inventory.opened(3);
    await say(id, frames);
    expect(row(id)?.vitals?.load1).toBe(1);
  });

  it('wait for a person where trying again cannot help, and go on once somebody got through', async () => {
    const [refused, lost] = [await trusted('gpu-1'), await trusted('gpu-2')];
    inventory.service.watch();
    await inventory.opened(2);
    inventory.lose(refused, new AppError('ssh.auth-key-refused', { server: 'gpu-1', host: 'h', port: 22, user: 'ops', method: 'publickey' }));
    for (const count of [3, 4, 5]) {
      inventory.lose(lost, new AppError('ssh.connection-lost', { server: 'gpu-2' }));
      await inventory.opened(count);
      inventory.setState(refused, { state: 'auth-failed', error: null });
      expect([...inventory.channels.keys()]).toEqual([lost]);
    }
    inventory.setState(refused, { state: 'connected', error: null });
    await inventory.opened(6);
    expect(inventory.channels.has(refused)).toBe(true);
  });

  it('open a new channel when the server falls silent', async () => {
    vi.useFakeTimers();
    const id = await trusted('gpu-1');
    inventory.service.watch();
    await inventory.opened(1);
    await say(id, frames);
    const first = inventory.channels.get(id);
    await vi.advanceTimersByTimeAsync(31_000);
    await inventory.opened(2);
    expect(inventory.channels.get(id)).not.toBe(first);
  });

  it('take up another interval at once, and are left alone by other settings', async () => {
    const id = await trusted('gpu-1');
    inventory.service.watch();
    await inventory.opened(1);
    const first = inventory.channels.get(id);
    inventory.service.refresh();
    expect(first?.signal?.aborted).toBe(false);
    inventory.settings.intervalMs = 30_000;
    inventory.service.refresh();
    await inventory.opened(2);
    expect(first?.signal?.aborted).toBe(true);
    expect(inventory.channels.get(id)?.env).toMatchObject({ PH_INTERVAL_S: '30' });
  });

  it('follow the inventory: a server that is trusted joins, one that is removed leaves', async () => {
    inventory.service.watch();
    const id = await trusted('gpu-1');
    await inventory.opened(1);
    const { signal } = inventory.channels.get(id) ?? {};
    await inventory.service.changes.remove({ requestId: newRequest(), name: 'gpu-1' });
    expect(signal?.aborted).toBe(true);
    expect(row(id)).toBeUndefined();
  });

  it('are forgotten when the record leads to another machine', async () => {
    const id = await trusted('gpu-1');
    inventory.service.watch();
    await inventory.opened(1);
    await say(id, frames);
    await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: { host: 'elsewhere' } });
    expect(row(id)).toMatchObject({ connection: 'untrusted', health: 'unknown', vitals: null, utilizationHistory: [] });
  });
});

describe('facts', () => {
  const output = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
  const factsType = () => {
    const type = inventory.types.get('facts');
    if (type === undefined) throw new Error('not registered');
    return type;
  };

  it('are asked for by selector, as a read', async () => {
    await trusted('gpu-1');
    await trusted('gpu-2');
    await inventory.service.refreshFacts({ requestId: newRequest(), selector: 'gpu-*' });
    expect(inventory.started).toMatchObject([{ kind: 'facts', mutates: false, targets: [{ name: 'gpu-1' }, { name: 'gpu-2' }] }]);
    await expect(inventory.service.refreshFacts({ requestId: newRequest(), selector: 'gpu-3' })).rejects.toMatchObject({ code: 'selector.no-match' });
  });

  it('are kept, shown in the row, and there after a restart', async () => {
    const id = await trusted('gpu-1');
    const cell = testCell(id, async () => ({ exitCode: 0, signal: null, stdout: output, stderr: '' }));
    expect(await factsType().runCell({}, cell)).toEqual({ state: 'done', detail: 'Debian GNU/Linux 12 · no GPU · Docker is down' });
    expect(cell.notes[0]).toMatch(/^Unknown: Docker version \(Cannot connect/);
    expect(row(id)?.facts).toMatchObject({ hostname: 'gpu-01', collectedAtMs: inventory.clock.ms });
    inventory.close();
    inventory = openTestInventory(directory);
    expect(inventory.service.facts('gpu-1')?.hostname).toBe('gpu-01');
    await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: { port: 23 } });
    expect(inventory.service.facts('gpu-1')).toBeNull();
  });

  it('are read again after work that may have changed the server, and only then', async () => {
    vi.useFakeTimers();
    const [id, never] = [await trusted('gpu-1'), await trusted('gpu-2')];
    await vi.advanceTimersByTimeAsync(1000);
    await factsType().runCell(
      {},
      testCell(id, async () => ({ exitCode: 0, signal: null, stdout: output, stderr: '' })),
    );
    inventory.started.length = 0;
    inventory.operationChanged([id], { kind: 'exec', finishedAtMs: 1 });
    inventory.operationChanged([id]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(inventory.started).toEqual([]);
    inventory.operationChanged([id, never], { finishedAtMs: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(inventory.started).toMatchObject([{ kind: 'facts', targets: [{ serverId: id }] }]);
  });

  it('that fail say so', async () => {
    const id = await trusted('gpu-1');
    const failed = testCell(id, async () => ({ exitCode: 2, signal: null, stdout: '', stderr: 'no space' }));
    await expect(factsType().runCell({}, failed)).rejects.toMatchObject({ code: 'remote.command-failed', data: { exitCode: 2, output: 'no space' } });
    const broken = testCell(id, async () => ({ exitCode: 0, signal: null, stdout: 'half', stderr: '' }));
    await expect(factsType().runCell({}, broken)).rejects.toMatchObject({ code: 'remote.unparsable' });
    expect(inventory.service.facts('gpu-1')).toBeNull();
  });

  it('are read as root where sudo wants a password, and without it where sudo refuses', async () => {
    const id = await trusted('gpu-1', { sudo: 'password' });
    const asked: Partial<ExecRequest>[] = [];
    const cell = testCell(id, async ({ sudo, env }) => {
      asked.push({ ...(sudo === undefined ? {} : { sudo }), ...(env === undefined ? {} : { env }) });
      if (sudo === true) throw new AppError('sudo.password-wrong', { server: 'gpu-1', user: 'ops' });
      return { exitCode: 0, signal: null, stdout: output, stderr: '' };
    });
    await factsType().runCell({}, cell);
    expect(asked).toEqual([{ sudo: true, env: { PH_VIA_SUDO: '1' } }, {}]);
    expect(cell.notes[0]).toContain('sudo was refused (sudo.password-wrong)');
  });
});
