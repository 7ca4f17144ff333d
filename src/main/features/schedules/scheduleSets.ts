import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { type ScheduleSet, scheduleSetSchema } from '../../../shared/model/schedule.ts';
import { readYaml } from '../../commands/readYaml.ts';

/** Reads the shipped sets of schedules from `<id>.yaml` files, by id. Throws `workflow.definition-invalid` for one that cannot be used. */
export async function readScheduleSets(directory: string): Promise<ScheduleSet[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (file) => {
      const yaml = readYaml(await readFile(join(directory, file), 'utf8'));
      const parsed = yaml.ok ? scheduleSetSchema.safeParse(yaml.value) : null;
      if (parsed?.success === true && `${parsed.data.id}.yaml` === file) return parsed.data;
      const issues = parsed === null ? ['it is no YAML'] : parsed.success ? [`it must be called ${parsed.data.id}.yaml`] : parsed.error.issues.map(issueText);
      throw new AppError('workflow.definition-invalid', { source: file, issues: issues.slice(0, 50) });
    }),
  );
}

function issueText({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  return `${path.map(String).join('.')}: ${message}`;
}
