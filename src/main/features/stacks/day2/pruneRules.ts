import type { PruneItem } from '../../../../shared/contract/stackDay2.ts';
import { type ReleaseRecord, releaseNumber, rollbackTarget, type StackState } from '../release/releaseRules.ts';

/** What lies on a server of a stack, as `prunableScript` prints it. */
export interface PrunableLook {
  releases: Map<string, number>;
  files: Map<string, number>;
  volumes: Map<string, number | null>;
  images: { id: string; bytes: number; names: string[] }[];
  usedImages: Set<string>;
  mountedVolumes: Set<string>;
  /** Releases of the other stacks of the server. */
  others: Pick<ReleaseRecord, 'images'>[];
}

/** Reads what `prunableScript` prints. */
export function parsePrunable(output: string, stackId: string): PrunableLook {
  const look: PrunableLook = {
    releases: new Map(),
    files: new Map(),
    volumes: new Map(),
    images: [],
    usedImages: new Set(),
    mountedVolumes: new Set(),
    others: [],
  };
  for (const line of output.split('\n')) {
    const [word = '', name = '', ...rest] = line.split(' ');
    const bytes = Number(rest[0]);
    if (word === 'release') look.releases.set(name, bytes);
    if (word === 'files') look.files.set(name, bytes);
    if (word === 'volume') look.volumes.set(name, Number.isNaN(bytes) ? null : bytes);
    if (word === 'used') look.usedImages.add(name);
    if (word === 'mounted') look.mountedVolumes.add(name);
    if (word === 'manifest' && name !== stackId) look.others.push({ images: imagesIn(rest.join(' ')) });
    if (word !== 'image') continue;
    const [id = '', size = '0', names = ''] = line.slice('image '.length).split('\t');
    look.images.push({ id, bytes: Number(size), names: names.split(',').filter((each) => each !== '') });
  }
  return look;
}

/**
 * What a prune removes and what it keeps: the current release, the one that a rollback goes to, and the last `keep` good ones stay, with
 * their files and images; so does whatever a container uses, of this stack or another. Failed releases go once a good one is newer.
 */
export function planPrune(state: StackState, look: PrunableLook, keep: number): PruneItem[] {
  const good = state.releases.filter((release) => release.state === 'current' || release.state === 'superseded');
  const target = rollbackTarget(state);
  const reasonToKeep = (release: ReleaseRecord): string | null => {
    if (release.id === state.current?.id) return 'it is current';
    if (release.id === target?.id) return 'a rollback goes to it';
    if (good.slice(0, keep).some(({ id }) => id === release.id)) return `it is one of the last ${keep} good ones`;
    const newest = state.releases[0];
    if (release.state === 'incomplete' && newest?.id === release.id) return 'it may be about to be rolled out';
    if (release.state === 'failed' && !good.some(({ id }) => releaseNumber(id) > releaseNumber(release.id)))
      return 'nothing good is newer: its logs may still be needed';
    return null;
  };
  const kept = state.releases.filter((release) => reasonToKeep(release) !== null);
  const releases = state.releases.map((release): PruneItem => {
    const why = reasonToKeep(release);
    const bytes = look.releases.get(release.id) ?? null;
    return {
      id: `release:${release.id}`,
      kind: 'release',
      name: release.id,
      bytes,
      goes: why === null,
      why: why ?? (release.state === 'superseded' ? `older than the last ${keep} good ones` : `${release.state}, and newer ones are good`),
    };
  });

  const inUse = new Map<string, string>();
  for (const release of kept) {
    for (const { hash } of release.mounts?.trees ?? []) inUse.set(hash, release.id);
    if (release.layout !== 2) inUse.set(release.filesHash.slice(0, 16), release.id);
  }
  const files = [...look.files].map(([name, bytes]): PruneItem => {
    const of = inUse.get(name);
    return {
      id: `files:${name}`,
      kind: 'files',
      name,
      bytes,
      goes: of === undefined,
      why: of === undefined ? 'no release that stays mounts them' : `${of} mounts them`,
    };
  });

  const wanted = new Map<string, string>();
  for (const release of kept) for (const image of release.images) for (const name of namesOf(image)) wanted.set(name, release.id);
  for (const other of look.others) for (const image of other.images) for (const name of namesOf(image)) wanted.set(name, 'another stack');
  const own = new Set(state.releases.flatMap((release) => release.images.flatMap(namesOf)));
  const images = look.images.flatMap(({ id, bytes, names }): PruneItem[] => {
    // Images that no release of this stack ever had are none of its business.
    if (!names.some((name) => own.has(name) || own.has(digestIn(name)))) return [];
    const by = names.flatMap((name) => wanted.get(name) ?? wanted.get(digestIn(name)) ?? [])[0];
    const why = look.usedImages.has(id) ? 'a container has it' : by === undefined ? 'no release that stays has it' : `${by} has it`;
    return [{ id: `image:${id}`, kind: 'image', name: names[0] ?? id, bytes, goes: !look.usedImages.has(id) && by === undefined, why }];
  });

  const volumes = [...look.volumes].flatMap(([name, bytes]): PruneItem[] => {
    const mounted = look.mountedVolumes.has(name);
    if (mounted) return [];
    return [
      { id: `volume:${name}`, kind: 'volume', name, bytes, goes: false, why: 'no container has it; it holds data, so that it goes only when it is named' },
    ];
  });
  return [...releases, ...files, ...images, ...volumes];
}

function namesOf({ reference, digest }: ReleaseRecord['images'][number]): string[] {
  return [reference, ...(digest === null ? [] : [digest])];
}

function digestIn(name: string): string {
  return name.split('@')[1] ?? '';
}

function imagesIn(json: string): ReleaseRecord['images'] {
  try {
    const parsed = JSON.parse(json) as { images?: ReleaseRecord['images'] };
    return Array.isArray(parsed.images) ? parsed.images : [];
  } catch {
    return [];
  }
}
