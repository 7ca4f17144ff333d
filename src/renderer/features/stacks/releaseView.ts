import type { ReleaseComparison } from '../../../shared/contract/stackReleases.ts';
import type { ProjectOrigin, Release } from '../../../shared/model/stack.ts';
import { count } from '../../ui/format.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** Word and mark of a release's state. */
export const releaseStates: Record<Release['state'], { word: string; tone: Tone }> = {
  current: { word: 'current', tone: 'good' },
  superseded: { word: 'earlier', tone: 'off' },
  failed: { word: 'failed its gate', tone: 'bad' },
  incomplete: { word: 'incomplete', tone: 'warn' },
};

/** Whether a release can be gone back to. */
export function canReturnTo(release: Pick<Release, 'state'>): boolean {
  return release.state === 'superseded';
}

/** Where a person's own project was taken from, in a few words. */
export function originWords(from: ProjectOrigin): string {
  switch (from.kind) {
    case 'folder':
      return from.path;
    case 'git':
      return `${from.url.replace(/^.*[/:]([^/]+\/[^/]+?)(\.git)?$/, '$1')} at ${from.ref}`;
    case 'server':
      return `${from.project} as it ran on ${from.server}`;
  }
}

/** What a release was made from: the version of its definition, and the commit that its origin or its images name. Empty: nothing was recorded. */
export function madeFrom(release: Release): string {
  const commit = release.from?.kind === 'git' ? release.from.commit : (release.images.find((image) => image.commit)?.commit ?? null);
  const parts = [
    release.from === undefined ? (release.stackVersion === undefined ? null : `definition v${release.stackVersion}`) : originWords(release.from),
    commit ? `commit ${commit.slice(0, 8)}` : null,
  ].filter((part) => part !== null);
  return parts.join(', ');
}

/** How fast the models of a release answered at its gates: `412 ms, 58.3 tokens/s`; null where nothing was measured. */
export function performanceWords(release: Pick<Release, 'performance'>): string | null {
  const words = (release.performance ?? []).flatMap(({ firstTokenMs, tokensPerS }) => [
    ...(firstTokenMs === null ? [] : [`${Math.round(firstTokenMs).toLocaleString('en')} ms`]),
    ...(tokensPerS === null ? [] : [`${tokensPerS.toFixed(1)} tokens/s`]),
  ]);
  return words.length === 0 ? null : words.join(', ');
}

/** One figure of a model's speed in two releases. */
export interface ComparedFigure {
  key: string;
  gate: string;
  what: string;
  from: number | null;
  to: number | null;
  unit: string;
  /** By how many percent it is better (above 0) or worse; null: one of the two is missing. */
  betterPercent: number | null;
}

/** What the chat gates of two releases measured, side by side. */
export function comparedFigures(from: Pick<Release, 'performance'>, to: Pick<Release, 'performance'>): ComparedFigure[] {
  const before = new Map((from.performance ?? []).map((each) => [each.gate, each]));
  const gates = [...new Set([...before.keys(), ...(to.performance ?? []).map((each) => each.gate)])];
  return gates.flatMap((gate) => {
    const [one, other] = [before.get(gate), to.performance?.find((each) => each.gate === gate)];
    const figure = (what: string, unit: string, a: number | null, b: number | null, less: boolean): ComparedFigure[] =>
      a === null && b === null
        ? []
        : [
            {
              key: `${gate} ${what}`,
              gate,
              what,
              unit,
              from: a,
              to: b,
              betterPercent: a === null || b === null || a === 0 ? null : ((less ? a - b : b - a) / a) * 100,
            },
          ];
    return [
      ...figure('first token', 'ms', one?.firstTokenMs ?? null, other?.firstTokenMs ?? null, true),
      ...figure('speed', 'tokens/s', one?.tokensPerS ?? null, other?.tokensPerS ?? null, false),
    ];
  });
}

/** Which two releases are compared: those asked for where they are there, else what runs against the one before it. Null: there are not two. */
export function comparedPair(releases: readonly Release[], from: string | undefined, to: string | undefined): { from: string; to: string } | null {
  const there = (id: string | undefined) => releases.find((release) => release.id === id)?.id;
  const current = releases.find((release) => release.state === 'current') ?? releases[0];
  const second = there(to) ?? current?.id;
  const at = releases.findIndex((release) => release.id === second);
  const older = releases.slice(at + 1);
  const first = there(from) ?? (older.find(canReturnTo) ?? older[0] ?? releases.find((release) => release.id !== second))?.id;
  return first === undefined || second === undefined || first === second ? null : { from: first, to: second };
}

/** What going from one release to another does, in a sentence. */
export function comparisonWords(comparison: Pick<ReleaseComparison, 'services' | 'files' | 'parameters' | 'secrets'>): string {
  const number = (change: string) => comparison.services.filter((service) => service.change === change).length;
  const changedSecrets = comparison.secrets.filter((secret) => secret.change !== 'kept').length;
  const parts = [
    number('changed') > 0 && `${count(number('changed'), 'service')} made anew`,
    number('added') > 0 && `${number('added')} added`,
    number('removed') > 0 && `${number('removed')} removed`,
    number('same') > 0 && `${number('same')} left alone`,
    comparison.parameters.length > 0 && count(comparison.parameters.length, 'parameter'),
    comparison.files.length > 0 && count(comparison.files.length, 'file'),
    changedSecrets > 0 && count(changedSecrets, 'secret'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'Nothing differs.' : `${parts.join(', ')}.`;
}
