import { z } from 'zod';
import { absolutePathSchema, entryNameSchema, visibleName } from '../../../shared/model/remotePath.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import type { OperationType } from '../../operations/operations.ts';
import { runPathScript } from '../../remote/transfer/pathScript.ts';
import { removeScript } from './fileScripts.ts';

const removeSpecSchema = z.object({ path: absolutePathSchema, names: z.array(entryNameSchema).min(1), sudo: z.boolean() });
export type RemoveSpec = z.infer<typeof removeSpecSchema>;

/** What a removal is called in lists. */
export function removeTitle({ path, names }: Pick<RemoveSpec, 'path' | 'names'>): string {
  const [first = ''] = names;
  return names.length === 1 ? `Remove ${visibleName(first)} from ${visibleName(path)}` : `Remove ${names.length} entries from ${visibleName(path)}`;
}

/** The kind of operation that removes files. What is gone already counts as removed, so that it can be done again after a crash. */
export function removeOperation(): OperationType<RemoveSpec> {
  return {
    kind: 'file-remove',
    spec: removeSpecSchema,
    steps: (spec) => [{ id: 'remove', title: removeTitle(spec).slice(0, 200), runs: 'always' }],
    async runCell({ path, names, sudo }, context) {
      context.phase('apply');
      const server = { remote: context.remote, name: context.serverName };
      const stdin = Buffer.from(names.map((name) => `${escapedPath(name)}\n`).join(''));
      const request = { script: removeScript, env: { PH_PATH: escapedPath(path) }, stdin, path, what: 'remove from', sudo, timeoutMs: 3_600_000 };
      await context.effect('remove', 'idempotent', async () => {
        await context.remote.persist(() => runPathScript(server, { ...request, signal: context.signal }), { signal: context.signal });
      });
      for (const name of names) await context.output('note', `Removed ${visibleName(path)}/${visibleName(name)}\n`);
      return { state: 'done', detail: names.length === 1 ? 'removed' : `${names.length} removed` };
    },
  };
}
