/** Bits of `nvmlClocksEventReasons`, https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html. */
const reasons = [
  { bit: 0x1, id: 'idle', words: 'nothing runs on it' },
  { bit: 0x2, id: 'setting', words: 'its clocks were set' },
  { bit: 0x4, id: 'powerCap', words: 'its power cap' },
  { bit: 0x8, id: 'hardware', words: 'its hardware: heat, power or a brake from outside' },
  { bit: 0x10, id: 'syncBoost', words: 'it keeps to the clocks of other GPUs' },
  { bit: 0x20, id: 'softwareHeat', words: 'heat (by the driver)' },
  { bit: 0x40, id: 'hardwareHeat', words: 'heat (by the hardware)' },
  { bit: 0x80, id: 'powerBrake', words: 'the power supply holds it down' },
  { bit: 0x100, id: 'display', words: 'the clocks of its display' },
] as const;

/** Why a GPU's clock is held down. */
export type ThrottleReason = (typeof reasons)[number]['id'];

/** What a mask of reasons holds; bits that are not known are passed over. Masks may be wider than 32 bits. */
export function throttleReasonsIn(mask: number): readonly ThrottleReason[] {
  return reasons.filter(({ bit }) => Math.floor(mask / bit) % 2 === 1).map(({ id }) => id);
}

/** The reasons of a mask for people; empty where there are none. */
export function throttleWords(mask: number): string {
  const held = throttleReasonsIn(mask);
  return reasons
    .filter(({ id }) => held.includes(id))
    .map(({ words }) => words)
    .join(', ');
}
