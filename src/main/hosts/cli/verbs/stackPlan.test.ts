import { expect, test } from 'vitest';
import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import { deployPlanSchema } from '../../../../shared/contract/stackPlans.ts';
import type { Output } from '../terminalText.ts';
import { pruneLines } from './stackDay2.ts';
import { planLines } from './stackPlan.ts';

const output = { style: (_format: string, text: string) => text, terminal: false, json: false } as unknown as Output;
const plan = (more: Partial<DeployPlan>): DeployPlan =>
  deployPlanSchema.parse({ serverName: 'gpu-1', release: 'r2', from: 'r1', services: [], shortfalls: [], unknowns: [], ...more });

test('a plan says everything that changes, and nothing that stays beside the services', () => {
  const lines = planLines(
    plan({
      services: [
        { name: 'web', effect: 'recreate', why: 'image changes', reasons: [], downtime: { seconds: 12, why: '' }, requestsRunning: 3 },
        { name: 'db', effect: 'keep', why: 'nothing of it changes', reasons: [] },
      ],
      files: [{ path: 'a.toml', change: 'changed', diff: '--- a\n+++ a\n-1\n+2\n', masked: false, services: ['web'] }],
      secrets: [
        { name: 'OLD', change: 'kept' },
        { name: 'NEW', change: 'new' },
      ],
      networks: [{ name: 'n', effect: 'keep', why: '' }],
      volumes: [{ name: 'v', effect: 'create', why: 'it is not there yet' }],
      downtime: { seconds: 12, why: 'web' },
      unknowns: ['which ports are taken'],
    }),
    output,
    { diff: true },
  ).join('\n');
  for (const part of [
    'gpu-1  r1 → r2',
    'recreate',
    '12 s, 3 requests running',
    'file a.toml changed (web)',
    '    +2',
    'secret NEW new',
    'volume v create',
    'about 12 s: web',
    'unknown which ports are taken',
  ])
    expect(lines).toContain(part);
  expect(lines).not.toMatch(/OLD|network/);
});

test('a prune says what goes and what stays; a volume goes when it is named', () => {
  const item = (kind: 'release' | 'volume', name: string, goes: boolean) => ({ id: `${kind}:${name}`, kind, name, bytes: 1024 ** 2, goes, why: 'so' });
  const lists = [
    { serverName: 'gpu-1', stackId: 'demo' as never, items: [item('release', 'r1', true), item('volume', 'v', false), item('volume', 'w', false)], bytes: 1 },
  ];
  expect(
    pruneLines(lists, ['v'], output)
      .map((line) => line.trim().split(/\s+/).slice(1, 6).join(' '))
      .slice(1),
  ).toEqual(['release r1 1 MiB goes', 'volume v 1 MiB goes', 'volume w 1 MiB stays']);
});
