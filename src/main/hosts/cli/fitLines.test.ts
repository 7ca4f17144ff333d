import { describe, expect, it } from 'vitest';
import type { Fit, FitRequirement } from '../../../shared/model/fit.ts';
import { exitCodeOfFits, fitLines } from './fitLines.ts';

const plain = { style: (_format: unknown, text: string) => text };
const requirement = (changes: Partial<FitRequirement>): FitRequirement => ({
  ...{ id: 'cores', title: 'Processor cores', need: '16', have: '32 virtual', verdict: 'meets', level: 'required', reason: null, remedy: null },
  ...changes,
});
const fitOf = (server: string, verdict: Fit['verdict'], requirements: FitRequirement[] = []): Fit => ({
  ...{ server, target: { kind: 'tier', id: 'recommended', title: 'Recommended' }, factsReadAtMs: 1, verdict, requirements },
});

it('shows every need in a table, and a sentence with what would mend it below', () => {
  const lines = fitLines(
    fitOf('gpu-1', 'short', [
      requirement({}),
      requirement({ title: 'Memory', need: '64 GB', have: '31.1 GiB', verdict: 'short', reason: '31.1 GiB are there.', remedy: 'Add memory modules.' }),
      requirement({ title: 'Network', need: '1 Gbit/s', have: null, verdict: 'unknown', level: 'advised', reason: 'No card tells its speed.' }),
    ]),
    plain,
  );
  expect(lines).toEqual([
    'gpu-1  tier Recommended: does not fit',
    '             WHAT               NEED      HAVE',
    '  ✓ meets    Processor cores    16        32 virtual',
    '  ✗ short    Memory             64 GB     31.1 GiB',
    '  ? unknown  Network (advised)  1 Gbit/s  —',
    '  ✗ Memory: 31.1 GiB are there.',
    '    mend Add memory modules.',
    '  ? Network: No card tells its speed.',
  ]);
});

it('says that facts are missing in place of a table', () =>
  expect(fitLines({ ...fitOf('new', 'unknown'), factsReadAtMs: null }, plain)).toEqual([
    'new  tier Recommended: cannot be told whether it fits',
    '  Its facts were not read.',
  ]));

it('takes control characters of a server out of the way', () =>
  expect(fitLines(fitOf('gpu-1', 'meets', [requirement({ have: '\u001b[2J' })]), plain)[2]).toContain('\\x1b[2J'));

describe('exit codes', () => {
  it.each([
    [true, ['meets'], 0],
    [true, ['short'], 1],
    [true, ['unknown'], 4],
    [true, ['meets', 'short'], 6],
    [true, ['unknown', 'short'], 6],
    [true, ['short', 'short'], 1],
  ] as const)('asked %s: servers %j end with %i', (asked, verdicts, code) =>
    expect(
      exitCodeOfFits(
        verdicts.map((verdict, index) => fitOf(`gpu-${index}`, verdict)),
        asked,
      ),
    ).toBe(code),
  );
  it('counts every target that was asked for, and any tier where none was', () => {
    const tiers = [fitOf('gpu-1', 'meets'), fitOf('gpu-1', 'short')];
    expect([exitCodeOfFits(tiers, true), exitCodeOfFits(tiers, false)]).toEqual([1, 0]);
    expect(exitCodeOfFits([fitOf('gpu-1', 'short'), fitOf('gpu-1', 'unknown')], false)).toBe(4);
  });
});
