import { commandLines } from '../lintFiles.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { entryAt } from '../yamlParts.ts';

/** Keys and commands of a Compose that is gone. */
export const obsoleteKeys: LintRule = {
  id: 'obsolete-keys',
  title: 'Keys and commands of the first Compose',
  why: 'Docker comes with Compose 2, whose command is `docker compose`; `docker-compose` is not there. It ignores `version` with a warning in every run, and `links` and `container_name` stand in the way of networks and replicas. nvidia-docker2 has been replaced by the container toolkit.',
  traps: ['X-083', 'X-086'],
  *check({ project, files }) {
    for (const { file, keys } of project.top) {
      const version = keys.get('version');
      if (version !== undefined)
        yield found(
          'note',
          'X-083',
          { file, line: version.at.line },
          'The key version is obsolete: Compose ignores it and says so in every run.',
          'Take it out.',
        );
    }
    for (const { name, raw, replicas, containerName } of project.all) {
      const links = entryAt(raw, 'links');
      if (links !== undefined)
        yield found('note', 'X-083', inService(links.at, name), 'links has no use any more: services of a network find each other by name.', 'Take it out.');
      if (containerName !== null && replicas.count > 1)
        yield found(
          'error',
          'X-083',
          inService(containerName.at, name),
          `container_name can be had by one container, and ${name} runs ${replicas.count} times.`,
          'Take container_name out.',
        );
    }
    for (const { text, file, line } of commandLines(files)) {
      if (/(?:^|[;&|(]\s*|\bsudo\s+)docker-compose\s/.test(text))
        yield found('warning', 'X-083', { file, line }, 'docker-compose is the first Compose, which Docker 27 does not bring along.', 'Write docker compose.');
      if (/\bnvidia-docker2\b/.test(text)) yield found('warning', 'X-086', { file, line }, 'nvidia-docker2 is archived.', 'Install nvidia-container-toolkit.');
    }
  },
};
