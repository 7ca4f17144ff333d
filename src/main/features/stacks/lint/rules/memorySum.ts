import { gib } from '../gpuFacts.ts';
import { found, type LintRule, type LintSubject } from '../lintSubject.ts';
import { neededServices, sumWords } from '../needs.ts';

/** Above this share of memory people are woken by the usual alerts. */
const alertShare = 0.85;

/** The memory of all services, and of the system below them, against the machine. */
export const memorySum: LintRule = {
  id: 'memory-sum',
  title: 'Services take more memory than the machine has to give',
  why: 'The sum of what services take has to leave room for the system itself and for files that it caches. At the limit the kernel kills the largest process, mostly a database or a model server, and an alert at 85 % fires from the first minute on. Take a larger machine, spread the stack over several, or leave services out by their profile.',
  traps: ['X-018', 'X-019'],
  *check(subject) {
    if (subject.parameters['minMemoryMib'] === '0') return;
    const needed = neededServices(subject);
    const told = needed.flatMap(({ service, memoryMib }) => (memoryMib === undefined ? [] : [{ name: service.name, value: memoryMib }]));
    const machine = machineMemory(subject);
    const silent = needed.filter(({ memoryMib }) => memoryMib === undefined).map(({ service }) => service.name);
    if (needed.length > 0 && machine === null) yield { unknown: 'whether memory is enough: the memory of the server is not known' };
    if (silent.length > 0)
      yield {
        unknown: `how much memory ${silent.slice(0, 8).join(', ')}${silent.length > 8 ? ` and ${silent.length - 8} more` : ''} take: no need and no limit is given`,
      };
    if (machine === null || told.length === 0) return;
    const sum = told.reduce((total, { value }) => total + value, 0);
    const reserve = Math.min(4096, Math.max(768, machine.mib * 0.06));
    const at = subject.project.files[0] === undefined ? null : { file: subject.project.files[0], line: null };
    const words = `${sumWords(told, gib)} = ${gib(sum)}`;
    // Of a machine that is only advised, and of what a person knows better, it is advice.
    const hard = subject.server !== null && !subject.parameters['minMemoryMib'];
    const fix = 'Take a larger machine, place services on further servers, or leave some out by their profile.';
    if (sum > machine.mib) yield found(hard ? 'error' : 'warning', 'X-018', at, `${words} of memory, and ${machine.whose} has ${gib(machine.mib)}.`, fix);
    else if (sum + reserve > machine.mib)
      yield found(
        'warning',
        'X-019',
        at,
        `${words} of memory leaves ${gib(machine.mib - sum)} of the ${gib(machine.mib)} of ${machine.whose} to the system, which needs about ${gib(reserve)}.`,
        fix,
      );
    else if (sum > machine.mib * alertShare)
      yield found(
        'note',
        'X-019',
        at,
        `${words} of memory is ${Math.round((100 * sum) / machine.mib)} % of what ${machine.whose} has: an alert at 85 % fires all the time.`,
        fix,
      );
  },
};

function machineMemory({ server, definition }: LintSubject): { mib: number; whose: string } | null {
  if (server !== null) return server.memoryMib === null ? null : { mib: server.memoryMib, whose: server.name };
  const gb = definition?.advised?.memoryGb;
  return gb === undefined ? null : { mib: gb * 1024, whose: 'the machine that it is meant for' };
}
