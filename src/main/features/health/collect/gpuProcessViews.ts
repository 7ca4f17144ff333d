import type { GpuProcessView } from '../../../../shared/model/serverHealth.ts';
import type { GpuProcess, MigInstance } from '../collector/readGpuUsers.ts';

/** Encoded bytes of the processes of one server: beside its readings they stay within a frame. */
const mostBytes = 16 * 1024;

/** What a look at the users of GPUs found. */
export interface GpuUsers {
  processes: readonly GpuProcess[];
  instances: readonly MigInstance[];
  /** Names of containers by their ids, as far as they are known. */
  containers: ReadonlyMap<string, string>;
}

/** Processes as people look at them: by GPU and instance, in the container they know, those with most memory first, as many as fit. */
export function gpuProcessViews({ processes, instances, containers }: GpuUsers): GpuProcessView[] {
  const instanceOf = new Map(instances.map((each) => [each.uuid, each]));
  const all = processes.map(({ uuid, pid, name, vramBytes, containerId }): GpuProcessView => {
    const instance = instanceOf.get(uuid);
    const container = containerId === null ? null : (containers.get(containerId) ?? containerId.slice(0, 12));
    return { gpu: instance?.gpu ?? uuid, instance: instance?.profile ?? null, pid, name, vramBytes, container };
  });
  const kept: GpuProcessView[] = [];
  let bytes = 0;
  for (const view of all.sort((one, other) => (other.vramBytes ?? -1) - (one.vramBytes ?? -1))) {
    bytes += Buffer.byteLength(JSON.stringify(view)) + 1;
    if (bytes > mostBytes || kept.length === 200) break;
    kept.push(view);
  }
  return kept;
}
