import { imageFacts } from '../imageFacts.ts';
import { commandLines, composeFilesOf } from '../lintFiles.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { optionOf } from '../modelFacts.ts';

/** A cluster that loses a part of its keys with every node. */
export const redisReplicas: LintRule = {
  id: 'redis-replicas',
  title: 'A Redis cluster without replicas',
  why: 'In a cluster every primary has a part of the keys of its own. Without replicas one node that fails takes its part along, and the cluster stops by default. Three primaries need three replicas, on other machines.',
  traps: ['X-111'],
  *check({ project, files }) {
    const nodes = project.services.filter(
      (service) => imageFacts(service.image?.text)?.role === 'cache' && /^yes$/i.test(optionOf(service.command, ['--cluster-enabled']) ?? ''),
    );
    const makers = [
      ...project.services.map((service) => ({ text: service.command.join(' '), at: inService(service.commandAt, service.name) })),
      ...commandLines(files.filter((file) => !composeFilesOf(files).includes(file))).map(({ text, file, line }) => ({ text, at: { file, line } })),
    ].filter(({ text }) => /--cluster\s+create\b/.test(text));
    for (const { text, at } of makers) {
      const replicas = Number(/--cluster-replicas\s+([0-9]+)/.exec(text)?.[1] ?? 0);
      const hosts = text.match(/[\w.-]+:[0-9]{2,5}\b/g)?.length ?? 0;
      if (replicas < 1)
        yield found(
          'warning',
          'X-111',
          at,
          `This makes a cluster${hosts > 0 ? ` of ${hosts} primaries` : ''} without a replica: with one node a part of the keys is gone.`,
          'Add as many replicas as primaries and say --cluster-replicas 1.',
        );
      else if (hosts > 0 && hosts < 3 * (replicas + 1))
        yield found('error', 'X-111', at, `${hosts} nodes are too few for 3 primaries with ${replicas} replica each.`, `Take ${3 * (replicas + 1)} nodes.`);
    }
    const [first] = nodes;
    const count = nodes.reduce((sum, { replicas }) => sum + replicas.count, 0);
    if (makers.length === 0 && first !== undefined && count < 6)
      yield found(
        'warning',
        'X-111',
        inService(first.commandAt, first.name),
        `${count} nodes of a cluster (${nodes.map(({ name }) => name).join(', ')}) leave no replica for at least three primaries.`,
        'Add as many replicas as primaries, or use one primary with a replica.',
      );
  },
};
