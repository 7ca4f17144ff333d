import type { ServerId } from '../../../../shared/model/ids.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { type EngineContainer, parseEngineContainers } from './engineContainers.ts';

/** What it needs. */
export interface ContainerListsPorts {
  remote(id: ServerId): Pick<RemoteServer, 'exec'>;
  /** Text of `resources/health/engines.sh`. */
  script(): Promise<string>;
  nowMs(): number;
}

/** A list is taken for true so long: an address of a container changes when it is made anew. */
const keptMs = 30_000;
const timeoutMs = 60_000;

/** The containers that run on a server, asked for at most twice a minute. Empty where Docker cannot be asked. */
export function createContainerLists({ remote, script, nowMs }: ContainerListsPorts): (id: ServerId) => Promise<readonly EngineContainer[]> {
  const known = new Map<ServerId, { atMs: number; list: Promise<readonly EngineContainer[]> }>();
  const ask = async (id: ServerId) => {
    const { exitCode, stdout } = await remote(id).exec({ script: await script(), lane: 'control', timeoutMs });
    return exitCode === 0 ? parseEngineContainers(stdout) : [];
  };
  return (id) => {
    const before = known.get(id);
    if (before !== undefined && nowMs() - before.atMs < keptMs) return before.list;
    const list = ask(id);
    known.set(id, { atMs: nowMs(), list });
    list.catch(() => known.delete(id));
    return list;
  };
}
