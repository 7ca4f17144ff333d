import { envSources, isSecretName } from '../envSources.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** A secret that everybody reads who reads the file. */
export const plainSecrets: LintRule = {
  id: 'plain-secrets',
  title: 'A secret in plain text',
  why: 'A compose file is kept in git, copied and shown; what stands in it is known to all who see it, and to `docker inspect`. Take it from an env file that only its user may read, or mount it as a file (secrets). What stood there has to be replaced.',
  traps: [],
  *check(subject) {
    for (const { service, values } of envSources(subject)) {
      if (service === null) continue;
      for (const [name, { value, at }] of values) {
        if (service.environment.get(name)?.from === 'env_file') continue;
        const inAddress = /:\/\/[^/\s:@${}]*:([^@\s${}]+)@/.exec(value)?.[1];
        if (inAddress === undefined && (!isSecretName(name) || value === '' || isCount(value) || filledIn(subject.files, at, value))) continue;
        if (inAddress !== undefined && filledIn(subject.files, at, inAddress)) continue;
        const harmless = /^(none|null|false|true|changeme|change-me|your[-_]|<|example|dummy|not-needed|empty|sk-1234$)/i.test(value);
        yield found(
          harmless ? 'warning' : 'error',
          null,
          inService(at, service.name),
          inAddress === undefined
            ? `${name} of ${service.name} stands here in plain text${harmless ? ', as a word that everybody guesses' : ''}.`
            : `The address in ${name} of ${service.name} has its password in plain text.`,
          `Take it from the env file as \${NAME}, or mount it as a file, and give it a new value.`,
        );
      }
    }
  },
};

/** A short number counts tokens or their time rather than being one. */
function isCount(value: string): boolean {
  return /^\d{1,5}(\.\d+)?$/.test(value);
}

/** Whether the line took the value from a variable, so that it does not stand there itself. */
function filledIn(files: readonly { path: string; text: string }[], at: { file: string; line: number | null }, value: string): boolean {
  if (/\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(value)) return true;
  const line = files.find(({ path }) => path === at.file)?.text.split('\n')[(at.line ?? 0) - 1] ?? '';
  return line.includes('$') && !line.includes(value);
}
