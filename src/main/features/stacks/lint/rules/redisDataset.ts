import { gib } from '../gpuFacts.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { optionOf } from '../modelFacts.ts';
import { neededServices } from '../needs.ts';
import { readMib } from '../shortForms.ts';

/** A store that keeps everything in memory, with more data than memory. */
export const redisDataset: LintRule = {
  id: 'redis-dataset',
  title: 'A store in memory has more data than memory',
  why: 'Redis and Valkey hold all data in memory; what lies on disk is a copy of it. Past its limit it refuses to write, or throws keys away where a policy says so, or is killed. Give it the memory of its data and half of that more for snapshots, or set maxmemory with a policy where the data is a cache.',
  traps: ['X-036'],
  *check(subject) {
    for (const { service, needs } of neededServices(subject)) {
      if (imageFacts(service.image?.text)?.role !== 'cache') continue;
      const own = readMib(optionOf(service.command, ['--maxmemory']) ?? null);
      const policy = optionOf(service.command, ['--maxmemory-policy']);
      const limits = [own, service.memoryLimitMib, needs.memoryMib ?? null].filter((limit) => limit !== null && limit > 0);
      const memory = limits.length === 0 ? null : Math.min(...(limits as number[]));
      const data = needs.diskMibLater ?? needs.diskMib;
      const at = inService(service.image?.at ?? service.at, service.name);
      if (memory !== null && data !== undefined && data > memory && !policy?.startsWith('allkeys')) {
        yield found(
          'warning',
          'X-036',
          at,
          `${service.name} has ${gib(data)} of data and ${gib(memory)} of memory, and keeps all data in memory.`,
          'Give it more memory, or let keys expire with maxmemory and a policy.',
        );
      } else if (own !== null && service.memoryLimitMib !== null && own > service.memoryLimitMib) {
        yield found(
          'error',
          'X-036',
          inService(service.commandAt, service.name),
          `maxmemory is ${gib(own)} and the limit of the container ${gib(service.memoryLimitMib)}: it is killed before it gets there.`,
          'Set maxmemory to three quarters of the limit.',
        );
      }
    }
  },
};
