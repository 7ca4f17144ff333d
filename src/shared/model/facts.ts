import { z } from 'zod';

const nullableString = z.string().nullable();

const nullableFlag = z.boolean().nullable();

/** One GPU as nvidia-smi reports it. Null: it does not have that, or does not tell. */
export const gpuFactsSchema = z.object({
  index: z.int(),
  uuid: z.string(),
  name: z.string(),
  /** Total VRAM in MiB. */
  vramMib: z.number(),
  /** Where it sits on the PCI bus, as `00000000:3B:00.0`. */
  pciAddress: nullableString.default(null),
  /** Whether its memory corrects errors. */
  ecc: nullableFlag.default(null),
  /** Errors since the last boot that could not be corrected. */
  eccErrors: z.number().nullable().default(null),
  /** Whether it is divided into instances (MIG). */
  mig: nullableFlag.default(null),
  /** Instances that it is divided into. */
  migInstances: z.int().default(0),
  powerLimitW: z.number().nullable().default(null),
  /** Whether the driver stays loaded while nobody uses the GPU. */
  persistence: nullableFlag.default(null),
  /** NVLinks to other GPUs of the server. */
  nvlinks: z.int().nullable().default(null),
});

/** Providers that a machine's firmware names. */
export const cloudProviderSchema = z.enum([
  'alibaba',
  'aws',
  'azure',
  'digitalocean',
  'exoscale',
  'gcp',
  'hetzner',
  'linode',
  'openstack',
  'oracle',
  'scaleway',
  'tencent',
  'upcloud',
  'vultr',
]);
export type CloudProvider = z.infer<typeof cloudProviderSchema>;

/** What a file system is for. */
export const mountRoleSchema = z.enum(['system', 'containers', 'models', 'data', 'backups']);
export type MountRole = z.infer<typeof mountRoleSchema>;

/** What a disk is: `virtual` where the machine only borrows it. */
export const diskKindSchema = z.enum(['nvme', 'ssd', 'hdd', 'virtual']);

/** A software RAID of the kernel. */
export const raidSchema = z.object({
  name: z.string(),
  /** As the kernel names it: `raid1`, `raid10`, … */
  level: z.string(),
  state: z.enum(['clean', 'degraded', 'rebuilding', 'inactive']),
  /** Disks that it should have, and those that work. */
  disks: z.int(),
  working: z.int(),
  members: z.array(z.string()),
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
  /** What the firmware says of the machine; no metadata service is asked. */
  machine: z
    .object({ vendor: nullableString, product: nullableString, provider: cloudProviderSchema.nullable(), instanceType: nullableString })
    .default({ vendor: null, product: null, provider: null, instanceType: null }),
  cpu: z.object({
    model: nullableString,
    logicalCores: z.int(),
    sockets: z.int().nullable().default(null),
    /** Physical cores of all sockets. */
    cores: z.int().nullable().default(null),
    maxMhz: z.number().nullable().default(null),
  }),
  memory: z.object({
    totalMib: z.number(),
    availableMib: z.number().nullable(),
    swapTotalMib: z.number(),
    /** As `DDR5`. */
    type: nullableString.default(null),
    /** Million transfers a second. */
    speedMts: z.number().nullable().default(null),
    /** Whether every module corrects errors. */
    ecc: nullableFlag.default(null),
  }),
  disks: z.array(
    z.object({
      name: z.string(),
      sizeBytes: z.number(),
      rotational: z.boolean().nullable(),
      model: nullableString,
      kind: diskKindSchema.nullable().default(null),
    }),
  ),
  raid: z.array(raidSchema).default([]),
  mounts: z.array(
    z.object({
      mountPoint: z.string(),
      source: z.string(),
      filesystem: z.string(),
      sizeBytes: z.number(),
      usedBytes: z.number(),
      availableBytes: z.number(),
      /** Null: its name does not tell. */
      role: mountRoleSchema.nullable().default(null),
      /** By what the role is known. */
      roleWhy: nullableString.default(null),
      /** Disks below it, where the kernel tells. */
      disks: z.array(z.string()).default([]),
      /** RAID that it lies on, as `raid1`. */
      raid: nullableString.default(null),
      /** Whether it is a logical volume (LVM). */
      lvm: z.boolean().default(false),
    }),
  ),
  /** Network cards; speed in Mbit/s, null where the driver does not tell. */
  interfaces: z.array(z.object({ name: z.string(), up: z.boolean(), speedMbps: z.number().nullable() })).default([]),
  gpu: z.object({
    /** `none`: no NVIDIA tool here; `driver-error`: nvidia-smi is there and fails; `hang`: it did not answer in time. */
    state: z.enum(['none', 'ok', 'driver-error', 'hang']),
    detail: nullableString,
    driverVersion: nullableString,
    /** Version of the kernel module that is loaded; another one than the driver's means that a reboot is due. */
    moduleVersion: nullableString.default(null),
    /** Newest CUDA that the driver carries. */
    cudaVersion: nullableString,
    /** NVIDIA Container Toolkit. */
    toolkitVersion: nullableString.default(null),
    devices: z.array(gpuFactsSchema),
  }),
  docker: z.object({
    /** `missing`: no client; `daemon-down`: client without an answering daemon; `denied`: this login may not use it. */
    state: z.enum(['missing', 'daemon-down', 'denied', 'ok']),
    serverVersion: nullableString,
    composeVersion: nullableString,
    rootDirectory: nullableString,
    containerdVersion: nullableString.default(null),
    storageDriver: nullableString.default(null),
    runtimes: z.array(z.string()).default([]),
    defaultRuntime: nullableString.default(null),
  }),
  updates: z
    .object({
      /** An installed update waits for a reboot. Null: this system does not tell. */
      rebootRequired: nullableFlag,
      /** Security updates are installed by themselves. */
      unattended: nullableFlag,
    })
    .default({ rebootRequired: null, unattended: null }),
  ports: z.array(listeningPortSchema),
  /** How this login gets root: is root, needs no password, needs one, or cannot. */
  privilege: z.enum(['root', 'nopasswd', 'password', 'none']),
  time: z.object({ synchronized: z.boolean().nullable(), zone: nullableString }),
  unknowns: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Facts = z.infer<typeof factsSchema>;

/** A fact that one reading found otherwise than the one before it. */
export const factsChangeSchema = z.object({
  /** When the reading was made that saw it, and when the one before. */
  seenAtMs: z.number(),
  sinceMs: z.number(),
  /** What it is about, the same for the same thing, for example `gpu.driver` or `mounts./data`. */
  path: z.string(),
  title: z.string(),
  /** Null: it was not there. */
  before: nullableString,
  /** Null: it is gone. */
  after: nullableString,
  /** It may take work from the server or change how it computes: fewer GPUs, less memory, another driver or kernel. */
  important: z.boolean(),
});
export type FactsChange = z.infer<typeof factsChangeSchema>;

/** The few live figures of a server that a list shows, out of all that is measured of it. Null: not told. */
export const vitalsSchema = z.object({
  observedAtMs: z.number(),
  load1: z.number().nullable(),
  memoryUsedMib: z.number().nullable(),
  memoryTotalMib: z.number().nullable(),
  /** Used share of the fullest local file system, 0…1. */
  diskUsedRatio: z.number().nullable(),
  /** Seconds until the first token, 95 of 100 below: of the slowest engine that tells. */
  firstTokenS: z.number().nullable(),
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
