import type { Fit, FitRequirement } from '../../../shared/model/fit.ts';
import { exitCodes } from './exitCodes.ts';
import { type Output, table } from './terminalText.ts';

const marks: Record<FitRequirement['verdict'], readonly [string, 'green' | 'red' | 'yellow']> = {
  meets: ['✓ meets', 'green'],
  short: ['✗ short', 'red'],
  unknown: ['? unknown', 'yellow'],
};
const verdicts: Record<Fit['verdict'], string> = { meets: 'fits', short: 'does not fit', unknown: 'cannot be told whether it fits' };

/** A fit as lines: the verdict, every need with what is there, and below the table a sentence for each that is not met. */
export function fitLines(fit: Fit, output: Pick<Output, 'style'>): string[] {
  const { server, target, requirements } = fit;
  const heading = `${output.style('bold', server)}  ${target.kind} ${target.title}: ${output.style(marks[fit.verdict][1], verdicts[fit.verdict])}`;
  if (fit.factsReadAtMs === null) return [heading, '  Its facts were not read.'];
  const rows = requirements.map(({ verdict, title, need, have, level }) => [
    marks[verdict][0],
    level === 'advised' ? `${title} (advised)` : title,
    need,
    have ?? '—',
  ]);
  const explained = requirements.filter(({ reason }) => reason !== null);
  return [
    heading,
    ...table(['', 'WHAT', 'NEED', 'HAVE'], rows, output).map((line) => `  ${line}`),
    ...explained.flatMap(({ verdict, title, reason, remedy }) => [
      `  ${output.style(marks[verdict][1], marks[verdict][0].slice(0, 1))} ${title}: ${reason ?? ''}`,
      ...(remedy === null ? [] : [`    ${output.style('bold', 'mend')} ${remedy}`]),
    ]),
  ];
}

/**
 * The exit code for judged servers. Where a tier or stack was asked for, a server fits that meets all of it; without, one that meets
 * any tier. None fits: 1; some do: 6; nothing is short but something is unknown: 4, for a person has to judge.
 */
export function exitCodeOfFits(fits: readonly Fit[], asked: boolean): number {
  const byServer = Map.groupBy(fits, ({ server }) => server);
  const verdicts = [...byServer.values()].map((own): Fit['verdict'] => {
    const found = own.map(({ verdict }) => verdict);
    if (asked) return found.includes('short') ? 'short' : found.includes('unknown') ? 'unknown' : 'meets';
    return found.includes('meets') ? 'meets' : found.includes('unknown') ? 'unknown' : 'short';
  });
  const shortCount = verdicts.filter((verdict) => verdict === 'short').length;
  if (shortCount > 0) return shortCount === verdicts.length ? exitCodes.failed : exitCodes.partly;
  return verdicts.includes('unknown') ? exitCodes.needsPerson : exitCodes.done;
}
