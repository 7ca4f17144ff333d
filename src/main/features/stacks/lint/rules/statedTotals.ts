import { gib } from '../gpuFacts.ts';
import { found, inDefinition, type LintRule } from '../lintSubject.ts';
import { neededServices, sumWords } from '../needs.ts';

/** What a definition says of the whole against the sum of what it says of the parts. */
export const statedTotals: LintRule = {
  id: 'stated-totals',
  title: 'A stated total is less than the sum of its parts',
  why: 'A total that was added up by hand is wrong as soon as a row changes, and a machine that is chosen by it is too small. Leave the total out, so that it is computed, or correct it.',
  traps: ['X-012', 'X-023', 'X-034'],
  *check(subject) {
    const { definition } = subject;
    if (definition === null) return;
    const needed = neededServices(subject);
    const stated = definition.requirements;
    const rows = (of: (each: (typeof needed)[number]) => number | undefined) =>
      needed.flatMap((each) => (of(each) === undefined ? [] : [{ name: each.service.name, value: of(each) ?? 0 }]));
    const total = (parts: readonly { value: number }[]) => parts.reduce((sum, { value }) => sum + value, 0);
    const memory = rows(({ memoryMib }) => memoryMib);
    if (stated.memoryMib !== undefined && total(memory) > stated.memoryMib)
      yield found(
        'warning',
        'X-012',
        inDefinition(),
        `${sumWords(memory, gib)} = ${gib(total(memory))} of memory, and the definition asks for ${gib(stated.memoryMib)}.`,
        'Correct the total, or leave it out: it is computed.',
      );
    const running = new Set(needed.map(({ service }) => service.name));
    const models = definition.models.filter(({ service }) => running.has(service)).map(({ name, downloadMib }) => ({ name, value: downloadMib }));
    const disk = [...rows(({ needs }) => needs.diskMibLater ?? needs.diskMib), ...models];
    if (stated.diskMib !== undefined && total(disk) > stated.diskMib)
      yield found(
        'warning',
        'X-034',
        inDefinition(),
        `${sumWords(disk, gib)} = ${gib(total(disk))} of disk before images and the system, and the definition asks for ${gib(stated.diskMib)}.`,
        'Correct the total, or leave it out: it is computed.',
      );
    const vram = rows(({ needs, service }) => (service.gpus === null ? undefined : needs.vramMib));
    if (stated.vramMib !== undefined && total(vram) > stated.vramMib)
      yield found(
        'warning',
        'X-023',
        inDefinition(),
        `${sumWords(vram, gib)} = ${gib(total(vram))} of VRAM, and the definition asks for ${gib(stated.vramMib)}.`,
        'Correct the total.',
      );
  },
};
