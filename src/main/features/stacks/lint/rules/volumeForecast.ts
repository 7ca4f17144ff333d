import { gib } from '../gpuFacts.ts';
import { found, inService, type LintRule, type LintSubject } from '../lintSubject.ts';
import { neededServices } from '../needs.ts';
import { readMib } from '../shortForms.ts';
import { entryAt, textAt, textOf } from '../yamlParts.ts';

/** Data after three months against the room that its volume has. */
export const volumeForecast: LintRule = {
  id: 'volume-forecast',
  title: 'Data outgrows the room that it is given',
  why: 'A volume with a size of its own is full when its data has grown to it, also where the disk has room. Give it what the data takes after three months and a fifth more, or let old data go.',
  traps: ['X-035'],
  *check(subject) {
    for (const { service, needs } of neededServices(subject)) {
      const later = needs.diskMibLater;
      if (later === undefined) continue;
      for (const mount of service.mounts) {
        const size = allotted(subject, mount.source);
        if (size === null || later < size * 0.85) continue;
        yield found(
          later >= size ? 'error' : 'warning',
          'X-035',
          inService(subject.project.volumes.get(mount.source ?? '')?.at ?? mount.at, service.name),
          `${service.name} has ${gib(later)} after three months, ${Math.round((100 * later) / size)} % of the ${gib(size)} of the volume ${mount.source}.`,
          'Give the volume more room, or keep data for a shorter time.',
        );
      }
    }
  },
};

/** Size of a volume as its driver is told; null: it has none of its own. */
function allotted({ project, parameters }: LintSubject, volume: string | null): number | null {
  const entry = project.volumes.get(volume ?? '');
  if (entry === undefined) return null;
  const options = entryAt(entry.part, 'driver_opts')?.part;
  const inOptions = /(?:^|,)size=([^,]+)/.exec(textAt(options, 'o') ?? '')?.[1] ?? textOf(entryAt(options, 'size')?.part);
  return readMib(inOptions ?? null) ?? readMib(parameters[`${volume}Size`] ?? null);
}
