import type { Facts } from '../../../shared/model/facts.ts';
import type { HardwareNeeds, StorageRole } from '../../../shared/model/fit.ts';

export type StorageNeed = HardwareNeeds['storage'][number];
type Mount = Facts['mounts'][number];

/** Where a need would be served: its file system, and what that has left once the needs before it are served. */
export interface Place {
  need: StorageNeed;
  /** Null: none of them is for it. */
  mount: Mount | null;
  /** Whether the file system is there for exactly this, or would only hold it for want of a better. */
  ownPlace: boolean;
  /** Bytes of the file system that are left for it. */
  leftBytes: number;
  /** Roles that are served before it from the same file system. */
  before: StorageRole[];
}

/** The order in which needs are served from a file system that serves several: without the first the others are worth nothing. */
const order: readonly StorageRole[] = ['system', 'data', 'models', 'backups', 'all'];

/** Files of another machine or of the network do not count as disks of this one. */
const ofTheNetwork = /^(nfs4?|cifs|smb3|ceph|glusterfs|lustre|9p|virtiofs|fuse\..+)$/;

/** File systems on disks of the server itself, largest first. */
export function localMounts(facts: Facts): Mount[] {
  return facts.mounts.filter(({ filesystem }) => !ofTheNetwork.test(filesystem)).sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/**
 * Finds for each need the file system that serves it: the one for that role; else for data and models where Docker keeps its volumes,
 * else the root. Backups are not looked for on file systems of another role: beside the data they are none.
 */
export function storagePlaces(needs: readonly StorageNeed[], facts: Facts): Place[] {
  const mounts = localMounts(facts);
  const used = new Map<string, { bytes: number; roles: StorageRole[] }>();
  return [...needs]
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
    .map((need) => {
      const { mount, ownPlace } = servingMount(need.role, mounts);
      if (mount === null) return { need, mount, ownPlace, leftBytes: 0, before: [] };
      const taken = used.get(mount.mountPoint) ?? { bytes: 0, roles: [] };
      used.set(mount.mountPoint, { bytes: taken.bytes + need.gb * 1e9, roles: [...taken.roles, need.role] });
      return { need, mount, ownPlace, leftBytes: Math.max(0, mount.sizeBytes - taken.bytes), before: taken.roles };
    });
}

function servingMount(role: StorageRole, mounts: readonly Mount[]): { mount: Mount | null; ownPlace: boolean } {
  const root = mounts.find(({ mountPoint }) => mountPoint === '/') ?? null;
  if (role === 'system') return { mount: root, ownPlace: true };
  const own = mounts.find((mount) => mount.role === role);
  if (own !== undefined) return { mount: own, ownPlace: true };
  if (role === 'backups' || role === 'all') return { mount: null, ownPlace: false };
  const docker = mounts.find((mount) => mount.role === 'containers');
  const data = role === 'models' ? mounts.find((mount) => mount.role === 'data') : undefined;
  // Models are put where there is room: in Docker's volumes, or beside the data.
  const larger = [docker, data].filter((mount) => mount !== undefined).sort((a, b) => b.sizeBytes - a.sizeBytes)[0];
  return { mount: larger ?? root, ownPlace: false };
}
