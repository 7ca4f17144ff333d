import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type AlertHoursFile, type AlertRule, alertHoursFileSchema, alertRuleFileSchema, notAlertsFileSchema } from '../../../shared/model/alertRule.ts';
import { readYaml } from '../../commands/readYaml.ts';

/** The catalogue of alert rules. */
export interface AlertCatalogue extends AlertHoursFile {
  /** With the title of the file that each rule comes from. */
  rules: { rule: AlertRule; file: string; title: string }[];
  notAlerts: z.infer<typeof notAlertsFileSchema>['thresholds'];
}

/**
 * Reads `hours.yaml`, `not-alerts.yaml` and files of rules, in the order of their names. Throws `local.file-unreadable` for one that is not
 * there, is no YAML or has anything in it that the schema does not know, with the line where that can be told.
 */
export async function readAlertCatalogue(directory: string): Promise<AlertCatalogue> {
  const hours = await readFileOf(join(directory, 'hours.yaml'), alertHoursFileSchema);
  const { thresholds: notAlerts } = await readFileOf(join(directory, 'not-alerts.yaml'), notAlertsFileSchema);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml') && !['hours.yaml', 'not-alerts.yaml'].includes(name)).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const { title, rules } = await readFileOf(join(directory, name), alertRuleFileSchema);
      return rules.map((rule) => ({ rule, file: name, title }));
    }),
  );
  return { ...hours, notAlerts, rules: files.flat() };
}

async function readFileOf<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('local.file-unreadable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  });
  const parsed = parseAlertFile(text, schema);
  if (!parsed.ok) throw new AppError('local.file-unreadable', { path, reason: parsed.problems.join('; ') });
  return parsed.value;
}

/** Reads one YAML text by a schema. Problems name their line and place. */
export function parseAlertFile<T>(text: string, schema: z.ZodType<T>): { ok: true; value: T } | { ok: false; problems: string[] } {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, problems: yaml.problems.map(({ line, problem }) => (line === null ? problem : `line ${line}: ${problem}`)) };
  const parsed = schema.safeParse(yaml.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `line ${yaml.lineOf(path) ?? 1}: ${path.map(String).join('.')}: ${message}`);
  return { ok: false, problems: problems.slice(0, 50) };
}

/** The rules that count: a person's own stand in place of shipped ones of the same id, and beside the others. */
export function mergeRules(shipped: readonly AlertRule[], own: readonly AlertRule[]): AlertRule[] {
  const ids = new Set(own.map(({ id }) => id));
  return [...shipped.filter(({ id }) => !ids.has(id)), ...own];
}
