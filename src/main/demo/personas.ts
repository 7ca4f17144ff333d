import type { Environment } from '../../shared/model/server.ts';

/** The card of a demo server. Idle and full figures in watts, as the maker's sheet gives them. */
export interface GpuModel {
  name: string;
  vramMib: number;
  idleW: number;
  limitW: number;
  computeCapability: string;
}

/** What a demo server pretends to be. */
export interface Persona {
  name: string;
  environment: Environment;
  tags: readonly string[];
  groups: readonly string[];
  os: { id: 'debian' | 'ubuntu'; versionId: string; codename: string; prettyName: string };
  cpu: { model: string; cores: number };
  memoryMib: number;
  /** Share of the memory in use, 0…1. */
  memoryUsed: number;
  diskGib: number;
  /** Share of the disk in use, 0…1. */
  diskUsed: number;
  gpu: { model: GpuModel; count: number; driver: string; cuda: string } | null;
  /** Mean utilisation of its GPUs in percent. */
  busyPercent: number;
  /** Index of a card that runs too hot, where there is one. */
  hotGpu: number | null;
  /** `fresh`: what a provider hands over, a root login and nothing else; `provisioned`: Docker, an operator user with sudo, swap, time. */
  state: 'fresh' | 'provisioned';
  loginUser: 'root' | 'ops';
}

const a100: GpuModel = { name: 'NVIDIA A100-SXM4-40GB', vramMib: 40_960, idleW: 52, limitW: 400, computeCapability: '8.0' };
const a6000: GpuModel = { name: 'NVIDIA RTX A6000', vramMib: 49_140, idleW: 22, limitW: 300, computeCapability: '8.6' };
const rtx4090: GpuModel = { name: 'NVIDIA GeForce RTX 4090', vramMib: 24_564, idleW: 18, limitW: 450, computeCapability: '8.9' };
const t4: GpuModel = { name: 'Tesla T4', vramMib: 15_360, idleW: 10, limitW: 70, computeCapability: '7.5' };

const debian12 = { id: 'debian', versionId: '12', codename: 'bookworm', prettyName: 'Debian GNU/Linux 12 (bookworm)' } as const;
const debian13 = { id: 'debian', versionId: '13', codename: 'trixie', prettyName: 'Debian GNU/Linux 13 (trixie)' } as const;
const ubuntu2404 = { id: 'ubuntu', versionId: '24.04', codename: 'noble', prettyName: 'Ubuntu 24.04.2 LTS' } as const;

const templates: readonly (Omit<Persona, 'name'> & { prefix: string })[] = [
  {
    prefix: 'demo-gpu',
    environment: 'production',
    tags: ['gpu', 'a100'],
    groups: ['pool-a'],
    os: ubuntu2404,
    cpu: { model: 'AMD EPYC 7543 32-Core Processor', cores: 64 },
    memoryMib: 515_600,
    memoryUsed: 0.41,
    diskGib: 1788,
    diskUsed: 0.61,
    gpu: { model: a100, count: 4, driver: '570.86.15', cuda: '12.8' },
    busyPercent: 88,
    hotGpu: 2,
    state: 'provisioned',
    loginUser: 'ops',
  },
  {
    prefix: 'demo-gpu',
    environment: 'production',
    tags: ['gpu', 'a6000'],
    groups: ['pool-a'],
    os: debian12,
    cpu: { model: 'AMD EPYC 7443P 24-Core Processor', cores: 48 },
    memoryMib: 257_600,
    memoryUsed: 0.63,
    diskGib: 894,
    diskUsed: 0.94,
    gpu: { model: a6000, count: 2, driver: '550.163.01', cuda: '12.4' },
    busyPercent: 67,
    hotGpu: null,
    state: 'provisioned',
    loginUser: 'ops',
  },
  {
    prefix: 'demo-gpu',
    environment: 'staging',
    tags: ['gpu', 'rtx4090'],
    groups: ['pool-b'],
    os: ubuntu2404,
    cpu: { model: 'AMD Ryzen 9 7950X 16-Core Processor', cores: 32 },
    memoryMib: 128_500,
    memoryUsed: 0.27,
    diskGib: 1863,
    diskUsed: 0.44,
    gpu: { model: rtx4090, count: 1, driver: '570.86.15', cuda: '12.8' },
    busyPercent: 31,
    hotGpu: null,
    state: 'provisioned',
    loginUser: 'ops',
  },
  {
    prefix: 'demo-gpu',
    environment: 'staging',
    tags: ['gpu', 't4'],
    groups: ['pool-b'],
    os: debian12,
    cpu: { model: 'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz', cores: 8 },
    memoryMib: 31_800,
    memoryUsed: 0.12,
    diskGib: 220,
    diskUsed: 0.18,
    gpu: { model: t4, count: 1, driver: '550.163.01', cuda: '12.4' },
    busyPercent: 4,
    hotGpu: null,
    state: 'fresh',
    loginUser: 'root',
  },
  {
    prefix: 'demo-vec',
    environment: 'production',
    tags: ['cpu', 'vectordb'],
    groups: ['pool-a'],
    os: debian13,
    cpu: { model: 'AMD EPYC 7402P 24-Core Processor', cores: 24 },
    memoryMib: 128_800,
    memoryUsed: 0.79,
    diskGib: 3576,
    diskUsed: 0.72,
    gpu: null,
    busyPercent: 0,
    hotGpu: null,
    state: 'provisioned',
    loginUser: 'ops',
  },
  {
    prefix: 'demo-gpu',
    environment: 'development',
    tags: ['gpu', 'rtx4090'],
    groups: ['lab'],
    os: debian13,
    cpu: { model: '13th Gen Intel(R) Core(TM) i9-13900K', cores: 32 },
    memoryMib: 64_100,
    memoryUsed: 0.09,
    diskGib: 931,
    diskUsed: 0.07,
    gpu: { model: rtx4090, count: 1, driver: '570.86.15', cuda: '12.8' },
    busyPercent: 2,
    hotGpu: null,
    state: 'fresh',
    loginUser: 'root',
  },
];

/** The first `count` demo servers, always the same ones in the same order; further ones repeat the hardware under new names. */
export function personas(count: number): Persona[] {
  const used = new Map<string, number>();
  return Array.from({ length: count }, (_, position) => {
    const template = templates[position % templates.length];
    if (!template) throw new Error('no persona templates');
    const { prefix, ...persona } = template;
    const number = (used.get(prefix) ?? 0) + 1;
    used.set(prefix, number);
    return { ...persona, name: `${prefix}-${String(number).padStart(2, '0')}` };
  });
}
