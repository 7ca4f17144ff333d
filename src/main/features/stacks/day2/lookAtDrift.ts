import type { DriftItem } from '../../../../shared/model/stackDrift.ts';
import type { LiveProject } from '../plan/liveRules.ts';
import { type AppliedRelease, lookAtLive, lookAtRelease } from '../plan/lookAt.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import type { StackServer } from '../release/stackServer.ts';
import { driftOf } from './driftRules.ts';

/** What differs on a server, with all that it was worked out from. */
export interface DriftLook {
  release: ReleaseRecord | null;
  applied: AppliedRelease | null;
  live: LiveProject;
  items: DriftItem[];
  unknowns: string[];
}

/** Compares what runs on a server with the release that shall run there. Reads only. */
export async function lookAtDrift(server: StackServer): Promise<DriftLook> {
  const { current } = await server.state();
  const [applied, live] = await Promise.all([current === null ? null : lookAtRelease(server, current), lookAtLive(server)]);
  if (current === null) return { release: null, applied, live, items: [], unknowns: [] };
  const secrets = Object.values(await server.secretsOf(current.id));
  return { release: current, applied, live, ...driftOf({ release: current, applied, live, secrets }) };
}
