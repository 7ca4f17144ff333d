import { found, type LintRule, type LintSubject } from '../lintSubject.ts';
import { neededServices, sumWords } from '../needs.ts';

/** The cores of all services against the machine. */
export const cpuSum: LintRule = {
  id: 'cpu-sum',
  title: 'Services ask for more cores than the machine has',
  why: 'Cores are shared, so that nothing stops to work; everything gets slower at the same time, and health checks run into their time-outs under load. Take a machine whose cores cover the sum, or lower what services are promised.',
  traps: ['X-016', 'X-017'],
  *check(subject) {
    if (subject.parameters['minCores'] === '0') return;
    const told = neededServices(subject).flatMap(({ service, cores }) => (cores === undefined ? [] : [{ name: service.name, value: cores }]));
    if (told.length === 0) return;
    const machine = machineCores(subject);
    if (machine === null) {
      yield { unknown: 'whether there are cores enough: the processor of the server is not known' };
      return;
    }
    const sum = told.reduce((total, { value }) => total + value, 0);
    const at = subject.project.files[0] === undefined ? null : { file: subject.project.files[0], line: null };
    const words = `${sumWords(told, (value) => String(Number(value.toFixed(2))))} = ${Number(sum.toFixed(2))}`;
    const trap = told.some(({ name }) => subject.project.services.find((service) => service.name === name)?.gpus != null) ? 'X-017' : 'X-016';
    if (sum > machine.cores)
      yield found(
        'warning',
        trap,
        at,
        `${words} cores, and ${machine.whose} has ${machine.cores}.`,
        'Take a machine with more cores, or place services on further servers.',
      );
    for (const { name, value } of told) {
      if (value <= machine.cores) continue;
      const service = subject.project.services.find((one) => one.name === name);
      yield found(
        'warning',
        trap,
        { ...(service?.at ?? { file: '', line: null }), service: name },
        `${name} alone asks for ${value} cores, and ${machine.whose} has ${machine.cores}.`,
        'Lower its limit, or take a larger machine.',
      );
    }
  },
};

function machineCores({ server, definition }: LintSubject): { cores: number; whose: string } | null {
  if (server !== null) return server.cores === null ? null : { cores: server.cores, whose: server.name };
  const cores = definition?.advised?.cores;
  return cores === undefined ? null : { cores, whose: 'the machine that it is meant for' };
}
