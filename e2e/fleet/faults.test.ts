import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBanner } from './host/banner.ts';
import { sshLogin } from './support/sshLogin.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from './testFleet.ts';

describe.skipIf(fleetObstacle())('faults', () => {
  let fleet: Fleet;
  let server: FleetServer;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'faults-full' });
  });
  afterAll(() => fleet.removeAll());

  it('a paused server accepts connections and says nothing', async () => {
    await server.pause();
    expect(await readBanner(server.host, 22, 500)).toBeUndefined();
    expect((await sshLogin(server, 'true')).stderr).toContain('banner exchange');
    await server.unpause();
    expect(await readBanner(server.host, 22, 2000)).toContain('SSH-2.0');
  });

  it('a cut server does not answer at all, and comes back', async () => {
    await server.cut();
    expect((await sshLogin(server, 'true')).stderr).toContain('timed out');
    await server.uncut();
    expect((await sshLogin(server, 'true')).code).toBe(0);
  });

  it('a cut ends an open session only when the client gives up on it', async () => {
    const session = sshLogin(server, 'sleep 1; echo done');
    await server.waitForSsh();
    await server.cut();
    await server.uncut();
    expect((await session).stdout).toBe('done\n');
  });

  it('a slow line delays every round trip, and loss leaves TCP working', async () => {
    const reach = async () => {
      const startedMs = performance.now();
      await readBanner(server.host, 22, 5000);
      return performance.now() - startedMs;
    };
    await server.slow({ roundTripMs: 200, jitterMs: 10 });
    // One round trip to connect; the banner follows at once.
    expect(await reach()).toBeGreaterThan(185);
    await server.slow({ roundTripMs: 1, lossPercent: 5 });
    expect((await sshLogin(server, 'seq 20000 | tail -1')).stdout).toBe('20000\n');
    await server.unslow();
    // On a busy machine one may take long by itself.
    await expect.poll(reach).toBeLessThan(185);
  });

  it('killing sshd ends sessions and leaves a listener', async () => {
    const session = sshLogin(server, 'sleep 60');
    await server.mustExec('for i in $(seq 100); do pgrep -x sleep && exit; sleep 0.05; done; exit 1');
    await server.killSshd();
    expect((await session).code).toBe(255);
    expect((await sshLogin(server, 'true')).code).toBe(0);
  });

  it('a changed host key shows', async () => {
    const before = await server.hostKeyFingerprint();
    const after = await server.changeHostKey();
    expect(after).toMatch(/^SHA256:/);
    expect(after).not.toBe(before);
  });

  it('power loss and start give a new boot id and keep the disk and the address', async () => {
    const before = await server.bootId();
    await server.mustExec('echo kept >/root/kept; sync');
    await server.kill();
    expect(await readBanner(server.host, 22, 500)).toBeUndefined();
    await server.start();
    expect(await server.bootId()).not.toBe(before);
    expect((await sshLogin(server, 'cat /root/kept')).stdout).toBe('kept\n');
  });

  it('a reboot from inside comes back by itself', async () => {
    const before = await server.bootId();
    await sshLogin(server, 'systemctl reboot');
    // The restarted container has a first process only once its old one is gone.
    await expect.poll(() => server.bootId().catch(() => before), { timeout: 30_000 }).not.toBe(before);
    await server.waitForSsh();
    expect(await server.waitForSystem()).toBe('running');
  });

  it('a light server goes through the same faults', async () => {
    const light = await fleet.startServer({ kind: 'light', name: 'faults-light' });
    await light.killSshd();
    await light.changeHostKey();
    await light.kill();
    await light.start();
    expect((await sshLogin(light, 'true')).code).toBe(0);
  });
});
