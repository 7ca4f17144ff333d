import type { Facts } from '../../../shared/model/facts.ts';
import { gib, list, sold } from './fitText.ts';
import { type FitRule, isVirtual, meets, short, unknown } from './judged.ts';

type Option = { model: string; count: number; vramGb: number };
type Device = Facts['gpu']['devices'][number];

/**
 * What cards show less than they are sold with: those with error correction and those that keep some for themselves. A card sold with
 * 16 GB shows 15,109 MiB or more, one with 24 GB 22,731, one with 40 GB 40,536.
 */
const vramKept = 0.03;

/** GPUs: one of the options, so many cards with so much memory each, whatever their model. */
export const gpuRule: FitRule = (needs, facts) => {
  const options = needs.gpus;
  if (options === undefined) return [];
  const need = { id: 'gpu', title: 'GPUs', need: list(options.map(optionWords), 'or') };
  const { gpu } = facts;
  const have = gpu.devices.length === 0 ? 'none' : haveWords(gpu.devices);
  if (gpu.state === 'none') {
    return [
      gpu.detail === null
        ? short(need, 'none', 'There is no NVIDIA GPU.', isVirtual(facts) ? 'Move to a type of instance with GPUs.' : 'Put one in, or take another server.')
        : unknown(
            need,
            null,
            `${sentence(gpu.detail)} Without the driver nobody knows how much memory they have.`,
            'Install the driver, then read the facts again.',
          ),
    ];
  }
  const whole = gpu.devices.filter((device) => device.mig !== true);
  const best = options.map((option) => judgeOption(option, whole, gpu.devices.length)).sort((a, b) => a.missing - b.missing)[0];
  if (best === undefined || best.missing === 0) return [meets(need, have)];
  // A GPU that fell off, or that the driver cannot reach, may be there all the same.
  if (gpu.state !== 'ok')
    return [unknown(need, have === 'none' ? null : have, `${sentence(gpu.detail ?? 'The driver fails')} So not all GPUs can be counted.`, mend(facts))];
  const divided = gpu.devices.length - whole.length;
  const reason =
    divided > 0 ? `${best.reason} ${divided === 1 ? 'One GPU is' : `${divided} GPUs are`} divided into instances (MIG) and not counted.` : best.reason;
  return [short(need, have, reason, divided > 0 ? 'Turn MIG off where whole GPUs are needed: sudo nvidia-smi -mig 0.' : best.remedy)];
};

function mend({ gpu }: Facts): string {
  if (gpu.moduleVersion !== null && gpu.driverVersion !== null && gpu.moduleVersion !== gpu.driverVersion) return 'Reboot the server.';
  return /mismatch/i.test(gpu.detail ?? '')
    ? 'Reboot the server: the driver was upgraded under the running module.'
    : 'Look at dmesg for lines of NVRM and Xid, then reboot the server.';
}

function judgeOption({ count, vramGb }: Option, devices: readonly Device[], all: number): { missing: number; reason: string; remedy: string } {
  const large = devices.filter((device) => device.vramMib * 1_048_576 >= vramGb * 1e9 * (1 - vramKept));
  const missing = Math.max(0, count - large.length);
  const small = devices.length - large.length;
  const counted = large.length === 0 ? 'None' : `${large.length} of ${count}`;
  const reason =
    small > 0
      ? `${counted} ${large.length === 1 ? 'has' : 'have'} ${sold(vramGb)}; ${small === 1 ? 'the other shows' : 'others show'} ${list([...new Set(devices.filter((device) => !large.includes(device)).map(({ vramMib }) => (vramMib === 0 ? 'no memory of its own' : gib(vramMib))))])}.`
      : `${all === 1 ? 'One GPU is' : `${all} GPUs are`} there; ${count} ${count === 1 ? 'is' : 'are'} needed.`;
  return {
    missing,
    reason: missing === 0 ? '' : reason,
    remedy: `Add ${missing === 1 ? 'a card' : `${missing} cards`} with ${sold(vramGb)}, or take another server.`,
  };
}

const optionWords = ({ model, count, vramGb }: Option) => `${count} × ${model} (${sold(vramGb)})`;

function haveWords(devices: readonly Device[]): string {
  const counts = new Map<string, number>();
  for (const { name, vramMib } of devices) {
    const words = `${name.replace(/^NVIDIA /, '')} (${gib(vramMib)})`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return list([...counts].map(([words, count]) => `${count} × ${words}`));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, '')}.`;
}
