import { AppError } from '../../../shared/errors.ts';
import { type IncidentPlan, incidentPlanSchema } from '../../../shared/model/incident.ts';
import { readYaml } from '../../commands/readYaml.ts';

/** Contacts, path and rotation from YAML or JSON. Throws `input.invalid` with every problem. */
export function readPlan(text: string): IncidentPlan {
  const yaml = readYaml(text);
  if (!yaml.ok) throw invalid(yaml.problems.map(({ line, problem }) => ({ path: line === null ? '' : `line ${line}`, message: problem })));
  const read = incidentPlanSchema.safeParse(yaml.value);
  if (!read.success) throw invalid(read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
  return read.data;
}

function invalid(issues: { path: string; message: string }[]): AppError {
  return new AppError('input.invalid', { issues: issues.slice(0, 50) });
}
