import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { Facts, Vitals } from '../../src/shared/model/facts.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Environment, ServerFields } from '../../src/shared/model/server.ts';
import type { ServerRecord } from '../../src/shared/model/serverRecord.ts';

interface Plan {
  name: string;
  environment: Environment;
  gpus: number;
  card: string;
  vramMib: number;
  stack: string | null;
  release: string;
}

const cards = [
  { card: 'NVIDIA A100-SXM4-40GB', vramMib: 40_960, gpus: 4 },
  { card: 'NVIDIA RTX A6000', vramMib: 49_140, gpus: 2 },
  { card: 'NVIDIA GeForce RTX 4090', vramMib: 24_564, gpus: 1 },
  { card: 'Tesla T4', vramMib: 15_360, gpus: 1 },
  { card: 'NVIDIA A10', vramMib: 23_028, gpus: 1 },
  { card: 'NVIDIA H100 80GB HBM3', vramMib: 81_559, gpus: 8 },
];
const stackNames = ['ai-gateway', 'banksight', 'privaxai', 'ollama-chatbot', 'ai-service-platform'];

function pick<T>(list: readonly T[], index: number): T {
  const value = list[index % list.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** What the `index`-th of `total` servers is. */
function planOf(index: number, total: number): Plan {
  const share = total === 1 ? 0.5 : index / total;
  const environment: Environment = share < 0.4 ? 'production' : share < 0.85 ? 'staging' : 'development';
  const prefix = environment === 'production' ? pick(['gpu-eu', 'gpu-us'], Math.floor(index / 4)) : environment === 'staging' ? 'stage' : 'dev';
  const hardware = pick(cards, environment === 'production' ? Math.floor(index / 2) % 2 : index);
  const width = total > 99 ? 3 : 2;
  return {
    name: `${prefix}-${String(index + 1).padStart(width, '0')}`,
    environment,
    ...hardware,
    gpus: index % 11 === 5 ? 0 : hardware.gpus,
    stack: environment === 'development' ? null : pick(stackNames, Math.floor(index / 2)),
    release: `r${(index % 5) * 9 + 3}`,
  };
}

function factsOf(plan: Plan, index: number, nowMs: number): Facts {
  return {
    collectedAtMs: nowMs - 240_000 - index * 1_000,
    hostname: plan.name,
    os: { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04.5 LTS' },
    kernel: '5.15.0-125-generic',
    architecture: 'x86_64',
    bootId: '6f1a0b62-9d0e-4a76-9f0b-0d7c4a1b2c3d',
    uptimeS: 86_400 * (3 + (index % 40)) + 4_000,
    virtualization: index % 3 === 2 ? 'kvm' : 'none',
    init: 'systemd',
    machine: { vendor: 'Supermicro', product: 'AS -4124GS-TNR', provider: null, instanceType: null },
    cpu: { model: 'AMD EPYC 7543 32-Core Processor', logicalCores: 64, sockets: 1, cores: 32, maxMhz: 3738 },
    memory: { totalMib: 257_000, availableMib: 181_000, swapTotalMib: 0, type: 'DDR4', speedMts: 3200, ecc: true },
    disks: [
      { name: 'nvme0n1', sizeBytes: 1_920_383_410_176, rotational: false, model: 'SAMSUNG MZQL21T9HCJR-00A07', kind: 'nvme' },
      { name: 'nvme2n1', sizeBytes: 1_920_383_410_176, rotational: false, model: 'SAMSUNG MZQL21T9HCJR-00A07', kind: 'nvme' },
      { name: 'nvme1n1', sizeBytes: 3_840_755_982_336, rotational: false, model: 'SAMSUNG MZQL23T8HCLS-00A07', kind: 'nvme' },
    ],
    raid: [
      {
        ...{ name: 'md0', level: 'raid1', disks: 2, members: ['nvme0n1p2', 'nvme2n1p2'] },
        ...(index % 9 === 4 ? { state: 'degraded' as const, working: 1 } : { state: 'clean' as const, working: 2 }),
      },
    ],
    interfaces: [
      { name: 'enp65s0f0', up: true, speedMbps: 25_000 },
      { name: 'enp65s0f1', up: false, speedMbps: null },
    ],
    updates: { rebootRequired: index % 7 === 3, unattended: true },
    mounts: [
      {
        mountPoint: '/',
        source: '/dev/md0',
        filesystem: 'ext4',
        sizeBytes: 1_888_000_000_000,
        usedBytes: 1_152_000_000_000,
        availableBytes: 640_000_000_000,
        ...{ role: 'system' as const, roleWhy: 'a place of the system', disks: ['nvme0n1', 'nvme2n1'], raid: 'raid1', lvm: false },
      },
      {
        mountPoint: '/var/lib/docker',
        source: '/dev/nvme1n1',
        filesystem: 'xfs',
        sizeBytes: 3_838_000_000_000,
        usedBytes: 1_410_000_000_000,
        availableBytes: 2_428_000_000_000,
        ...{ role: 'containers' as const, roleWhy: "Docker's own directory", disks: ['nvme1n1'], raid: null, lvm: false },
      },
    ],
    gpu:
      plan.gpus === 0
        ? { state: 'none', detail: null, driverVersion: null, moduleVersion: null, cudaVersion: null, toolkitVersion: null, devices: [] }
        : {
            state: 'ok',
            detail: null,
            driverVersion: '570.86.15',
            moduleVersion: index % 13 === 6 ? '570.86.10' : '570.86.15',
            cudaVersion: '12.8',
            toolkitVersion: '1.17.4',
            devices: Array.from({ length: plan.gpus }, (_, gpu) => ({
              index: gpu,
              uuid: `GPU-${String(index).padStart(8, '0')}-aaaa-bbbb-cccc-${String(gpu).padStart(12, '0')}`,
              name: plan.card,
              vramMib: plan.vramMib,
              pciAddress: `00000000:${(0x18 + gpu * 0x11).toString(16).toUpperCase()}:00.0`,
              ...{ ecc: true, eccErrors: index % 17 === 9 && gpu === 0 ? 3 : 0, mig: null, migInstances: 0, persistence: true },
              ...{ powerLimitW: plan.gpus === 8 ? 700 : 300, nvlinks: plan.gpus === 8 ? 18 : 0 },
            })),
          },
    docker: {
      state: 'ok',
      serverVersion: '27.3.1',
      composeVersion: '2.29.7',
      rootDirectory: '/var/lib/docker',
      ...{ containerdVersion: '1.7.22', storageDriver: 'overlay2', runtimes: ['io.containerd.runc.v2', 'nvidia', 'runc'], defaultRuntime: 'runc' },
    },
    ports: [
      { protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' },
      { protocol: 'tcp', address: '0.0.0.0', port: 443, process: 'docker-proxy' },
      { protocol: 'tcp', address: '127.0.0.1', port: 9090, process: 'docker-proxy' },
      { protocol: 'tcp', address: '127.0.0.1', port: 5432, process: null },
      { protocol: 'udp', address: '127.0.0.53', port: 53, process: 'systemd-resolve' },
    ],
    privilege: 'nopasswd',
    time: { synchronized: true, zone: 'Etc/UTC' },
    unknowns: index % 4 === 2 ? [{ what: 'disk health', why: 'smartctl is not installed' }] : [],
  };
}

const plans = [
  { provider: 'Hetzner', plan: 'AX102', location: 'fsn1', cost: { amount: 180, currency: 'EUR', per: 'month' } },
  { provider: 'AWS', plan: 'g5.4xlarge', location: 'us-east-1', cost: { amount: 1.62, currency: 'USD', per: 'hour' } },
  { provider: 'Lambda Labs', plan: '1x RTX A6000', location: 'us-south-1', cost: { amount: 0.8, currency: 'USD', per: 'hour' } },
] as const satisfies ServerRecord[];

/** What is kept about a server beside the way to it; nothing of every fourth. */
function filingOf(plan: Plan, index: number, nowMs: number): Pick<ServerFields, 'roles' | 'record'> {
  const day = (days: number) => new Date(nowMs + days * 86_400_000).toISOString().slice(0, 10);
  if (index % 4 === 3) return {};
  return {
    roles: [plan.gpus === 0 ? 'lb' : 'gpu', ...(index % 5 === 0 ? ['monitoring'] : [])],
    record: {
      ...pick(plans, index),
      ...{ owner: index % 3 === 0 ? 'Platform team' : 'Mara', privateAddress: `192.168.10.${(index % 250) + 4}` },
      ...{ purchasedOn: day(-200 - index), renewsOn: day(index === 0 ? 12 : 165 + index) },
      ...(index % 6 === 0 ? { notes: 'Rack 4, bottom. The second disk was replaced in spring.' } : {}),
    },
  };
}

/** New figures of a server around where they were. */
export function driftVitals(row: FleetRow, random: () => number, nowMs: number): Vitals | null {
  if (!row.vitals) return null;
  const around = (value: number | null, by: number, low: number, high: number) =>
    value === null ? null : Math.min(high, Math.max(low, value + (random() - 0.5) * by));
  return {
    ...row.vitals,
    observedAtMs: nowMs,
    load1: around(row.vitals.load1, 0.4, 0, 40),
    firstTokenS: around(row.vitals.firstTokenS, 0.05, 0.1, 4),
    gpus: row.vitals.gpus.map((gpu) => ({
      ...gpu,
      utilizationPercent: Math.round(around(gpu.utilizationPercent, 8, 0, 100) ?? 0),
      vramUsedMib: Math.round(around(gpu.vramUsedMib, 200, 300, gpu.vramTotalMib ?? 0) ?? 0),
      temperatureC: Math.round(around(gpu.temperatureC, 1.6, 32, 91) ?? 0),
    })),
  };
}

/** One server of the simulated fleet, with a plausible state; a few are not well, always the same ones. */
export function fleetRowOf(index: number, total: number, random: () => number, nowMs: number): FleetRow {
  const plan = planOf(index, total);
  const trouble = total === 1 ? -1 : index % 19;
  const silent = trouble === 12 || trouble === 17;
  const level = plan.gpus === 0 ? 0 : 12 + random() * 82;
  const facts = trouble === 17 ? null : factsOf(plan, index, nowMs);
  const vitals: Vitals | null =
    trouble === 17
      ? null
      : {
          observedAtMs: trouble === 12 ? nowMs - 245_000 : nowMs - Math.floor(random() * 4_000),
          load1: Number((random() * 6 + 0.2).toFixed(2)),
          memoryUsedMib: Math.round(40_000 + random() * 120_000),
          memoryTotalMib: 257_000,
          diskUsedRatio: trouble === 9 ? 0.93 : 0.38 + random() * 0.4,
          firstTokenS: plan.stack === null || plan.gpus === 0 ? null : Number((0.2 + random() * 0.6).toFixed(3)),
          gpus: Array.from({ length: plan.gpus }, (_, gpu) => ({
            index: gpu,
            utilizationPercent: Math.round(level),
            vramUsedMib: Math.round(plan.vramMib * (0.55 + random() * 0.36)),
            vramTotalMib: plan.vramMib,
            temperatureC: trouble === 0 && gpu === 2 ? 84 : Math.round(40 + level * 0.27),
            powerW: Math.round(60 + level * 2.4),
          })),
        };
  return {
    server: {
      id: `srv_${String(index).padStart(16, '0')}` as ServerId,
      name: plan.name,
      host: `10.20.${Math.floor(index / 250)}.${(index % 250) + 4}`,
      port: 22,
      user: 'ops',
      auth: { kind: 'agent' },
      jump: null,
      environment: plan.environment,
      tags: [plan.card.includes('A100') ? 'a100' : plan.card.includes('T4') ? 't4' : 'gpu', index % 2 === 0 ? 'eu' : 'us'],
      groups: [`pool-${pick(['a', 'b', 'c'], index)}`],
      sudo: 'nopasswd',
      ...filingOf(plan, index, nowMs),
      hostKeys: trouble === 17 ? [] : [{ type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo' }],
      demo: false,
      createdAtMs: nowMs - 40 * 86_400_000,
      updatedAtMs: nowMs - 3 * 86_400_000,
    },
    connection: trouble === 12 ? 'reconnecting' : trouble === 17 ? 'untrusted' : 'connected',
    connectionError:
      trouble === 12
        ? { code: 'ssh.connection-lost', data: { server: plan.name } }
        : trouble === 17
          ? { code: 'server.untrusted', data: { server: plan.name } }
          : null,
    health: trouble === 0 || trouble === 9 ? 'warning' : trouble === 3 ? 'critical' : silent ? (trouble === 12 ? 'stale' : 'unknown') : 'healthy',
    activity: null,
    facts,
    vitals,
    utilizationHistory:
      plan.gpus === 0
        ? []
        : Array.from({ length: 60 }, (_, slot) => (trouble === 12 && slot > 40 ? null : Math.max(0, Math.min(100, level + (random() - 0.5) * 22)))),
    stacks: plan.stack && trouble !== 17 ? [{ stackId: plan.stack, release: plan.release, health: trouble === 3 ? 'down' : 'healthy' }] : [],
  };
}
