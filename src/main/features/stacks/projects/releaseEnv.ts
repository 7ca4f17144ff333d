import type { RenderedStack } from '../definition/renderStack.ts';
import { writeEnvFile } from '../release/envFileRules.ts';
import { encodeEnvValue, fillEnvText } from './envFileTextRules.ts';

/**
 * The text of the env file that a release's variables come from: of a stack of the catalogue its secrets, of a person's own project what its
 * env files say, one after the other, and at the end what was given over them.
 */
export function releaseEnvText(stack: Pick<RenderedStack, 'files' | 'project'>, secrets: Readonly<Record<string, string>>): string {
  const { project } = stack;
  if (project === undefined) return writeEnvFile(secrets);
  const texts = new Map([...stack.files, ...project.envFiles].map(({ path, text }) => [path, text]));
  const parts = project.envFrom.map((path) => fillEnvText(texts.get(path) ?? '', secrets));
  const over = Object.entries(project.variables).map(([name, value]) => `${name}="${encodeEnvValue(value, '"')}"`);
  return [...parts, ...over].map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('');
}
