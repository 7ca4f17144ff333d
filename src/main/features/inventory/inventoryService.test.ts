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
  const gpu = { gpuUsedRatio: 0.8, vramUsedBytes: 40_000 * 2 ** 20, vramTotalBytes: 81_559 * 2 ** 20, gpuTemperatureCelsius: 70 };

  it('are read from trusted servers while somebody looks at the fleet', async () => {
    const id = await trusted('gpu-1');
    await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('stranger') });
    expect(inventory.read.wishes).toBe(0);
    const leave = [inventory.service.watch(), inventory.service.watch()];
    expect(inventory.read).toEqual({ names: ['gpu-1'], intervalS: 5, wishes: 1 });
    inventory.look(id, { load1: 1 }, [gpu]);
    expect(row(id)).toMatchObject({ health: 'healthy', vitals: { load1: 1, observedAtMs: inventory.clock.ms, gpus: [{ index: 0, temperatureC: 70 }] } });
    expect(row(id)?.utilizationHistory.at(-1)).toBe(80);
    leave[0]?.();
    leave[0]?.();
    expect(inventory.read.wishes).toBe(1);
    leave[1]?.();
    expect(inventory.read.wishes).toBe(0);
  });

  it('are taken from whoever reads a server, whether anybody looks or not', async () => {
    const id = await trusted('gpu-1');
    inventory.look(id, { load1: 3 });
    expect(inventory.service.row('gpu-1').vitals?.load1).toBe(3);
    inventory.look(id, { load1: 4 });
    inventory.service.watch();
    expect(row(id)?.vitals?.load1).toBe(4);
    inventory.look('srv_gone' as ServerId, { load1: 3 });
    expect(row('srv_gone' as ServerId)).toBeUndefined();
  });

  it('turn stale when they stay away for longer than the server is read at', async () => {
    vi.useFakeTimers();
    const [often, rarely] = [await trusted('gpu-1'), await trusted('gpu-2')];
    inventory.intervals.set(rarely, 30);
    inventory.service.watch();
    for (const id of [often, rarely]) inventory.look(id, { load1: 1 });
    inventory.clock.ms += 21_000;
    await vi.advanceTimersByTimeAsync(6_000);
    expect([row(often)?.health, row(rarely)?.health]).toEqual(['stale', 'healthy']);
    inventory.clock.ms += 70_000;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(row(rarely)?.health).toBe('stale');
  });

  it('take up another interval without letting anybody go in between, and never one that cannot be read at', async () => {
    await trusted('gpu-1');
    inventory.service.watch();
    inventory.service.refresh();
    expect(inventory.read).toEqual({ names: ['gpu-1'], intervalS: 5, wishes: 1 });
    inventory.settings.intervalMs = 600_000;
    inventory.service.refresh();
    expect(inventory.read).toEqual({ names: ['gpu-1'], intervalS: 60, wishes: 1 });
  });

  it('follow the inventory: a server that is trusted joins and is tried at once, one that is removed leaves', async () => {
    inventory.service.watch();
    const id = await trusted('gpu-1');
    expect(inventory.read.names).toEqual(['gpu-1']);
    expect(inventory.poked).toContain(id);
    await inventory.service.changes.remove({ requestId: newRequest(), name: 'gpu-1' });
    expect(inventory.read.names).toEqual([]);
    expect(row(id)).toBeUndefined();
  });

  it('are forgotten when the record leads to another machine', async () => {
    const id = await trusted('gpu-1');
    inventory.service.watch();
    inventory.look(id, { load1: 1 }, [gpu]);
    await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: { host: 'elsewhere' } });
    expect(row(id)).toMatchObject({ connection: 'untrusted', health: 'unknown', vitals: null, utilizationHistory: [] });
  });

  it('of before a restart are in the history, and say nothing of now', async () => {
    const id = await trusted('gpu-1');
    inventory.service.remember([{ serverId: id, points: [{ atMs: inventory.clock.ms - 20_000, percent: 40 }] }]);
    expect(row(id)).toMatchObject({ vitals: null, health: 'unknown' });
    expect(row(id)?.utilizationHistory).toContain(40);
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
