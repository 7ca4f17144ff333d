import type { LintGpu, LintServer, LintSubject } from './lintSubject.ts';

/** Compute capability by what the card's name says. Source: https://developer.nvidia.com/cuda-gpus */
const capabilities: readonly [RegExp, number][] = [
  [/\bP(?:40|4|100)\b/, 6.0],
  [/\bV100/, 7.0],
  [/\bT4\b|RTX 20|Quadro RTX|RTX (?:4000|5000|6000|8000)$|GTX 16/, 7.5],
  [/\bA(?:100|30)\b/, 8.0],
  [/\bA(?:10G?|2|16|40)\b|RTX A[0-9]{4}|RTX 30|\bA6000\b/, 8.6],
  [/\bL(?:4|40S?)\b|RTX 40|\bAda\b/, 8.9],
  [/\bH(?:100|200|20)\b|GH200/, 9.0],
  [/\bB(?:100|200|300)\b|GB200|RTX 50|Blackwell/, 10.0],
];

/** Compute capability of a card; null for one whose name says nothing. */
export function computeCapability(name: string): number | null {
  return capabilities.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Of the VRAM that is printed on a card, what a program can have: the driver and error correction keep the rest. */
const usableShare = 0.94;
/** Of the VRAM that a program can have, what may be planned with: the rest is for peaks. */
export const vramHeadroom = 0.9;

/** Cards that a project is judged by, and where they are known from. */
export interface JudgedGpus {
  gpus: LintGpu[];
  whose: string;
  /** How bad it is not to fit: of a machine that is only advised it is advice. */
  severity: 'error' | 'warning';
}

/** Cards of the server, else those of the machine that the definition was written for; null: nothing is known. */
export function gpusOf({ server, definition }: Pick<LintSubject, 'server' | 'definition'>): JudgedGpus | null {
  if (server !== null) return server.gpus === null ? null : { gpus: server.gpus, whose: server.name, severity: 'error' };
  const advised = definition?.advised?.gpus?.[0];
  if (advised === undefined) return null;
  const gpus = Array.from({ length: advised.count }, () => ({ name: advised.model, vramMib: Math.round(advised.vramGb * 1024 * usableShare) }));
  return { gpus, whose: 'the machine that it is meant for', severity: 'warning' };
}

/** Why cards are not known, as a phrase. */
export function noGpusKnown(server: LintServer | null): string {
  return server === null ? 'no server was named, and the stack says no machine that it is meant for' : `the graphics cards of ${server.name} were never read`;
}

/** Cards in words, as `2 × RTX 4090 of 24 GB`. */
export function gpuWords(gpus: readonly LintGpu[]): string {
  const [first] = gpus;
  if (first === undefined) return 'no graphics card';
  const same = gpus.every(({ name, vramMib }) => name === first.name && vramMib === first.vramMib);
  return same ? `${gpus.length} × ${first.name} with ${gib(first.vramMib)}` : gpus.map(({ name, vramMib }) => `${name} with ${gib(vramMib)}`).join(', ');
}

/** MiB as GiB with one place at most. */
export function gib(mib: number): string {
  return `${Number((mib / 1024).toFixed(1))} GiB`;
}
