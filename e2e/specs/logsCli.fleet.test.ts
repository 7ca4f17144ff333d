import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

describe.skipIf(fleetObstacle())('pilothouse logs', () => {
  const pilothouse = new Pilothouse();
  let fleet: Fleet;
  let server: FleetServer;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'light', name: 'logs-cli' });
    await addTrusted(pilothouse, 'a', server);
    await server.mustExec("printf 'one\\n\\033]0;title\\007two \\033[31mred\\033[0m\\nthree\\n' >/root/app.log");
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await fleet?.removeAll();
  });

  it('prints the last lines with their source, and one JSON document each', async () => {
    const ran = await pilothouse.run(['logs', 'a', '--file', '/root/app.log', '--tail', '2', '--utc']);
    expect([ran.exitCode, ran.stdout.split('\n').length]).toEqual([0, 3]);
    expect(ran.stdout).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z a\/\/root\/app\.log {2}.*two/);
    const lines = (await pilothouse.run(['--json', 'logs', 'a', '--file', '/root/app.log', '--grep', '^t?[ho]'])).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { server: 'a', kind: 'file', name: '/root/app.log', text: 'one' },
      { server: 'a', kind: 'file', name: '/root/app.log', text: 'three' },
    ]);
  });

  it('goes on with another core where the first one was killed, each line once', { timeout: 60_000 }, async () => {
    // A thousand lines for each core: the next ones are written once the one before is dead, however late that is noticed.
    const write = (from: number) => server.mustExec(`seq -f 'number %.0f' ${from} ${from + 999} >>/root/count.log`);
    await server.mustExec('rm -f /root/count.log');
    await write(1);
    const { child, ended } = pilothouse.start(['--json', 'logs', 'a', '--file', '/root/count.log', '--tail', '100000', '--follow']);
    if (child.stdout === null) throw new Error('no output');
    const got: string[] = [];
    const kills = [500, 1500];
    for await (const line of createInterface(child.stdout)) {
      got.push(JSON.parse(line).text);
      if (got.length === kills[0]) {
        kills.shift();
        process.kill(pilothouse.corePid(), 'SIGKILL');
        await write(got.length + 501);
      }
      if (got.length === 3000) child.kill('SIGINT');
    }
    const ran = await ended;
    expect(got).toEqual(Array.from({ length: 3000 }, (_, index) => `number ${index + 1}`));
    expect(ran.exitCode).toBe(130);
    expect(ran.stderr.match(/The core ended/g)).toHaveLength(2);
    console.log(`lines ${got.length} of 3000, each once and in order, through 2 killed cores`);
  });

  it('says by its exit code what kept it from reading', async () => {
    expect((await pilothouse.run(['logs', 'nobody'])).exitCode).toBe(2);
    expect((await pilothouse.run(['logs', 'a', '--grep', '('])).exitCode).toBe(2);
    expect((await pilothouse.run(['logs', 'a', '--since', 'yesterday'])).exitCode).toBe(2);
    await server.stop();
    const ran = await pilothouse.run(['logs', 'a', '--file', '/root/app.log']);
    expect(ran.exitCode).toBe(3);
    // Nobody has looked at the key of the new address.
    await pilothouse.json(['servers', 'edit', 'a', '--port', '1']);
    expect((await pilothouse.run(['logs', 'a', '--file', '/root/app.log'])).exitCode).toBe(4);
  });
});
