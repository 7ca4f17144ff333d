import type { Facts } from './facts.ts';

/** Something in the facts that asks for a person, with the next thing to do. */
export interface FactsNotice {
  /** The same for the same matter: `driver-mismatch`, `raid-md0`, … */
  id: string;
  tone: 'bad' | 'warn';
  sentence: string;
  next: string;
}

/** What in a server's facts asks for a person, the worst first. Pure; the same on every screen and on the command line. */
export function factsNotices(facts: Facts): FactsNotice[] {
  return [...gpuNotices(facts), ...storageNotices(facts), ...systemNotices(facts)].sort((a, b) => Number(a.tone === 'warn') - Number(b.tone === 'warn'));
}

function gpuNotices({ gpu, docker }: Facts): FactsNotice[] {
  const notices: FactsNotice[] = [];
  const { driverVersion: library, moduleVersion: module } = gpu;
  const mismatch = library !== null && module !== null && library !== module;
  if (mismatch || /Driver\/library version mismatch/i.test(gpu.detail ?? '')) {
    notices.push({
      ...{ id: 'driver-mismatch', tone: 'bad' },
      sentence: mismatch
        ? `The NVIDIA driver was upgraded to ${library}, but the kernel still runs its module ${module}: new programs cannot use the GPUs.`
        : `The NVIDIA driver was upgraded, but the kernel still runs its module${module === null ? '' : ` ${module}`}: new programs cannot use the GPUs.`,
      next: 'Reboot the server at a quiet moment.',
    });
  }
  for (const { index, eccErrors } of gpu.devices) {
    if ((eccErrors ?? 0) === 0) continue;
    notices.push({
      ...{ id: `ecc-${index}`, tone: 'bad' },
      sentence: `GPU ${index} had ${eccErrors} memory ${eccErrors === 1 ? 'error' : 'errors'} since the last boot that could not be corrected.`,
      next: 'Take work off it and reset or reboot it; when errors come back, have the card replaced.',
    });
  }
  if (gpu.devices.length > 0 && gpu.toolkitVersion === null && docker.state === 'ok' && !docker.runtimes.includes('nvidia')) {
    notices.push({
      ...{ id: 'no-container-toolkit', tone: 'warn' },
      sentence: 'There are GPUs, but containers cannot use them: the NVIDIA Container Toolkit is missing.',
      next: 'Install the package nvidia-container-toolkit, then run nvidia-ctk runtime configure --runtime=docker and restart Docker.',
    });
  }
  return notices;
}

function storageNotices({ raid }: Facts): FactsNotice[] {
  return raid
    .filter(({ state }) => state !== 'clean')
    .map(({ name, level, state, disks, working }) => ({
      id: `raid-${name}`,
      tone: state === 'rebuilding' ? ('warn' as const) : ('bad' as const),
      sentence: state === 'inactive' ? `The RAID ${name} is not running.` : `The RAID ${name} (${level}) is ${state}: ${working} of ${disks} disks work.`,
      next:
        state === 'rebuilding'
          ? 'Wait until it is rebuilt; until then one more disk must not fail.'
          : `Look at it with mdadm --detail /dev/${name} and replace the disk that failed.`,
    }));
}

function systemNotices({ updates, time }: Facts): FactsNotice[] {
  const notices: FactsNotice[] = [];
  if (updates.rebootRequired === true) {
    notices.push({
      id: 'reboot-required',
      tone: 'warn',
      sentence: 'Updates are installed that take effect with a reboot only.',
      next: 'Reboot the server at a quiet moment.',
    });
  }
  if (time.synchronized === false) {
    notices.push({
      ...{ id: 'clock', tone: 'warn' },
      sentence: 'The clock is not synchronised: certificates, logs and one-time codes go by it.',
      next: 'Turn time synchronisation on: sudo timedatectl set-ntp true.',
    });
  }
  return notices;
}
