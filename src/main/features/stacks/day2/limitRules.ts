import type { ResolvedService } from '../release/resolvedProject.ts';

const units: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Memory limit of a service in bytes, however it is written; 0: none. Source: https://docs.docker.com/reference/compose-file/deploy/#memory */
export function memoryOf(service: ResolvedService): number {
  return bytesOf(limitsOf(service)['memory'] ?? service['mem_limit']);
}

/** Processor limit of a service in cores; 0: none. */
export function cpusOf(service: ResolvedService): number {
  return Number(limitsOf(service)['cpus'] ?? service['cpus'] ?? 0);
}

function limitsOf(service: ResolvedService): Record<string, unknown> {
  const resources = service.deploy?.['resources'];
  const limits = isRecord(resources) ? resources['limits'] : undefined;
  return isRecord(limits) ? limits : {};
}

function bytesOf(value: unknown): number {
  const match = /^([0-9.]+)([bkmg]?)b?$/i.exec(String(value ?? ''));
  return match === null ? 0 : Math.round(Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
