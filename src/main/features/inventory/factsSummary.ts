import type { Facts } from '../../../shared/model/facts.ts';
import type { FactsDifference } from './factsChanges.ts';

/** One short line on what a server is, for the matrix: `Debian GNU/Linux 12 · 8 × NVIDIA H100 80GB HBM3 · Docker 26.1.5`. */
export function factsSummary(facts: Facts): string {
  const os = facts.os.prettyName.replace(/ \([^)]*\)$/, '');
  return [os, gpuSummary(facts.gpu), dockerSummary(facts.docker)].join(' · ');
}

/** What changed, shortly: the important by name, the rest by number. Empty where nothing did. */
export function changesSummary(differences: readonly FactsDifference[]): string[] {
  const important = differences.filter((each) => each.important);
  const others = differences.length - important.length;
  const named = important.slice(0, 3).map(({ title, before, after }) => `${title} ${before ?? 'none'} → ${after ?? 'gone'}`);
  const rest = important.length - named.length + others;
  if (rest > 0) named.push(`${rest} ${named.length > 0 ? 'more' : rest === 1 ? 'change' : 'changes'}`);
  return named.length === 0 ? [] : [`changed: ${named.join(', ')}`];
}

function gpuSummary(gpu: Facts['gpu']): string {
  if (gpu.state === 'hang') return 'GPU driver hangs';
  if (gpu.state === 'driver-error') return 'GPU driver fails';
  const counts = new Map<string, number>();
  for (const { name } of gpu.devices) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.size === 0 ? 'no GPU' : [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');
}

function dockerSummary(docker: Facts['docker']): string {
  switch (docker.state) {
    case 'ok':
      return `Docker ${docker.serverVersion ?? ''}`.trim();
    case 'missing':
      return 'no Docker';
    case 'daemon-down':
      return 'Docker is down';
    case 'denied':
      return 'Docker denied to this login';
  }
}
