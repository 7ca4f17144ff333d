import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordExecuted } from '../fleet/support/executedCommands.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const count = 20;
const names = Array.from({ length: count }, (_, index) => `many-${String(index + 1).padStart(2, '0')}`);
const [cutOff = '', brokenApt = '', ...well] = names;
const told: string[] = [];

interface Cell {
  stepId: string;
  serverId: string;
  state: string;
  exitCode: number | null;
  error: { code: string } | null;
}

describe.skipIf(fleetObstacle())('twenty servers at once, two of them broken in different ways', () => {
  let fleet: Fleet;
  const servers = new Map<string, FleetServer>();
  const pilothouse = new Pilothouse();

  beforeAll(async () => {
    fleet = await ensureFleet();
    for (const name of names) servers.set(name, await fleet.startServer({ kind: 'light', name }));
    for (let from = 0; from < count; from += 4)
      await Promise.all(
        names.slice(from, from + 4).map(async (name) => {
          const server = servers.get(name);
          if (server !== undefined) await addTrusted(pilothouse, name, server, ['--tag', 'many', '--env', 'staging']);
        }),
      );
    await servers.get(cutOff)?.cut();
    await servers.get(brokenApt)?.mustExec('echo nonsense >/etc/apt/sources.list.d/broken.list');
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await fleet?.removeAll();
    process.stdout.write(`\n${told.join('\n')}\n`);
  });

  /** The updates, with what needs systemd left out; resolves with the cells by server and step. */
  const updates = async (what: string, options: readonly string[], exitCode: number) => {
    const ran = await pilothouse.json(['workflows', 'run', 'updates', '--on', 'tag:many', '--input', 'unattended=false', ...options], exitCode);
    const operation = ran.operation as {
      id: never;
      kind: 'workflow';
      subject: string;
      state: string;
      createdAtMs: number;
      finishedAtMs: number;
      cells: Cell[];
      targets: { serverId: string; name: string }[];
    };
    await recordExecuted(pilothouse, operation);
    const of = (name: string) => {
      const id = operation.targets.find((target) => target.name === name)?.serverId;
      return Object.fromEntries(
        operation.cells.filter(({ serverId }) => serverId === id).map(({ stepId, state, error }) => [stepId, error === null ? state : error.code]),
      );
    };
    const counts = new Map<string, number>();
    for (const { state } of operation.cells) counts.set(state, (counts.get(state) ?? 0) + 1);
    const line = [...counts].map(([state, number]) => `${number} ${state}`).join(', ');
    told.push(
      `${what.padEnd(30)} ${((operation.finishedAtMs - operation.createdAtMs) / 1000).toFixed(1).padStart(6)} s  ${operation.cells.length} cells: ${line}`,
    );
    return { operation, of };
  };

  test('the matrix is right, and the rest finish', async () => {
    const { of, operation } = await updates('first run', [], 6);
    expect(operation.targets).toHaveLength(count);
    expect(of(cutOff)).toMatchObject({ upgrade: expect.stringMatching(/^ssh\./), reboot: 'cancelled' });
    expect(of(brokenApt)).toMatchObject({ upgrade: 'workflow.step-failed', reboot: 'cancelled' });
    for (const name of well) expect(of(name)).toEqual({ upgrade: 'done', unattended: 'skipped', reboot: 'satisfied' });
    told.push(`${cutOff}: ${of(cutOff)['upgrade']}; ${brokenApt}: ${of(brokenApt)['upgrade']}; ${well.length} finished`);
  });

  test('mended, only the two have something left to do', async () => {
    await servers.get(cutOff)?.uncut();
    await servers.get(brokenApt)?.mustExec('rm /etc/apt/sources.list.d/broken.list');
    const { of, operation } = await updates('second run, both mended', [], 0);
    expect(operation.state).toBe('succeeded');
    for (const name of [cutOff, brokenApt]) expect(of(name)['upgrade']).toBe('done');
    for (const name of well) expect(of(name)['upgrade']).toBe('satisfied');
  });
});
