import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

/** Counts how often a program ran on the server, by a line that a wrapper in front of it writes. */
async function countRuns(server: FleetServer, program: string, pattern: string): Promise<void> {
  await server.mustExec(
    `p=$(command -v ${program}); mv "$p" "$p.real"; printf '#!/bin/sh\\ncase " $* " in *"${pattern}"*) echo run >> /root/${program}.runs;; esac\\nexec "%s.real" "$@"\\n' "$p" > "$p"; chmod 755 "$p"`,
  );
}

async function runs(server: FleetServer, program: string): Promise<number> {
  return Number((await server.exec(`cat /root/${program}.runs 2>/dev/null | wc -l`)).stdout.trim());
}

describe('the core killed with -9 in the middle of work on a real server', () => {
  const pilothouse = new Pilothouse();
  let full: FleetServer;
  let prov: FleetServer;

  beforeAll(async () => {
    const fleet = await ensureFleet();
    [full, prov] = await Promise.all([fleet.startServer({ kind: 'full', name: 'kill-full' }), fleet.startServer({ kind: 'prov', name: 'kill-prov' })]);
    await addTrusted(pilothouse, 'full', full);
    await addTrusted(pilothouse, 'prov', prov);
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await Promise.all([full?.remove(), prov?.remove()]);
  });

  it('finishes the same day-1 run after a restart, every step once', async () => {
    await countRuns(full, 'useradd', 'ops');
    await countRuns(full, 'mkswap', '');
    const { operation } = await pilothouse.json(['workflows', 'run', 'day1-base', '--on', 'full', '--detach']);
    const killedIn: string[] = [];
    // Three times: each in the middle of whatever step is being applied then.
    while (killedIn.length < 3) {
      const now = await pilothouse.json(['operations', 'show', operation.id]);
      const running = now.operation.cells.find((cell: { state: string; phase: string }) => cell.state === 'running' && cell.phase === 'apply');
      if (now.operation.finishedAtMs !== null) break;
      if (running === undefined || killedIn.includes(running.stepId)) continue;
      pilothouse.killCore();
      killedIn.push(running.stepId);
    }
    expect(killedIn.length).toBeGreaterThanOrEqual(2);
    const ended = await pilothouse.json(['operations', 'follow', operation.id]);
    expect(ended.operation).toMatchObject({ id: operation.id, state: 'succeeded' });
    expect(ended.operation.cells.every((cell: { attempt: number }) => cell.attempt === 1)).toBe(true);
    expect(await runs(full, 'useradd')).toBe(1);
    expect(await runs(full, 'mkswap')).toBe(1);
    const jobs = (await full.mustExec('ls /var/lib/pilothouse/jobs 2>/dev/null || true')).trim();
    expect(jobs).toBe('');
  });

  it('finishes the same deploy after a restart: each image pulled once, the stack started once', async () => {
    await countRuns(prov, 'docker', ' up ');
    const { operation } = await pilothouse.json(['stacks', 'deploy', 'privaxai', '--on', 'prov', '--soak', '1', '--detach']);
    const killedIn: string[] = [];
    while (killedIn.length < 2) {
      const now = await pilothouse.json(['operations', 'show', operation.id]);
      if (now.operation.finishedAtMs !== null) break;
      const running = now.operation.cells.find(
        (cell: { state: string; stepId: string }) => cell.state === 'running' && ['pull', 'switch', 'warm-up', 'gate'].includes(cell.stepId),
      );
      if (running === undefined || killedIn.includes(running.stepId)) continue;
      pilothouse.killCore();
      killedIn.push(running.stepId);
    }
    expect(killedIn.length).toBe(2);
    const ended = await pilothouse.json(['operations', 'follow', operation.id]);
    expect(ended.operation).toMatchObject({ id: operation.id, state: 'succeeded' });
    expect(await runs(prov, 'docker')).toBe(1);
    const { releases } = await pilothouse.json(['stacks', 'releases', 'privaxai', '--on', 'prov']);
    expect(releases[0].releases.map((release: { id: string }) => release.id)).toEqual(['r1']);
  });

  it('reports the true exit code of a command that ended while nobody ran', async () => {
    const { child, ended } = pilothouse.start(['exec', 'prov', '--', 'sh', '-c', 'echo begun; sleep 3; echo done; exit 7']);
    await expect.poll(async () => (await pilothouse.json(['operations', 'list', '--open'])).operations.length, { timeout: 30_000 }).toBe(1);
    const [{ id }] = (await pilothouse.json(['operations', 'list', '--open'])).operations;
    pilothouse.killCore();
    child.kill('SIGKILL');
    await ended;
    const finished = await pilothouse.run(['--json', 'operations', 'follow', id]);
    expect(finished.exitCode).toBe(1);
    expect(finished.json.operation.cells[0]).toMatchObject({ state: 'failed', exitCode: 7 });
    const shown = await pilothouse.json(['operations', 'show', id, '--output']);
    const text = shown.output
      .filter((entry: { stream: string }) => entry.stream !== 'note')
      .map((entry: { data: string }) => entry.data)
      .join('');
    expect(text).toBe('begun\ndone\n');
  });
});
