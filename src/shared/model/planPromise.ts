import type { Facts } from './facts.ts';
import type { InstanceType } from './instanceType.ts';

/** One thing that a plan promises, set against what was read off the server. */
export interface PlanFinding {
  what: 'type' | 'vCPU' | 'memory' | 'GPU' | 'VRAM';
  promised: string;
  found: string;
  kept: boolean;
}

/** What a system keeps for itself of memory that is there: firmware, kernel, error correction. */
const memoryShare = 0.9;

/** Sets what a plan promises against facts. What the catalogue does not say is left out. */
export function planFindings(type: InstanceType, facts: Pick<Facts, 'cpu' | 'memory' | 'gpu' | 'machine'>): PlanFinding[] {
  const findings: PlanFinding[] = [];
  const add = (what: PlanFinding['what'], promised: string, found: string, kept: boolean) => findings.push({ what, promised, found, kept });
  const { instanceType } = facts.machine;
  // A name with a blank is a wording of ours: firmware has none like it.
  if (instanceType !== null && !type.name.includes(' ')) add('type', type.name, instanceType, instanceType.toLowerCase() === type.name.toLowerCase());
  if (type.vcpu !== null) add('vCPU', String(type.vcpu), String(facts.cpu.logicalCores), facts.cpu.logicalCores >= type.vcpu);
  if (type.ramGb !== null) {
    const gb = facts.memory.totalMib / 1024;
    add('memory', `${type.ramGb} GB`, `${gb.toFixed(gb < 10 ? 1 : 0)} GB`, gb >= type.ramGb * memoryShare);
  }
  if (type.gpu === null) return findings;
  const { devices } = facts.gpu;
  const model = modelWord(type.gpu.model);
  const alike = devices.filter((device) => modelWord(device.name) === model);
  const found =
    devices.length === 0 ? 'none' : [...new Set(devices.map(({ name }) => `${devices.filter((each) => each.name === name).length}× ${name}`))].join(', ');
  add('GPU', `${type.gpu.count}× ${type.gpu.model}`, found, alike.length >= type.gpu.count);
  const least = Math.min(...devices.map(({ vramMib }) => vramMib ?? 0)) / 1024;
  if (type.gpu.vramGb !== null && devices.length > 0) {
    add('VRAM', `${type.gpu.vramGb} GB each`, `${least.toFixed(0)} GB each`, least >= type.gpu.vramGb * memoryShare);
  }
  return findings;
}

/** The word that tells a card from others: `a100` of “NVIDIA A100-SXM4-40GB”, `4090` of “NVIDIA GeForce RTX 4090”. */
function modelWord(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/nvidia|geforce|quadro|tesla|rtx|gtx/g, ' ')
    .match(/[a-z]*\d+[a-z]*/);
  return words?.[0] ?? name.toLowerCase();
}
