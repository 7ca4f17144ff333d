import { type ComposeProject, readComposeProject } from './composeProjectRules.ts';
import { decodeEnvValue, readEnvText, showEnvText } from './envFileTextRules.ts';
import { interpolate } from './interpolateRules.ts';
import type { ProjectRecord } from './projectRecord.ts';

/** Variables of env files in order, later ones over earlier ones, as far as they are no secrets; a secret's value is its name in quotation marks. */
export function variablesOf(texts: readonly string[]): Map<string, { value: string; secret: boolean }> {
  const variables = new Map<string, { value: string; secret: boolean }>();
  for (const text of texts) {
    const read = readEnvText(showEnvText(text));
    for (const { key, raw, quote } of read.ok ? read.entries : []) {
      const decoded = decodeEnvValue(raw, quote);
      const value = quote === "'" ? decoded : interpolate(decoded.replaceAll('\\$', '$$'), (name) => variables.get(name)?.value).text;
      variables.set(key, { value, secret: /‹[A-Za-z_][A-Za-z0-9_]*›/.test(value) });
    }
  }
  return variables;
}

/** Reads the compose files of a project as it was taken, with these variables over those of its env files. */
export function viewProject(
  record: Pick<ProjectRecord, 'composeFiles' | 'directory' | 'files' | 'envFiles' | 'envFrom'>,
  over: Readonly<Record<string, string>> = {},
): ComposeProject {
  const texts = new Map(record.files.map(({ path, text }) => [path, text]));
  const envTexts = new Map(record.envFiles.map(({ path, text }) => [path, text]));
  const variables = variablesOf(record.envFrom.map((path) => envTexts.get(path) ?? texts.get(path) ?? ''));
  return readComposeProject(record.composeFiles, {
    directory: record.directory,
    text: (path) => texts.get(path) ?? null,
    lookup: (name) => over[name] ?? variables.get(name)?.value,
  });
}
