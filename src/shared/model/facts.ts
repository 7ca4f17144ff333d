import { z } from 'zod';

const nullableString = z.string().nullable();

/** One GPU as nvidia-smi reports it. */
export const gpuFactsSchema = z.object({
  index: z.int(),
  uuid: z.string(),
  name: z.string(),
  /** Total VRAM in MiB. */
  vramMib: z.number(),
});

/** A TCP or UDP socket that listens on the server. */
export const listeningPortSchema = z.object({
  protocol: z.enum(['tcp', 'udp']),
  /** Address as `ss` prints it, without brackets; `*` and `0.0.0.0` and `::` are every address. */
  address: z.string(),
  port: z.int(),
  /** Program name where the login may see it. */
  process: nullableString,
});

/** What was read off a server in one go. What could not be read is null here and named in `unknowns`. */
export const factsSchema = z.object({
  collectedAtMs: z.number(),
  hostname: z.string(),
  os: z.object({ id: z.string(), versionId: nullableString, prettyName: z.string() }),
  kernel: z.string(),
  architecture: z.string(),
  /** Changes with every boot of the kernel. */
  bootId: nullableString,
  uptimeS: z.number().nullable(),
  /** As `systemd-detect-virt` names it: `none`, `kvm`, `docker`, … */
  virtualization: nullableString,
  /** PID 1: `systemd` or another. */
  init: z.string(),
  cpu: z.object({ model: nullableString, logicalCores: z.int() }),
  memory: z.object({ totalMib: z.number(), availableMib: z.number().nullable(), swapTotalMib: z.number() }),
  disks: z.array(z.object({ name: z.string(), sizeBytes: z.number(), rotational: z.boolean().nullable(), model: nullableString })),
  mounts: z.array(
    z.object({ mountPoint: z.string(), source: z.string(), filesystem: z.string(), sizeBytes: z.number(), usedBytes: z.number(), availableBytes: z.number() }),
  ),
  gpu: z.object({
    /** `none`: no NVIDIA tool here; `driver-error`: nvidia-smi is there and fails; `hang`: it did not answer in time. */
    state: z.enum(['none', 'ok', 'driver-error', 'hang']),
    detail: nullableString,
    driverVersion: nullableString,
    cudaVersion: nullableString,
    devices: z.array(gpuFactsSchema),
  }),
  docker: z.object({
    /** `missing`: no client; `daemon-down`: client without an answering daemon; `denied`: this login may not use it. */
    state: z.enum(['missing', 'daemon-down', 'denied', 'ok']),
    serverVersion: nullableString,
    composeVersion: nullableString,
    rootDirectory: nullableString,
  }),
  ports: z.array(listeningPortSchema),
  /** How this login gets root: is root, needs no password, needs one, or cannot. */
  privilege: z.enum(['root', 'nopasswd', 'password', 'none']),
  time: z.object({ synchronized: z.boolean().nullable(), zone: nullableString }),
  unknowns: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Facts = z.infer<typeof factsSchema>;

/** Live figures of a server, read every few seconds over one channel. Null: could not be read. */
export const vitalsSchema = z.object({
  observedAtMs: z.number(),
  load1: z.number().nullable(),
  memoryUsedMib: z.number().nullable(),
  memoryTotalMib: z.number().nullable(),
  /** Used share of the fullest of `/` and Docker's root, 0…1. */
  diskUsedRatio: z.number().nullable(),
  gpus: z.array(
    z.object({
      index: z.int(),
      utilizationPercent: z.number().nullable(),
      vramUsedMib: z.number().nullable(),
      vramTotalMib: z.number().nullable(),
      temperatureC: z.number().nullable(),
      powerW: z.number().nullable(),
    }),
  ),
});
export type Vitals = z.infer<typeof vitalsSchema>;
