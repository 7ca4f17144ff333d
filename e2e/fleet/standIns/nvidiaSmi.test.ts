import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../testFleet.ts';

// Formats of driver 550 as in public captures: leptonai/gpud e2e/mock/nvidia-smi, influxdata/telegraf nvidia_smi test data.
const gpus = [{ name: 'NVIDIA A10', utilizationPercent: 97, temperatureC: 62, powerW: 134.8 }, { name: 'NVIDIA GeForce RTX 4090' }];
const processes = [{ gpu: 0, pid: 4242, name: 'VLLM::EngineCore', memoryMib: 19000 }];

describe.skipIf(fleetObstacle())('nvidia-smi stand-in', () => {
  let fleet: Fleet;
  let server: FleetServer;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'light', name: 'nvidia-smi', gpus });
    await server.setGpuState({ gpus, processes });
  });
  afterAll(() => fleet.removeAll());

  it('lists cards', async () => {
    expect(await server.mustExec('nvidia-smi -L')).toMatch(/^GPU 0: NVIDIA A10 \(UUID: GPU-[0-9a-f-]{36}\)\nGPU 1: NVIDIA GeForce RTX 4090 /);
  });

  it('prints the table with columns where they belong', async () => {
    const lines = (await server.mustExec('nvidia-smi')).split('\n');
    expect(new Set(lines.slice(1).map((line) => line.length))).toEqual(new Set([91]));
    expect(lines[2]).toBe('| NVIDIA-SMI 550.127.05             Driver Version: 550.127.05     CUDA Version: 12.4     |');
    expect(lines).toContain('|   0  NVIDIA A10                     On  |   00000000:01:00.0 Off |                    0 |');
    expect(lines).toContain('| N/A   62C    P0            135W /  150W |   19001MiB /  23028MiB |     97%      Default |');
    expect(lines).toContain('|    0   N/A  N/A      4242      C   VLLM::EngineCore                            19000MiB |');
  });

  it('answers queries as CSV', async () => {
    const query = 'nvidia-smi --query-gpu=index,memory.used,power.draw,fan.speed,clocks.sm --format';
    expect(await server.mustExec(`${query}=csv`)).toBe(
      'index, memory.used [MiB], power.draw [W], fan.speed [%], clocks.current.sm [MHz]\n0, 19001 MiB, 134.80 W, [N/A], 1695 MHz\n1, 1 MiB, 18.20 W, 30 %, 210 MHz',
    );
    expect(await server.mustExec(`${query}=csv,noheader,nounits -i 1`)).toBe('1, 1, 18.20, 30, 210');
    const apps = 'nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv,noheader';
    expect(await server.mustExec(apps)).toBe('4242, VLLM::EngineCore, 19000 MiB');
    expect(await server.exec('nvidia-smi --query-gpu=nonsense --format=csv')).toMatchObject({
      code: 2,
      stdout: 'Field "nonsense" is not a valid field to query.\n\n',
    });
  });

  it('writes well-formed XML', async () => {
    const script =
      'import sys,xml.dom.minidom as m; d=m.parse(sys.stdin); print([g.getElementsByTagName("fb_memory_usage")[0].getElementsByTagName("used")[0].firstChild.data for g in d.getElementsByTagName("gpu")])';
    expect(await server.mustExec(`nvidia-smi -q -x | python3 -c '${script}'`)).toBe("['19001 MiB', '1 MiB']");
  });

  it('monitors in a loop and with dmon', async () => {
    expect(await server.mustExec('timeout 20 nvidia-smi --query-gpu=index --format=csv,noheader -i 0 -l 1 | head -n 2')).toBe('0\n0');
    const lines = (await server.mustExec('nvidia-smi dmon -c 1')).split('\n');
    expect(lines[0]).toBe('# gpu    pwr  gtemp  mtemp     sm    mem    enc    dec    jpg    ofa   mclk   pclk ');
    expect(lines[2]).toBe('    0    135     62      -     97     48      0      0      0      0   6251   1695 ');
  });

  it('fails in the ways a driver fails', async () => {
    await server.setGpuState({ mode: 'noDriver', gpus });
    expect(await server.exec('nvidia-smi')).toMatchObject({ code: 9, stdout: expect.stringContaining("couldn't communicate with the NVIDIA driver") });
    await server.setGpuState({ mode: 'noDevices', gpus: [] });
    expect(await server.exec('nvidia-smi -L')).toMatchObject({ code: 6, stdout: 'No devices were found\n' });
    await server.setGpuState({ mode: 'lost', gpus });
    expect(await server.exec('nvidia-smi')).toMatchObject({ code: 15, stdout: expect.stringContaining('GPU0000:01:00.0: GPU is lost') });
    await server.setGpuState({ mode: 'hang', gpus });
    expect((await server.exec('timeout 1 nvidia-smi')).code).toBe(124);
  });
});
