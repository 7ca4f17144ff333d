import type { HostKeyNews as News } from '../../../shared/contract/access.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { HostKey, Server } from '../../../shared/model/server.ts';

/** What servers told of their host keys, and proved to hold, since the core started. They tell it again at every login. */
export class HostKeyNews {
  readonly #told = new Map<ServerId, { keys: HostKey[]; atMs: number }>();

  told(id: ServerId, keys: readonly HostKey[], atMs: number): void {
    if (keys.length > 0) this.#told.set(id, { keys: [...keys], atMs });
  }

  forget(id: ServerId): void {
    this.#told.delete(id);
  }

  /** What is new against the pins. Authorities are not keys of the server: they are neither new nor gone. */
  of({ id, hostKeys: pinned }: Server): News {
    const told = this.#told.get(id) ?? null;
    if (told === null) return { pinned, told, fresh: [], gone: [] };
    const has = (keys: readonly HostKey[], one: HostKey) => keys.some(({ fingerprint }) => fingerprint === one.fingerprint);
    return {
      ...{ pinned, told },
      fresh: told.keys.filter((key) => !has(pinned, key)),
      gone: pinned.filter((key) => key.authority !== true && !has(told.keys, key)),
    };
  }
}
