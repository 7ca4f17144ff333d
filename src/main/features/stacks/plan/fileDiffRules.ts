import { createTwoFilesPatch } from 'diff';
import type { PlannedFile } from '../../../../shared/contract/stackPlans.ts';

/** A file of a release on one side of the comparison; `text` null: too long or no text. */
export interface SideFile {
  sha256: string;
  text: string | null;
}

const longest = 40_000;
const secretName = /(pass(word|wd|phrase)?|secret|token|api_?key|private_?key|credential)/i;

/** Compares the files of two releases. `secrets` are values that may not be shown, in whatever file they stand. */
export function diffFiles(
  before: ReadonlyMap<string, SideFile>,
  after: ReadonlyMap<string, SideFile>,
  options: { secrets: readonly string[]; services: Readonly<Record<string, readonly string[]>>; secretFiles?: ReadonlySet<string> },
): PlannedFile[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): PlannedFile[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old?.sha256 === now?.sha256) return [];
    const services = Object.entries(options.services).flatMap(([name, mounted]) => (mounted.includes(path) ? [name] : []));
    const head = { path, change: old === undefined ? ('added' as const) : now === undefined ? ('removed' as const) : ('changed' as const), services };
    const [left, right] = [old === undefined ? '' : old.text, now === undefined ? '' : now.text];
    if (left === null || right === null || options.secretFiles?.has(path) === true) return [{ ...head, diff: '', masked: true }];
    const patch = createTwoFilesPatch(path, path, left, right, undefined, undefined, { context: 3 });
    const plain = patch.slice(patch.indexOf('--- '));
    const shown = maskText(plain, options.secrets);
    const cut = shown.length > longest;
    return [{ ...head, diff: cut ? `${shown.slice(0, longest)}\n…` : shown, masked: cut || shown !== plain }];
  });
}

/** Replaces secret values, and values whose name says that they are secret. A name in `${…}` is left: it is no value. */
export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 4) masked = masked.replaceAll(secret, '••••');
  }
  return masked.replaceAll(/^([-+ ]?\s*(?:- )?["']?([\w.-]+)["']?\s*[:=]\s*)(.+)$/gm, (whole, start: string, name: string, value: string) =>
    secretName.test(name) && !/^["']?\$\{[^}]+\}["']?,?$/.test(value) && !/^["'{[]?["'}\]]?,?$/.test(value) ? `${start}••••` : whole,
  );
}
