import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { type Facts, type FactsChange, factsSchema } from '../../../shared/model/facts.ts';
import { FactsChangeList } from './FactsChangeList.tsx';
import { FactsNotices } from './FactsNotices.tsx';
import { GpuTraits } from './GpuTraits.tsx';
import { HardwareFacts } from './HardwareFacts.tsx';

const facts = (changes: object = {}): Facts =>
  factsSchema.parse({
    ...{ collectedAtMs: 1, hostname: 'gpu-1', os: { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04' }, kernel: '5.15', architecture: 'x86_64' },
    ...{ bootId: null, uptimeS: 1, virtualization: 'none', init: 'systemd', cpu: { model: 'AMD EPYC 7543', logicalCores: 64, cores: 32 } },
    memory: { totalMib: 128_700, availableMib: null, swapTotalMib: 0 },
    ...{ disks: [], mounts: [], ports: [], privilege: 'root', time: { synchronized: true, zone: null }, unknowns: [] },
    gpu: { state: 'none', detail: null, driverVersion: null, cudaVersion: null, devices: [] },
    docker: { state: 'missing', serverVersion: null, composeVersion: null, rootDirectory: null },
    ...changes,
  });

it('lists the newest changes, marks the important ones, and shows all on a press', async () => {
  const change = (index: number): FactsChange => ({
    ...{
      seenAtMs: Date.now() - index * 86_400_000,
      sinceMs: 1,
      path: `p${index}`,
      title: `Fact ${index}`,
      before: index === 0 ? '8' : null,
      after: index === 1 ? null : '7',
    },
    important: index === 0,
  });
  await render(<FactsChangeList changes={Array.from({ length: 9 }, (_, index) => change(index))} />);
  await expect.element(page.getByText('Fact 0 (important)')).toBeVisible();
  await expect.element(page.getByText('8 → 7')).toBeVisible();
  await expect.element(page.getByText('nothing → gone')).toBeVisible();
  await expect.element(page.getByText('Fact 8')).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Show 3 more changes' }).click();
  await expect.element(page.getByText('Fact 8')).toBeVisible();
});

it('says that nothing changed', async () => {
  await render(<FactsChangeList changes={[]} />);
  await expect.element(page.getByText('Nothing changed since its facts were first read.')).toBeVisible();
});

it('tells what asks for a person, worst first, with the next thing to do; and takes no room where nothing does', async () => {
  const raid = [{ name: 'md0', level: 'raid1', state: 'degraded', disks: 2, working: 1, members: [] }];
  await render(<FactsNotices facts={facts({ raid, updates: { rebootRequired: true, unattended: true } })} />);
  const notices = page
    .getByRole('listitem')
    .elements()
    .map((item) => item.textContent);
  expect(notices).toEqual([expect.stringMatching(/^Fault: The RAID md0 .*mdadm/), expect.stringMatching(/^Warning: Updates .*Reboot/)]);
  const { container } = await render(<FactsNotices facts={facts()} />);
  expect(container.textContent).toBe('');
});

it('shows hardware, and names what is unknown', async () => {
  const disks = [{ name: 'nvme0n1', sizeBytes: 1.92e12, rotational: false, model: 'PM9A3', kind: 'nvme' }];
  const { container } = await render(<HardwareFacts facts={facts({ disks })} />);
  expect(container.textContent).toContain('bare metal');
  expect(container.textContent).toContain('AMD EPYC 7543, 32 cores, 64 threads');
  expect(container.textContent).toContain('nvme0n1 NVMe PM9A31.92 TB');
  expect(container.textContent).toContain('Networkunknown');
});

it('opens UUIDs and places on a press', async () => {
  const { devices } = facts({
    gpu: { ...facts().gpu, state: 'ok', devices: [{ index: 0, uuid: 'GPU-1', name: 'A10', vramMib: 1, pciAddress: '00000000:18:00.0', powerLimitW: 150 }] },
  }).gpu;
  await render(<GpuTraits devices={devices} />);
  await expect.element(page.getByText('150 W')).toBeVisible();
  await expect.element(page.getByText('GPU-1')).not.toBeVisible();
  await page.getByText('UUIDs and places on the PCI bus').click();
  await expect.element(page.getByText('00000000:18:00.0')).toBeVisible();
});
