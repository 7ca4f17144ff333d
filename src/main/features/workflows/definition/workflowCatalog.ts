import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { WorkflowDefinition } from '../../../../shared/model/workflow.ts';
import type { BrokenWorkflow } from '../../../../shared/model/workflowLint.ts';
import { parseWorkflow } from '../workflowsRules.ts';

/** Everything that folders hold, by id; a file that cannot be used does not keep the others from being listed. */
export interface WorkflowLibrary {
  workflows: { definition: WorkflowDefinition; own: boolean }[];
  broken: BrokenWorkflow[];
}

/** The workflow definitions of several folders of `<id>.yaml` files; an id in an earlier folder hides one in a later. */
export interface WorkflowCatalog {
  library(): Promise<WorkflowLibrary>;
  /** Definitions that can be used, by id. */
  list(): Promise<WorkflowDefinition[]>;
  /** One definition; another file's mistake does not matter here. Throws `workflow.not-found`, `workflow.definition-invalid`. */
  get(id: string): Promise<WorkflowDefinition>;
  /** Ids of all files, usable or not. */
  ids(): Promise<string[]>;
  /** A file as it stands there. Throws `workflow.not-found`. */
  text(id: string): Promise<string>;
}

interface Entry {
  id: string;
  file: string;
  own: boolean;
  /** Another of that id comes first. */
  hidden: boolean;
}

/**
 * Opens a catalogue over folders. Files are looked at at each call, since a person may be editing one, and read where they have changed. A
 * folder of a person's own need not be there.
 */
export function openWorkflowCatalog(directories: { shipped: readonly string[]; own: readonly string[] }): WorkflowCatalog {
  const entries = async (): Promise<Entry[]> => {
    const found: Entry[] = [];
    for (const directory of [...directories.shipped, ...directories.own]) {
      const own = directories.own.includes(directory);
      const names = await readdir(directory).catch((cause: unknown) => {
        if (own && isMissing(cause)) return [];
        throw unreadable(directory, cause);
      });
      for (const name of names) {
        if (!name.endsWith('.yaml')) continue;
        const id = name.slice(0, -'.yaml'.length);
        found.push({ id, file: join(directory, name), own, hidden: found.some((each) => each.id === id) });
      }
    }
    return found.sort((one, other) => one.id.localeCompare(other.id));
  };
  const text = ({ file }: Entry) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
  /** What was read of a file, for as long as it stays as it was. */
  const read = new Map<string, { mark: string; definition: WorkflowDefinition }>();
  const parsed = async (entry: Entry): Promise<WorkflowDefinition> => {
    const { id, file } = entry;
    const seen = await stat(file, { bigint: true }).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    const mark = `${seen.mtimeNs} ${seen.size} ${seen.ino}`;
    const known = read.get(file);
    if (known?.mark === mark) return structuredClone(known.definition);
    const definition = parseWorkflow(`${id}.yaml`, await text(entry));
    read.set(file, { mark, definition });
    return structuredClone(definition);
  };
  const find = async (id: string): Promise<Entry> => {
    const entry = (await entries()).find((each) => each.id === id && !each.hidden);
    if (entry === undefined) throw new AppError('workflow.not-found', { id });
    return entry;
  };
  const library = async (): Promise<WorkflowLibrary> => {
    const found: WorkflowLibrary = { workflows: [], broken: [] };
    for (const entry of await entries()) {
      const { id, file, own, hidden } = entry;
      try {
        if (hidden)
          throw new AppError('workflow.definition-invalid', { source: `${id}.yaml`, issues: [`there is another workflow ${id}; give this one another id`] });
        found.workflows.push({ definition: await parsed(entry), own });
      } catch (error) {
        if (AppError.is(error, 'workflow.definition-invalid')) found.broken.push({ id, file, issues: error.data.issues });
        else if (AppError.is(error, 'local.file-unreadable')) found.broken.push({ id, file, issues: [error.data.reason] });
        else throw error;
      }
    }
    return found;
  };
  return {
    library,
    list: async () => (await library()).workflows.map(({ definition }) => definition),
    get: async (id) => parsed(await find(id)),
    ids: async () => (await entries()).filter(({ hidden }) => !hidden).map(({ id }) => id),
    text: async (id) => text(await find(id)),
  };
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('local.file-unreadable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
}
