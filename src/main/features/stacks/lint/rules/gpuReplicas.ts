import { gpusOf } from '../gpuFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** Reservations of cards that do not spread as one might think. */
export const gpuReplicas: LintRule = {
  id: 'gpu-replicas',
  title: 'Replicas or services that share a graphics card without meaning to',
  why: 'A project of Compose runs on one server, and `count: 1` is the first card for everybody: three replicas with one card each get the same one, and so do two services. Give each service its cards by `device_ids`, and place replicas on servers of their own.',
  traps: ['X-027'],
  *check(subject) {
    const known = gpusOf(subject);
    const have = known?.gpus.length;
    const services = subject.project.services.filter(({ gpus }) => gpus !== null);
    for (const { name, gpus, replicas } of services) {
      if (gpus === null) continue;
      const each = gpus.count === 'all' ? Math.max(1, have ?? 1) : gpus.count;
      if (have !== undefined && gpus.count !== 'all' && each > have) {
        yield found(
          known?.severity ?? 'error',
          'X-027',
          inService(gpus.at, name),
          `${name} reserves ${each} graphics cards, and ${known?.whose} has ${have}.`,
          'Reserve what is there, or choose another server.',
        );
      } else if (replicas.count > 1) {
        const need = replicas.count * each;
        const enough = have !== undefined && need <= have;
        yield found(
          enough || gpus.count === 'all' ? 'warning' : 'error',
          'X-027',
          inService(replicas.at, name),
          `${replicas.count} replicas of ${name} reserve ${need} graphics cards${have === undefined ? '' : `, ${known?.whose} has ${have}`}: Compose gives all of them the same first ${each === 1 ? 'one' : each}.`,
          'Place one replica on each of several servers, or write a service for each card with its `device_ids`.',
        );
      }
    }
    const unpinned = services.filter(({ gpus }) => gpus !== null && gpus.count !== 'all' && gpus.deviceIds.length === 0);
    const [, second] = unpinned;
    if (have !== undefined && have > 1 && second !== undefined) {
      yield found(
        'warning',
        'X-027',
        inService(second.gpus?.at ?? second.at, second.name),
        `${unpinned.map(({ name }) => name).join(', ')} reserve cards by count: all get the first of ${have}, the others stay idle.`,
        'Give each its cards by `device_ids`.',
      );
    }
  },
};
