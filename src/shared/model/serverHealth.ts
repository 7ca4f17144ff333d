import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { serverIdSchema } from './ids.ts';
import type { Reading } from './reading.ts';

/** Longer names of what is measured are left out. */
export const longestSubject = 512;
/** Readings of one source that are kept of a server; more are counted only. */
export const mostReadings = 5000;

const readingSchema = z.object({ subject: z.string().max(longestSubject), metric: z.string().max(64), value: z.number() }) satisfies z.ZodType<Reading>;

/** What readings come from: each has a pace of its own. */
export const healthSourceSchema = z.enum(['host', 'disks', 'gpus', 'gpuUsers', 'kernelLog', 'containers', 'clock', 'engines', 'probes']);
export type HealthSource = z.infer<typeof healthSourceSchema>;

/**
 * How the live figures of a server stand. `opening`: none came yet; `live`; `stale`: the channel is open and says nothing new; `lost`: it is
 * gone, and another is tried; `waiting`: a person has to do something first.
 */
export const collectorStateSchema = z.enum(['opening', 'live', 'stale', 'lost', 'waiting']);
export type CollectorState = z.infer<typeof collectorStateSchema>;

const serverPartSchema = z.object({
  kind: z.literal('server'),
  serverId: serverIdSchema,
  serverName: z.string(),
  state: collectorStateSchema,
  /** Why it is lost or waits, where that is known. */
  error: appErrorSchema.nullable(),
  /** When something last came in, by our clock; null: nothing did. */
  observedAtMs: z.number().nullable(),
  /** Seconds between two looks now. */
  intervalS: z.number(),
  /** GPUs that answered the last time that any did. */
  gpus: z.array(z.object({ uuid: z.string(), index: z.int(), name: z.string() })).max(256),
});

/** A process that computes on a GPU. */
const gpuProcessSchema = z.object({
  /** UUID of the GPU, and the profile of its instance (MIG) where it is divided. */
  gpu: z.string().max(100),
  instance: z.string().max(100).nullable(),
  pid: z.int(),
  /** Null: the driver does not tell, as for processes of others. */
  name: z.string().max(200).nullable(),
  vramBytes: z.number().nullable(),
  /** Name of the container that it runs in, or the beginning of its id; null: in none, or that is not known. */
  container: z.string().max(255).nullable(),
});
export type GpuProcessView = z.infer<typeof gpuProcessSchema>;

const readingsPartSchema = z.object({
  kind: z.literal('readings'),
  serverId: serverIdSchema,
  source: healthSourceSchema,
  /** A source with very many readings comes in several parts, from 0 on. */
  part: z.int().min(0),
  /** When the look came in, by our clock. */
  observedAtMs: z.number(),
  /** Another look was due long ago. */
  stale: z.boolean(),
  /** Exit status of what was asked; not 0: it may not be read with this login, or it failed. */
  status: z.int(),
  readings: z.array(readingSchema),
  /** Readings of the source that were too many to keep. */
  leftOut: z.int().min(0),
  /** Of the source `gpuUsers`: processes on GPUs, those with most memory first; `gpuProcessCount` tells how many there are. */
  gpuProcesses: z.array(gpuProcessSchema).max(200).optional(),
});
export type ServerPart = z.infer<typeof serverPartSchema>;
export type ReadingsPart = z.infer<typeof readingsPartSchema>;

/** Live health comes in parts: one for how each server stands, and one or several for each source of it. */
export const healthPartSchema = z.discriminatedUnion('kind', [serverPartSchema, readingsPartSchema]);
export type HealthPart = z.infer<typeof healthPartSchema>;

/** Key of a part in its stream; it begins with the server's id. */
export function healthKey(part: { serverId: string } & ({ kind: 'server' } | { kind: 'readings'; source: HealthSource; part: number })): string {
  return part.kind === 'server' ? part.serverId : `${part.serverId}/${part.source}/${part.part}`;
}

/** Id of the server that a key is of. */
export const serverOfKey = (key: string): string => key.split('/')[0] ?? '';

/** A reading with the time of the look that gave it. */
export interface TimedReading extends Reading {
  observedAtMs: number;
  stale: boolean;
}

/** What is known of one server now, by subject and metric. What two sources tell is taken from the later look. */
export function latestReadings(parts: readonly ReadingsPart[]): Map<string, TimedReading> {
  const found = new Map<string, TimedReading>();
  for (const { readings, observedAtMs, stale } of [...parts].sort((one, other) => one.observedAtMs - other.observedAtMs))
    for (const reading of readings) found.set(readingKey(reading.subject, reading.metric), { ...reading, observedAtMs, stale });
  return found;
}

/** What `latestReadings` has a reading under. */
export const readingKey = (subject: string, metric: string): string => `${metric} ${subject}`;
