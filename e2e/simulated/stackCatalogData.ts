import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStack } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import type { StackDefinition } from '../../src/shared/model/stackDefinition.ts';

const directory = join(import.meta.dirname, '../../resources/stacks');

/** The stacks that are shipped, as they are read by the core, so that screens show what people will see. */
export function shippedStacks(): StackDefinition[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((id) => {
      try {
        return [parseStack(id, readFileSync(join(directory, id, 'stack.yaml'), 'utf8'))];
      } catch {
        // One that is just being written is no reason for the others not to be shown.
        return [];
      }
    });
}
