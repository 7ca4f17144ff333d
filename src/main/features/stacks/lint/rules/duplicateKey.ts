import { found, inService, type LintRule } from '../lintSubject.ts';

/** A key that stands twice in one mapping. */
export const duplicateKey: LintRule = {
  id: 'duplicate-key',
  title: 'A key stands twice in one mapping',
  why: 'Some readers refuse the file, others take the last of them without a word, so that what was written first has no effect. Keep one of them.',
  traps: ['X-088'],
  *check({ project }) {
    for (const { key, path, first, again } of project.duplicates) {
      const service = path[0] === 'services' ? path[1] : undefined;
      const at = service === undefined ? again : inService(again, service);
      yield found(
        'error',
        'X-088',
        at,
        `${key} stands here and in line ${first.line ?? '?'} too; where a reader takes it at all, the last one wins and the first has no effect.`,
        `Keep one ${key}.`,
      );
    }
  },
};
