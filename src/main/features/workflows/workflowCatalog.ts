import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import { parseWorkflow } from './workflowsRules.ts';

/** The workflow definitions that are shipped, read from one folder of `<id>.yaml` files. */
export interface WorkflowCatalog {
  /** All definitions by id. Throws `workflow.definition-invalid` for the first file that cannot be used. */
  list(): Promise<WorkflowDefinition[]>;
  /** One definition; another file's mistake does not matter here. Throws `workflow.not-found`, `workflow.definition-invalid`. */
  get(id: string): Promise<WorkflowDefinition>;
}

/** Opens a catalogue over a folder. Files are read anew at each call: they are few, and a person may be editing one. */
export function openWorkflowCatalog(directory: string): WorkflowCatalog {
  const ids = async () => {
    const names = await readdir(directory).catch((cause: unknown) => {
      throw unreadable(directory, cause);
    });
    return names
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort();
  };
  const read = async (id: string) => {
    const file = join(directory, `${id}.yaml`);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    return parseWorkflow(`${id}.yaml`, text);
  };
  return {
    list: async () => Promise.all((await ids()).map(read)),
    get: async (id) => {
      if (!(await ids()).includes(id)) throw new AppError('workflow.not-found', { id });
      return read(id);
    },
  };
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('local.file-unreadable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
}
