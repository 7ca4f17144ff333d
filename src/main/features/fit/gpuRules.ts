import type { Facts } from '../../../shared/model/facts.ts';
import { gib, list, sold } from './fitText.ts';
import { type FitRule, isVirtual, type Judged, meets, short, unknown } from './judged.ts';

type Option = { model: string; count: number; vramGb: number };
type Device = Facts['gpu']['devices'][number];

/**
 * What cards show less than they are sold with: those with error correction and those that keep some for themselves. A card sold with
 * 16 GB shows 15,109 MiB or more, one with 24 GB 22,731, one with 40 GB 40,536.
 */
const vramKept = 0.03;

/** GPUs: one of the options, so many cards with so much memory each, whatever their model. */
export const gpuRule: FitRule = (needs, facts) => (needs.gpus === undefined ? [] : [judgeGpus(needs.gpus, facts, sold)]);

/** GPUs against options; `size` tells gigabytes as the options were told. */
export function judgeGpus(options: readonly Option[], facts: Facts, size: (gb: number) => string): Judged {
  const optionWords = ({ model, count, vramGb }: Option) => `${count} × ${model}${vramGb > 0 ? ` (${size(vramGb)})` : ''}`;
  const need = { id: 'gpu', title: 'GPUs', need: list(options.map(optionWords), 'or') };
  const { gpu } = facts;
  const have = gpu.devices.length === 0 ? 'none' : haveWords(gpu.devices);
  if (gpu.state === 'none') {
    if (gpu.detail === null)
      return short(need, 'none', 'There is no NVIDIA GPU.', isVirtual(facts) ? 'Move to a type of instance with GPUs.' : 'Put one in, or take another server.');
    const why = `${sentence(gpu.detail)} Without the driver nobody knows how much memory they have.`;
    return unknown(need, null, why, 'Install the driver, then read the facts again.');
  }
  const whole = gpu.devices.filter((device) => device.mig !== true);
  const best = options.map((option) => judgeOption(option, whole, size)).sort((one, other) => one.missing - other.missing)[0];
  if (best === undefined || best.missing === 0) return meets(need, have);
  // A GPU that fell off, or that the driver cannot reach, may be there all the same.
  if (gpu.state !== 'ok') {
    return unknown(need, have === 'none' ? null : have, `${sentence(gpu.detail ?? 'The driver fails')} So not all GPUs can be counted.`, mend(facts));
  }
  if (whole.some(({ vramMib }) => vramMib === 0)) {
    return unknown(need, have, "The GPU shares the server's memory: how much of it a model may take, nothing tells.");
  }
  const divided = gpu.devices.length - whole.length;
  if (divided === 0) return short(need, have, best.reason, best.remedy);
  const why = `${best.reason} ${divided === 1 ? 'One GPU is' : `${divided} GPUs are`} divided into instances (MIG) and not counted.`;
  return short(need, have, why, 'Turn MIG off where whole GPUs are needed: sudo nvidia-smi -mig 0.');
}

function mend({ gpu }: Facts): string {
  if (gpu.moduleVersion !== null && gpu.driverVersion !== null && gpu.moduleVersion !== gpu.driverVersion) return 'Reboot the server.';
  return /mismatch/i.test(gpu.detail ?? '')
    ? 'Reboot the server: the driver was upgraded under the running module.'
    : 'Look at dmesg for lines of NVRM and Xid, then reboot the server.';
}

function judgeOption({ count, vramGb }: Option, devices: readonly Device[], size: (gb: number) => string) {
  const large = devices.filter((device) => device.vramMib * 1_048_576 >= vramGb * 1e9 * (1 - vramKept));
  const missing = Math.max(0, count - large.length);
  const small = devices.filter((device) => !large.includes(device));
  const shown = list([...new Set(small.map(({ vramMib }) => gib(vramMib)))]);
  const needed = `${count} ${count === 1 ? 'is' : 'are'} needed`;
  const reason =
    small.length === 0
      ? `${devices.length === 0 ? 'No GPU is' : devices.length === 1 ? 'One GPU is' : `${devices.length} GPUs are`} there; ${needed}.`
      : large.length > 0
        ? `Only ${large.length} of the ${devices.length} GPUs ${large.length === 1 ? 'has' : 'have'} ${size(vramGb)}; ${needed}.`
        : devices.length === 1
          ? `The only GPU shows ${shown}; ${size(vramGb)} is needed.`
          : `None of the ${devices.length} GPUs has ${size(vramGb)}: they show ${shown}.`;
  return { missing, reason, remedy: `Add ${missing === 1 ? 'a card' : `${missing} cards`} with ${size(vramGb)}, or take another server.` };
}

function haveWords(devices: readonly Device[]): string {
  const counts = new Map<string, number>();
  for (const { name, vramMib } of devices) {
    const words = `${name.replace(/^NVIDIA /, '')} (${vramMib === 0 ? 'shared memory' : gib(vramMib)})`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return list([...counts].map(([words, count]) => `${count} × ${words}`));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, '')}.`;
}
