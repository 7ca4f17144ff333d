import { z } from 'zod';
import type { Release } from '../../../../shared/model/stack.ts';
import { releaseSchema } from '../../../../shared/model/stack.ts';
import { projectPartSchema, renderedStackSchema } from '../definition/renderStack.ts';

/** A release as its `manifest.json` on the server holds it: what the catalogue said when it was made, so that any laptop can run it again. */
export const releaseRecordSchema = releaseSchema.extend({
  format: z.literal(1),
  title: z.string(),
  composeFiles: renderedStackSchema.shape.composeFiles,
  /** Names the directory of the files that containers mount. */
  filesHash: z.string().regex(/^[0-9a-f]{64}$/),
  secretNames: z.array(z.string()),
  services: renderedStackSchema.shape.services,
  profiles: renderedStackSchema.shape.profiles,
  start: renderedStackSchema.shape.start,
  live: renderedStackSchema.shape.live,
  backups: renderedStackSchema.shape.backups,
  smokeTests: renderedStackSchema.shape.smokeTests,
  warmUps: renderedStackSchema.shape.warmUps,
  gates: renderedStackSchema.shape.gates,
  /** 2: the project lies in `project/`, and what containers mount below `files/` by its content. Absent: as before that. */
  layout: z.literal(2).optional(),
  /** SHA-256 of every file of the project by its path, hex. */
  fileHashes: z.record(z.string(), z.string()).optional(),
  /** What containers mount: see `MountPlan`. */
  mounts: z
    .object({
      trees: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{16}$/), name: z.string(), path: z.string(), files: z.array(z.string()) })),
      data: z.array(z.string()),
      services: z.record(z.string(), z.array(z.string())),
    })
    .optional(),
  /** Models that its services held when it was recorded, by their digests. */
  models: z.array(z.object({ service: z.string(), name: z.string(), digest: z.string() })).optional(),
  /** What it is made of without its secrets: see `sourceHash`. */
  sourceHash: z.string().optional(),
  /** Of a person’s own project: see `projectPartSchema`. */
  project: projectPartSchema.pick({ name: true, directory: true }).optional(),
});
export type ReleaseRecord = z.infer<typeof releaseRecordSchema>;

/** A stack on a server as the server tells it. */
export interface StackState {
  /** Release that the link `current` names. */
  current: ReleaseRecord | null;
  /** All releases, newest first; states follow the link, whatever a manifest says. */
  releases: ReleaseRecord[];
  /** The number that the next release gets. */
  nextNumber: number;
}

/**
 * Reads the output of `readStateScript`: `current NAME`, `release NAME`, `manifest JSON`. Null where it cannot be read.
 */
export function parseStackState(output: string): StackState | null {
  let currentId: string | null = null;
  let highest = 0;
  const records: ReleaseRecord[] = [];
  for (const line of output.split('\n')) {
    const space = line.indexOf(' ');
    const [word, rest] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    if (word === 'current') currentId = rest;
    if (word === 'release') highest = Math.max(highest, Number(/^r([0-9]+)$/.exec(rest)?.[1] ?? 0));
    if (word === 'manifest') {
      const record = parseRecord(rest);
      if (record === null) return null;
      records.push(record);
    }
  }
  const releases = records.map((record) => ({ ...record, state: stateOf(record, currentId) })).sort((a, b) => releaseNumber(b.id) - releaseNumber(a.id));
  return { current: releases.find((release) => release.id === currentId) ?? null, releases, nextNumber: highest + 1 };
}

/** The number of a release: 12 for `r12`. */
export function releaseNumber(id: string): number {
  return Number(id.slice(1));
}

/** The release that a rollback without a name goes to: the newest good one below what runs, or the newest good one where nothing runs. */
export function rollbackTarget(state: StackState): ReleaseRecord | null {
  const below = state.current === null ? Number.POSITIVE_INFINITY : releaseNumber(state.current.id);
  return state.releases.find((release) => release.state === 'superseded' && releaseNumber(release.id) < below) ?? null;
}

/** The part of a record that the contract shows. */
export function toRelease(record: ReleaseRecord): Release {
  return releaseSchema.parse(record);
}

function stateOf(record: ReleaseRecord, currentId: string | null): Release['state'] {
  if (record.id === currentId) return record.state === 'current' ? 'current' : record.state === 'superseded' ? 'current' : record.state;
  return record.state === 'current' ? 'superseded' : record.state;
}

function parseRecord(text: string): ReleaseRecord | null {
  try {
    return releaseRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
