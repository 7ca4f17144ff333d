import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listServers } from './host/launchServer.ts';
import { sshLogin } from './support/sshLogin.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from './testFleet.ts';

describe.skipIf(fleetObstacle())('servers', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await ensureFleet();
  });
  afterAll(() => fleet.removeAll());

  describe('full', () => {
    let server: FleetServer;
    beforeAll(async () => {
      server = await fleet.startServer({ kind: 'full', name: 'servers-full' });
    });

    it('runs systemd as its first process, with nothing failed', async () => {
      expect(await server.waitForSystem()).toBe('running');
      expect(await server.mustExec('cat /proc/1/comm')).toBe('systemd');
    });

    it('lets the operator in by key and names itself', async () => {
      expect(await sshLogin(server, 'id -un; hostname')).toMatchObject({ code: 0, stdout: 'root\nservers-full\n' });
    });

    it('is clean: no Docker, no firewall, no GPU', async () => {
      expect(await server.mustExec('command -v docker ufw nvidia-smi || true')).toBe('');
    });

    it('reaches its package mirror and knows the vendors by name', async () => {
      await server.mustExec('apt-get update -qq');
      expect(await server.mustExec('getent ahostsv4 download.docker.com')).toContain(fleet.network.inetIp);
    });

    it('has a host name, swap and sysctls of its own', async () => {
      await server.mustExec('hostnamectl set-hostname other');
      expect(await server.mustExec('cat /etc/hostname')).toBe('other');
      await server.mustExec('dd if=/dev/zero of=/swap bs=1M count=8 status=none; chmod 600 /swap; mkswap /swap; swapon /swap');
      expect(await server.mustExec('swapon --show=NAME --noheadings')).toBe('/swap');
      await server.mustExec('sysctl -w vm.swappiness=7');
      expect(await server.mustExec('sysctl -n vm.swappiness')).toBe('7');
    });

    it('cannot move the clock of the machine below', async () => {
      expect((await server.exec('date -s 2020-01-01')).code).not.toBe(0);
    });
  });

  it('prov has a working Docker Engine and the usual protection', async () => {
    const server = await fleet.startServer({ kind: 'prov', name: 'servers-prov' });
    expect(await server.waitForSystem()).toBe('running');
    expect(await server.mustExec('docker run --rm busybox:1.36 echo inside')).toBe('inside');
    await server.mustExec('ufw allow OpenSSH && ufw --force enable && fail2ban-client ping');
    expect((await sshLogin(server, 'true')).code).toBe(0);
  });

  it('light has users with the sudo they were given', async () => {
    const users = [
      { name: 'free', sudo: 'nopasswd' },
      { name: 'asked', password: 'pass word', sudo: 'password' },
      { name: 'plain', key: false },
    ] as const;
    const server = await fleet.startServer({ kind: 'light', name: 'servers-light', users });
    expect((await sshLogin(server, 'sudo -n id -un', 'free')).stdout).toBe('root\n');
    expect((await sshLogin(server, 'sudo -n true', 'asked')).code).toBe(1);
    expect((await sshLogin(server, "echo 'pass word' | sudo -S id -un", 'asked')).stdout).toBe('root\n');
    expect((await sshLogin(server, 'true', 'plain')).code).toBe(255);
  });

  it('sshd settings of the spec win over the image', async () => {
    const server = await fleet.startServer({ kind: 'light', name: 'servers-sshd', sshdConfig: 'PermitRootLogin no\nMaxStartups 3' });
    expect((await sshLogin(server, 'true')).code).toBe(255);
    expect(await server.mustExec('sshd -T | grep -i ^maxstartups')).toBe('maxstartups 3:30:3');
  });

  it('replaces a server of the same name and gives two servers different host keys', async () => {
    const first = await fleet.startServer({ kind: 'light', name: 'servers-twice' });
    const firstKey = await first.hostKeyFingerprint();
    const second = await fleet.startServer({ kind: 'light', name: 'servers-twice' });
    expect(await second.hostKeyFingerprint()).not.toBe(firstKey);
    expect((await listServers()).filter((server) => server.name === 'servers-twice')).toHaveLength(1);
  });

  it('refuses names that are no host names', async () => {
    await expect(fleet.startServer({ kind: 'light', name: 'no good' })).rejects.toThrow('not a host name');
    await expect(fleet.startServer({ kind: 'light', name: 'fleet-registry' })).rejects.toThrow('belong to the fleet');
  });
});
