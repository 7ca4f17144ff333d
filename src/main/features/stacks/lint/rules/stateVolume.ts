import type { LintService } from '../composeService.ts';
import { imageFacts, readImage } from '../imageFacts.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';

/** Data that is gone with its container. */
export const stateVolume: LintRule = {
  id: 'state-volume',
  title: 'Data that does not outlive its container',
  why: 'What is written outside of a volume is in the container, and gone with the next change of image, variables or limits. A volume at another path than the program writes to keeps nothing. Mount a named volume or a directory of the server at the path where the image keeps its data.',
  traps: [],
  *check(subject) {
    for (const service of subject.project.services) {
      yield* defined(service, subject);
      yield* byImage(service, subject);
    }
  },
};

/** What the definition says must persist. */
function* defined(service: LintService, { definition }: LintSubject): Iterable<LintNews> {
  if (definition === null) return;
  const own = definition.volumes.filter((volume) => volume.service === service.name);
  for (const { path, holds } of own) {
    if (covers(service, path) === undefined)
      yield found(
        'error',
        null,
        inService(service.at, service.name),
        `${holds} of ${service.name} is to persist at ${path}, where nothing is mounted.`,
        `Mount a volume at ${path}.`,
      );
  }
  const stateful = definition.services.find(({ name }) => name === service.name)?.stateful === true;
  if (stateful && own.length === 0 && service.mounts.length === 0)
    yield found(
      'error',
      null,
      inService(service.at, service.name),
      `${service.name} keeps data that nothing else has, and mounts nothing.`,
      'Mount a volume where it writes its data.',
    );
}

function* byImage(service: LintService, { definition }: LintSubject): Iterable<LintNews> {
  const facts = imageFacts(service.image?.text);
  if (facts?.data === undefined || service.image === null) return;
  const paths = dataPaths(service, facts.data);
  const said = definition?.services.find(({ name }) => name === service.name)?.stateful;
  if (said === false && (facts.role === 'cache' || facts.role === 'metrics' || facts.role === 'dashboards')) return;
  const at = inService(service.image.at, service.name);
  const mount = paths.map((path) => covers(service, path)).find((each) => each !== undefined);
  const again = facts.role === 'model-server' ? 'its models are pulled anew with every new container' : 'its data is gone with the next new container';
  if (mount === undefined) {
    const weak = facts.role === 'model-server' || facts.role === 'metrics' || facts.role === 'dashboards' || (facts.role === 'cache' && said !== true);
    const elsewhere = service.mounts.find(({ kind, readOnly, target }) => kind !== 'tmpfs' && !readOnly && /data|lib|storage|ollama/.test(target));
    yield found(
      weak ? 'warning' : 'error',
      null,
      at,
      `${service.name} (${facts.title}) keeps its data in ${paths[0]}, where nothing is mounted${elsewhere === undefined ? '' : `; the volume at ${elsewhere.target} stays empty`}: ${again}.`,
      `Mount a volume at ${paths[0]}.`,
    );
  } else if (mount.kind === 'tmpfs')
    yield found('error', null, inService(mount.at, service.name), `${mount.target} of ${service.name} lies in memory: ${again}.`, 'Mount a volume there.');
  else if (mount.kind === 'volume' && mount.source === null)
    yield found(
      'warning',
      null,
      inService(mount.at, service.name),
      `The volume at ${mount.target} of ${service.name} has no name: after "down" nobody finds it again.`,
      'Give it a name.',
    );
  else if (mount.readOnly && facts.role !== 'model-server')
    yield found(
      'error',
      null,
      inService(mount.at, service.name),
      `${mount.target} is mounted read-only, and ${facts.title} has to write there.`,
      'Take ro away.',
    );
}

/** Where a program writes: as told by a variable, else as its image has it. PostgreSQL moved it one level up with 18. */
function dataPaths(service: LintService, known: readonly string[]): string[] {
  const told =
    service.environment.get('PGDATA')?.value ?? service.environment.get('PERSISTENCE_DATA_PATH')?.value ?? service.environment.get('OLLAMA_MODELS')?.value;
  if (told) return [told];
  const { tag } = readImage(service.image?.text ?? '');
  const postgres = known.includes('/var/lib/postgresql/data') ? Number.parseInt(/(?:^|pg)(\d+)/.exec(tag ?? '')?.[1] ?? '', 10) : Number.NaN;
  if (postgres >= 18) return ['/var/lib/postgresql'];
  if (postgres > 0) return ['/var/lib/postgresql/data'];
  return [...known];
}

/** The mount that a path lies in. */
function covers(service: LintService, path: string) {
  return service.mounts.find(({ target }) => path === target || path.startsWith(`${target}/`));
}
