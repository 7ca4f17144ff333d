import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CoreConnection, connectToCore } from '../../src/main/transport/coreClient.ts';
import { socketAddress } from '../../src/main/transport/socketAddress.ts';
import { layMachineStandIns } from '../fleet/support/machineStandIns.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { HealthEye } from '../support/healthEye.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const mebibyte = 1024 * 1024;
const gpus = [{ name: 'NVIDIA L4', utilizationPercent: 40, temperatureC: 61, powerW: 55.5 }, { name: 'NVIDIA L4' }];

describe.skipIf(fleetObstacle())('live health tells the truth', () => {
  const pilothouse = new Pilothouse();
  let fleet: Fleet;
  let server: FleetServer;
  let core: CoreConnection;
  let eye: HealthEye;
  const container = (name: string, options: string, command: string) =>
    server.mustExec(`docker rm --force ${name} >/dev/null 2>&1; docker run --detach --name ${name} ${options} busybox:1.36 sh -c '${command}' 2>&1`);

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'health', gpus });
    await server.waitForSystem();
    await layMachineStandIns(server);
    // A file system of its own, as /proc/mounts shows one on a drive.
    await server.mustExec('mkdir -p /data && mount -t tmpfs -o size=64m /dev/data /data && docker pull --quiet busybox:1.36');
    await addTrusted(pilothouse, 'box', server);
    core = await connectToCore(socketAddress(pilothouse.directory));
    eye = new HealthEye(core.client, 'box');
    await eye.until('', 'cpuUsedRatio', (ratio) => ratio >= 0);
  }, 400_000);
  afterAll(async () => {
    await eye?.close();
    core?.close();
    await pilothouse.dispose();
    await fleet?.removeAll();
  });

  test('CPU of the machine and of a container that burns half a core', async () => {
    await container('burner', '--cpus 0.5', 'while :; do :; done');
    // A busy machine gives it less than its half: what counts is what the kernel counted.
    await eye.until('container:burner', 'containerCpuCores', (cores) => cores > 0.02, 120);
    // The truth: what the kernel itself counted, of the control group and of the machine, over the same time.
    const counted = async () => {
      const text = await server.mustExec(
        'id=$(docker inspect --format "{{.Id}}" burner); date +%s%N; cat /sys/fs/cgroup/cpuacct/docker/$id/cpuacct.usage 2>/dev/null || awk "/usage_usec/ { print \\$2 * 1000 }" /sys/fs/cgroup/system.slice/docker-$id.scope/cpu.stat; head -1 /proc/stat',
      );
      const [wall, used, stat = ''] = text.split('\n');
      const [, user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, stolen = 0] = stat.split(/\s+/).map(Number);
      return {
        ms: Number(wall) / 1e6,
        coreMs: Number(used) / 1e6,
        busy: user + nice + system + irq + soft + stolen,
        all: user + nice + system + irq + soft + stolen + idle + wait,
      };
    };
    const before = await counted();
    await new Promise((resolve) => setTimeout(resolve, 45_000));
    const after = await counted();
    const mean = (values: readonly { value: number }[]) => values.reduce((sum, { value }) => sum + value, 0) / values.length;
    const truth = { container: (after.coreMs - before.coreMs) / (after.ms - before.ms), host: (after.busy - before.busy) / (after.all - before.all) };
    const during = (subject: string, metric: string) => eye.values(subject, metric, before.ms).filter(({ atMs }) => atMs <= after.ms);
    const told = { container: mean(during('container:burner', 'containerCpuCores')), host: mean(during('', 'cpuUsedRatio')) };
    const counts = [during('container:burner', 'containerCpuCores').length, during('', 'cpuUsedRatio').length];
    console.log(
      `CPU in ${((after.ms - before.ms) / 1000).toFixed(0)} s: the container ${truth.container.toFixed(3)} cores, told ${told.container.toFixed(3)} (${counts[0]} values); ` +
        `the machine ${(truth.host * 100).toFixed(1)} %, told ${(told.host * 100).toFixed(1)} % (${counts[1]} values)`,
    );
    expect(Math.abs(told.container - truth.container)).toBeLessThan(0.05 * truth.container + 0.01);
    expect(Math.abs(told.host - truth.host)).toBeLessThan(0.05);
    await server.mustExec('docker rm --force burner');
    await expect.poll(() => eye.last('', 'containerCount'), { timeout: 60_000 }).toBe(0);
  }, 200_000);

  test('memory that a container holds, and a file of known size', async () => {
    await container('holder', '--tmpfs /held --memory 256m', `dd if=/dev/zero of=/held/it bs=1M count=96 2>/dev/null; sleep 600`);
    const held = await eye.until('container:holder', 'containerMemoryUsedBytes', (bytes) => bytes > 90 * mebibyte);
    const limit = eye.last('container:holder', 'containerMemoryLimitBytes');
    console.log(`a container that holds 96 MiB: told ${(held / mebibyte).toFixed(1)} MiB of ${((limit ?? 0) / mebibyte).toFixed(0)}`);
    expect(Math.abs(held / mebibyte - 96)).toBeLessThan(0.05 * 96);
    expect(limit).toBe(256 * mebibyte);
    await server.mustExec('docker rm --force holder');

    const before = await eye.until('disk:/data', 'diskUsedBytes', () => true);
    await server.mustExec('dd if=/dev/zero of=/data/file bs=1M count=40 2>/dev/null');
    const after = await eye.until('disk:/data', 'diskUsedBytes', (bytes) => bytes > before + mebibyte);
    expect((after - before) / mebibyte).toBe(40);
    expect(eye.last('disk:/data', 'diskUsedRatio')).toBeCloseTo(40 / 64, 3);
    await server.mustExec('rm /data/file');
  }, 200_000);

  test('GPUs as nvidia-smi has them, one that vanishes, and an Xid', async () => {
    const uuids = (await server.mustExec('nvidia-smi --query-gpu=uuid --format=csv,noheader')).split('\n');
    const [first, second] = uuids.map((uuid) => `gpu:${uuid}`) as [string, string];
    await server.setGpuState({ gpus });
    await eye.until(second, 'gpuUsedRatio', (ratio) => ratio === 0);
    expect(await eye.until(first, 'gpuUsedRatio', (ratio) => ratio < 0.9)).toBeCloseTo(0.4, 6);
    expect(eye.last(first, 'gpuTemperatureCelsius')).toBe(61);
    expect(eye.last(first, 'gpuPowerWatts')).toBeCloseTo(55.5, 3);
    await server.setGpuState({ gpus: [{ ...gpus[0], name: 'NVIDIA L4', utilizationPercent: 99, temperatureC: 86 }] });
    expect(await eye.until('', 'gpuVanishedCount', (count) => count === 1)).toBe(1);
    const goneMs = Date.now();
    expect(await eye.until(first, 'gpuTemperatureCelsius', (celsius) => celsius === 86)).toBe(86);
    expect(eye.values(second, 'gpuUsedRatio', goneMs)).toEqual([]);
    await server.setGpuState({ gpus });
    await eye.until('', 'gpuVanishedCount', (count) => count === 0);

    const bus = (await server.mustExec('nvidia-smi --query-gpu=pci.bus_id --format=csv,noheader')).split('\n')[0] ?? '';
    const up = Math.floor(Number((await server.mustExec('cut -d" " -f1 /proc/uptime')).trim()));
    await server.mustExec('cat >/run/xid', {
      stdin: `[${up}.500000] NVRM: Xid (PCI:${bus.toLowerCase().slice(-12, -2)}): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n`,
    });
    expect(await eye.until(first, 'xidLastCode', () => true)).toBe(79);
    expect(eye.last(first, 'xidErrorsRecent')).toBe(1);
    await server.mustExec('rm /run/xid');
  }, 200_000);

  test('a container that is killed, one that runs out of memory, one that restarts', async () => {
    await server.mustExec('docker rm --force killed greedy restless 2>/dev/null');
    await container('killed', '', 'sleep 600');
    await eye.until('container:killed', 'containerRunning', (flag) => flag === 1);
    await server.mustExec('docker kill killed');
    await eye.until('container:killed', 'containerRunning', (flag) => flag === 0);
    expect(eye.last('container:killed', 'containerExitCode')).toBe(137);
    expect(eye.last('container:killed', 'containerOomKilled')).toBe(0);
    await container('greedy', '--memory 32m --memory-swap 32m', 'sleep 1; tail /dev/zero');
    await eye.until('container:greedy', 'containerOomKilled', (flag) => flag === 1);
    await container('restless', '--restart always', 'sleep 0.5; exit 3');
    const restarts = await eye.until('container:restless', 'containerRestarts', (count) => count >= 3);
    const now = Number(await server.mustExec('docker inspect --format "{{.RestartCount}}" restless'));
    expect(restarts).toBeLessThanOrEqual(now);
    // Those before the first look have no time that we know.
    await eye.until('container:restless', 'containerRestartsRecent', (count) => count >= 1);
    await server.mustExec('docker rm --force killed greedy restless');
  }, 300_000);

  test('a clock that goes wrong, and how far', async () => {
    await server.mustExec('echo 90 >/run/skew');
    expect(Math.abs((await eye.until('', 'clockAheadSeconds', (seconds) => seconds > 45)) - 90)).toBeLessThan(0.5);
    await server.mustExec('rm /run/skew');
    await eye.until('', 'clockAheadSeconds', (seconds) => Math.abs(seconds) < 0.5);
  }, 200_000);

  test('a lossy line loses nothing but time; one that is cut is told as lost and is taken up again', async () => {
    await server.slow({ lossPercent: 10, roundTripMs: 80 });
    const sinceMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    const during = eye.values('', 'load1', sinceMs);
    expect(during.length).toBeGreaterThan(5);
    await server.unslow();
    await server.cut();
    const cutAtMs = Date.now();
    await expect.poll(() => eye.states.at(-1), { timeout: 60_000 }).toBe('lost');
    const noticedS = (Date.now() - cutAtMs) / 1000;
    await server.uncut();
    await expect.poll(() => eye.states.at(-1), { timeout: 60_000 }).toBe('live');
    console.log(`10 % loss: ${during.length} looks in 20 s; a cut line was told as lost after ${noticedS.toFixed(1)} s; it stood ${eye.states.join(', ')}`);
    // Rates across the gap are no rates.
    expect(eye.values('', 'cpuUsedRatio').every(({ value }) => value >= 0 && value <= 1)).toBe(true);
  }, 200_000);
});
