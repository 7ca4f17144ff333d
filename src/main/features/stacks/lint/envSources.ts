import type { LintService } from './composeService.ts';
import { type EnvValue, readEnv } from './envText.ts';
import type { LintSubject } from './lintSubject.ts';

/** Variables that stand together: those of a service, or of a file. */
export interface EnvSource {
  /** Name of the service or path of the file. */
  name: string;
  service: LintService | null;
  values: ReadonlyMap<string, EnvValue>;
}

/** Variables of every service that runs, then those of every env file that was given, also of exports in scripts. */
export function envSources({ project, files }: LintSubject): EnvSource[] {
  const ofServices = project.services.map((service) => ({
    name: service.name,
    service,
    values: new Map([...service.environment].flatMap(([name, { value, at }]) => (value === null ? [] : [[name, { value, at }] as const]))),
  }));
  return [...ofServices, ...envFiles(files)];
}

/** Env files, with their values. */
export function envFiles(files: LintSubject['files']): EnvSource[] {
  return files.filter(({ path }) => isEnvPath(path)).map(({ path, text }) => ({ name: path, service: null, values: readEnv(path, text) }));
}

/** Whether a file is an env file by its name; examples of one are not. */
export function isEnvPath(path: string): boolean {
  return /(^|\/)(\.env([._-][^/]*)?|[^/]*\.env)$/i.test(path) && !/example|sample|template|dist$/i.test(path);
}

/** Whether a name is that of something that nobody may read. */
export function isSecretName(name: string): boolean {
  return (
    /PASSWORD|PASSWD|(^|_)PASS$|SECRET|TOKEN|(^|_)(API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|MASTER|SALT)_?KEY|(^|_)PWD$|CREDENTIAL|(^|_)SALT$/i.test(name) &&
    !/MAX_?TOKENS|_TOKENS$|TOKEN_?LIMIT|TOKENS_PER|TOKENIZER|_FILE$|_PATH$|_DISABLED?$|_ENABLED?$|_TTL$|_LENGTH$|_EXPIR/i.test(name)
  );
}

/** A value to show: never one of a secret, or of an address with a password. */
export function shownValue(name: string, value: string): string {
  if (isSecretName(name) || /:\/\/[^/\s:]*:[^@\s]+@/.test(value)) return '(not shown)';
  return value.length > 80 ? `${value.slice(0, 79)}…` : value;
}
