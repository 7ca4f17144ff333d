import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts, FactsChange } from '../../src/shared/model/facts.ts';
import type { Fit } from '../../src/shared/model/fit.ts';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const shown: string[] = [];
const show = (what: string, saw: string) => shown.push(`  ${what}: ${saw}`);
const cards = [{ name: 'NVIDIA A10' }, { name: 'NVIDIA GeForce RTX 4090' }];

// SMBIOS type 17 as dmidecode 3.4 prints it; containers have no tables of their own.
const dmidecode = `#!/bin/sh
printf '# dmidecode 3.4\\nGetting SMBIOS data from sysfs.\\n'
for slot in A1 B1; do
printf '\\nHandle 0x0040, DMI type 17, 92 bytes\\nMemory Device\\n\\tTotal Width: 72 bits\\n\\tData Width: 64 bits\\n\\tSize: 64 GB\\n\\tLocator: DIMM_%s\\n\\tType: DDR4\\n\\tSpeed: 3200 MT/s\\n\\tConfigured Memory Speed: 2933 MT/s\\n' $slot
done
printf '\\nHandle 0x0042, DMI type 17, 92 bytes\\nMemory Device\\n\\tTotal Width: Unknown\\n\\tData Width: Unknown\\n\\tSize: No Module Installed\\n\\tType: Unknown\\n'
`;

let fleet: Fleet;
let server: FleetServer;
const pilothouse = new Pilothouse();
beforeAll(async () => {
  fleet = await ensureFleet();
  server = await fleet.startServer({ kind: 'light', name: 'facts-box', gpus: cards });
  await server.mustExec(`cat >/usr/sbin/dmidecode <<'END'\n${dmidecode}END\nchmod 755 /usr/sbin/dmidecode`);
  await addTrusted(pilothouse, 'box', server);
});
afterAll(async () => {
  await pilothouse.dispose();
  await server?.remove();
  process.stdout.write(`${shown.join('\n')}\n`);
});

async function readFacts(): Promise<Facts> {
  const { facts } = await pilothouse.json(['servers', 'facts', 'box', '--refresh']);
  return facts[0].facts;
}
async function readChanges(): Promise<FactsChange[]> {
  return (await pilothouse.json(['servers', 'facts', 'box', '--changes'])).changes[0].changes;
}
const told = (changes: readonly FactsChange[]) => changes.map(({ path, before, after, important }) => `${important ? '! ' : ''}${path}: ${before} → ${after}`);

describe('facts on a real server', () => {
  it('equal what its own tools say, one by one', async () => {
    const facts = await readFacts();
    const own = async (script: string) => (await server.mustExec(script)).trim();
    const query = 'nvidia-smi --format=csv,noheader,nounits --query-gpu';
    const expected = {
      kernel: await own('uname -r'),
      system: await own('. /etc/os-release; echo "$ID $VERSION_ID"'),
      threads: await own('nproc --all'),
      processor: await own("sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1 | tr -s ' '"),
      memory: await own('awk \'$1 == "MemTotal:" { printf "%d", $2 / 1024 + 0.5 }\' /proc/meminfo'),
      maker: await own('cat /sys/class/dmi/id/sys_vendor 2>/dev/null || true'),
      root: await own("df -P -k / | awk 'NR == 2 { print $2 * 1024 }'"),
      uuids: await own(`${query}=uuid`),
      names: await own(`${query}=name`),
      vram: await own(`${query}=memory.total`),
      places: await own(`${query}=pci.bus_id`),
      correction: await own(`${query}=ecc.mode.current`),
      limits: await own(`${query}=power.limit`),
      driver: (await own(`${query}=driver_version`)).split('\n')[0],
    };
    const gpu = (of: (device: Facts['gpu']['devices'][number]) => unknown) => facts.gpu.devices.map((device) => String(of(device))).join('\n');
    const read: typeof expected = {
      kernel: facts.kernel,
      system: `${facts.os.id} ${facts.os.versionId}`,
      threads: String(facts.cpu.logicalCores),
      processor: facts.cpu.model ?? '',
      memory: String(facts.memory.totalMib),
      maker: facts.machine.vendor ?? '',
      root: String(facts.mounts.find(({ mountPoint }) => mountPoint === '/')?.sizeBytes),
      uuids: gpu(({ uuid }) => uuid),
      names: gpu(({ name }) => name),
      vram: gpu(({ vramMib }) => vramMib),
      places: gpu(({ pciAddress }) => pciAddress),
      correction: gpu(({ ecc }) => (ecc === null ? '[N/A]' : ecc ? 'Enabled' : 'Disabled')),
      limits: gpu(({ powerLimitW }) => powerLimitW?.toFixed(2)),
      driver: facts.gpu.driverVersion ?? '',
    };
    expect(read).toEqual(expected);
    expect(facts.memory).toMatchObject({ type: 'DDR4', speedMts: 2933, ecc: true });
    expect(facts.mounts.find(({ mountPoint }) => mountPoint === '/')).toMatchObject({ role: 'system', roleWhy: 'a place of the system' });
    expect(facts.gpu.cudaVersion).toBe(/CUDA Version: ([\d.]+)/.exec(await own('nvidia-smi'))?.[1]);
    show('facts equal to the server', Object.keys(expected).join(', '));
    const lines = (await pilothouse.run(['servers', 'facts', 'box'])).stdout;
    for (const uuid of expected.uuids.split('\n')) expect(lines).toContain(uuid);
    expect(lines).toMatch(/attention +There are GPUs, but containers cannot use them|Docker +not installed/);
  });

  it('notices one GPU fewer, once, and a driver that fails, and nothing where nothing changed', async () => {
    await readFacts();
    expect(told(await readChanges())).toEqual([]);
    const second = (await server.mustExec('nvidia-smi --query-gpu=uuid --format=csv,noheader -i 1')).trim();
    await server.setGpuState({ gpus: cards.slice(0, 1) });
    await readFacts();
    const gone = ['! gpu.count: 2 → 1', `! gpu.devices.${second}: NVIDIA GeForce RTX 4090 → null`];
    expect(told(await readChanges())).toEqual(gone);
    await readFacts();
    expect(told(await readChanges())).toEqual(gone);
    await server.setGpuState({ mode: 'noDriver', gpus: cards });
    await readFacts();
    expect(told(await readChanges())).toEqual(['! gpu.state: answer → the driver fails', ...gone]);
    const printed = await pilothouse.run(['servers', 'facts', 'box', '--changes']);
    expect(printed.stdout).toMatch(/!\s+Number of GPUs\s+2 → 1/);
    await server.setGpuState({ gpus: cards });
    await readFacts();
    // What came back while the driver failed is set against what was known before it did.
    expect(told(await readChanges()).slice(0, 3)).toEqual([
      '! gpu.state: the driver fails → answer',
      'gpu.count: 1 → 2',
      `gpu.devices.${second}: null → NVIDIA GeForce RTX 4090`,
    ]);
    show('changes', told(await readChanges()).join('; '));
  });
});

describe('fit of a real server', () => {
  const unmet = (fit: Fit) => fit.requirements.filter(({ verdict }) => verdict !== 'meets');

  it('tells each shortfall against a tier, with what would mend it, and ends with 1', async () => {
    const { fits } = await pilothouse.json(['servers', 'fit', 'box', '--tier', 'recommended'], 1);
    const [fit] = fits as Fit[];
    if (fit === undefined) throw new Error('nothing was judged');
    expect(fits).toHaveLength(1);
    const verdicts = Object.fromEntries(fit.requirements.map(({ id, verdict }) => [id, verdict]));
    const memoryMib = Number(await server.mustExec('awk \'$1 == "MemTotal:" { printf "%d", $2 / 1024 }\' /proc/meminfo'));
    expect(verdicts).toMatchObject({
      cores: Number(await server.mustExec('nproc --all')) >= 16 ? 'meets' : 'short',
      memory: memoryMib >= 59_900 ? 'meets' : 'short',
      'memory-kind': 'meets',
      ...{ gpu: 'meets', driver: 'meets', cuda: 'meets', docker: 'short', 'container-toolkit': 'short', os: 'unknown' },
    });
    const printed = await pilothouse.run(['servers', 'fit', 'box', '--tier', 'recommended']);
    expect(printed.exitCode).toBe(1);
    for (const { title, reason, remedy } of unmet(fit)) {
      expect(reason, title).toMatch(/\S/);
      expect(printed.stdout).toContain(`${title}: ${reason}`);
      if (remedy !== null) expect(printed.stdout).toContain(`mend ${remedy}`);
    }
    show(
      'fit recommended',
      unmet(fit)
        .map(({ title, verdict, need, have }) => `${title} ${verdict} (need ${need}, have ${have ?? 'not known'})`)
        .join('; '),
    );
  });

  it('without a target against every tier, and against a stack by what its deploy insists on', async () => {
    const { fits } = await pilothouse.json(['servers', 'fit', 'box'], 1);
    expect((fits as Fit[]).map(({ target }) => target.id)).toEqual(['minimum', 'recommended', 'optimal']);
    const stack = await pilothouse.json(['servers', 'fit', 'box', '--stack', 'privaxai'], 1);
    const [fit] = stack.fits as Fit[];
    expect(fit?.requirements.filter(({ level, verdict }) => level === 'required' && verdict === 'short').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['docker', 'compose']),
    );
    expect(fit?.requirements.find(({ id }) => id === 'advised-gpu')?.verdict).toBe('meets');
    expect((await pilothouse.run(['servers', 'fit', 'box', '--stack', 'nothing-of-that-name'])).exitCode).toBe(2);
    show('fit privaxai', `${fit?.verdict}, ${fit?.requirements.length} needs`);
  });

  it('notices a GPU that is too small at once, by the facts that were read last', async () => {
    await server.setGpuState({ gpus: [{ name: 'Tesla T4' }] });
    const { fits } = await pilothouse.json(['servers', 'fit', 'box', '--tier', 'recommended', '--refresh'], 1);
    const gpu = (fits as Fit[])[0]?.requirements.find(({ id }) => id === 'gpu');
    expect(gpu).toMatchObject({ verdict: 'short', reason: expect.stringMatching(/^The only GPU shows .* GiB; 24 GB is needed\.$/) });
    show('a small card', `${gpu?.have}: ${gpu?.reason}`);
  });
});
