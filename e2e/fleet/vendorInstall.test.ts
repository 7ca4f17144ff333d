import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerToolkitRecipe } from './support/containerToolkit.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from './testFleet.ts';

// As the vendor publishes it; source: https://docs.docker.com/engine/install/debian/
const dockerRecipe = `set -e; export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq ca-certificates curl >/dev/null
install -m 0755 -d /etc/apt/keyrings
curl -fsSL https://download.docker.com/linux/debian/gpg -o /etc/apt/keyrings/docker.asc
chmod a+r /etc/apt/keyrings/docker.asc
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian $(. /etc/os-release && echo "$VERSION_CODENAME") stable" >/etc/apt/sources.list.d/docker.list
apt-get update -qq
apt-get install -y -qq docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin >/dev/null 2>&1`;

describe.skipIf(fleetObstacle())('vendor recipes', () => {
  let fleet: Fleet;
  let server: FleetServer;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'vendor-full', gpus: [{ name: 'NVIDIA L4' }] });
  });
  afterAll(() => fleet.removeAll());

  it("Docker's apt recipe runs unmodified on a clean server", async () => {
    await server.mustExec(dockerRecipe);
    expect(await server.mustExec('systemctl is-active docker containerd')).toBe('active\nactive');
    expect(await server.mustExec('apt-cache policy docker-ce | sed -n "s/.*Installed: //p"')).toMatch(/^5:\d+\.\d+\.\d+-1~debian\.13~trixie$/);
    expect(await server.mustExec('docker compose version --short')).toMatch(/^2\./);
    expect(await server.mustExec('docker run --rm busybox:1.36 echo inside')).toBe('inside');
  });

  it('refuses packages signed by another key', async () => {
    const result = await server.exec(`gpg --batch --quiet --passphrase '' --quick-gen-key other ed25519 sign never
      gpg --armor --export other >/tmp/other.asc
      sed 's#/etc/apt/keyrings/docker.asc#/tmp/other.asc#' /etc/apt/sources.list.d/docker.list >/tmp/other.list
      apt-get update -o Dir::Etc::sourcelist=/tmp/other.list -o Dir::Etc::sourceparts=- 2>&1`);
    expect(result.stdout).toMatch(/NO_PUBKEY|Missing key/i);
  });

  it("NVIDIA's toolkit recipe makes --gpus work, and fail without a driver", async () => {
    await server.mustExec(containerToolkitRecipe);
    expect(await server.mustExec("docker info --format '{{json .Runtimes}}'")).toContain('nvidia-container-runtime');
    expect(await server.mustExec('docker run --rm --gpus all busybox:1.36 env')).toContain('NVIDIA_VISIBLE_DEVICES=all');
    await server.setGpuState({ mode: 'noDriver', gpus: [] });
    const refused = await server.exec('docker run --rm --gpus all busybox:1.36 true');
    expect(refused.stderr).toContain('nvml error: driver not loaded');
  });

  it("Docker's convenience script does the same", async () => {
    const other = await fleet.startServer({ kind: 'full', name: 'vendor-script' });
    await other.mustExec('curl -fsSL https://get.docker.com | sh');
    expect(await other.mustExec('systemctl is-active docker')).toBe('active');
  });
});
