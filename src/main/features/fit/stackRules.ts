import type { Facts } from '../../../shared/model/facts.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { gib } from './fitText.ts';
import { judgeGpus } from './gpuRules.ts';
import { isVirtual, type Judged, meets, short, unknown } from './judged.ts';
import { dockerRule } from './softwareRules.ts';

const gbPerMib = 1_048_576 / 1e9;

/** What a deploy of the stack would insist on, judged as the deploy judges it: to the MiB, and by what is free at this moment. */
export function stackRequirementsRule(requirements: StackDefinition['requirements'], facts: Facts): Judged[] {
  const { memoryMib = 0, diskMib = 0, gpus = 0, vramMib = 0, dockerVersion, composeVersion } = requirements;
  const none = { storage: [], containerToolkit: false };
  return [
    ...(memoryMib > 0 ? [judgeMemory(memoryMib, facts)] : []),
    ...(diskMib > 0 ? [judgeFreeDisk(diskMib, facts)] : []),
    ...(gpus > 0 ? [judgeGpus([{ model: 'NVIDIA GPU', count: gpus, vramGb: vramMib * gbPerMib }], facts, (gb) => gib(gb / gbPerMib))] : []),
    ...dockerRule({ ...none, dockerVersion, composeVersion }, facts),
  ];
}

function judgeMemory(memoryMib: number, facts: Facts): Judged {
  const need = { id: 'memory', title: 'Memory', need: gib(memoryMib) };
  const { totalMib } = facts.memory;
  if (totalMib === 0) return unknown(need, null, 'The server does not tell how much memory it has.');
  if (totalMib >= memoryMib) return meets(need, gib(totalMib));
  const remedy = isVirtual(facts) ? 'Move to a type of instance with more memory.' : 'Add memory modules.';
  return short(need, gib(totalMib), `${gib(memoryMib - totalMib)} of memory is missing.`, remedy);
}

function judgeFreeDisk(diskMib: number, facts: Facts): Judged {
  const need = { id: 'disk-free', title: 'Free for containers', need: gib(diskMib) };
  const directory = facts.docker.rootDirectory ?? '/var/lib/docker';
  const [mount] = facts.mounts
    .filter(({ mountPoint }) => mountPoint === '/' || directory === mountPoint || directory.startsWith(`${mountPoint}/`))
    .sort((a, b) => b.mountPoint.length - a.mountPoint.length);
  if (mount === undefined) return unknown(need, null, 'The server does not tell its file systems.');
  const freeMib = mount.availableBytes / 1_048_576;
  const have = `${gib(freeMib)} at ${mount.mountPoint}`;
  if (freeMib >= diskMib) return meets(need, have);
  return short(
    need,
    have,
    `${gib(diskMib - freeMib)} is missing where Docker keeps its data, ${directory}.`,
    'Remove what is not needed (docker system df tells), or enlarge the disk.',
  );
}
