import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertRuleFileSchema } from '../../../shared/model/alertRule.ts';
import { mergeRules, parseAlertFile, readAlertCatalogue } from './alertCatalogue.ts';
import { testRule } from './testing/watch.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alerts-'));
});
afterAll(() => rm(directory, { recursive: true }));

const ruleText = `title: Mine
rules:
  - id: cpu-high
    title: CPU is busy
    explanation: Look which containers take the processors.
    metric: cpuUsedRatio
    on: server
    comparator: '>'
    value: 0.8
    clear: 0.7
    sustainedS: 300
    clearS: 60
    missing: { policy: keep, afterS: 300 }
    severity: warning
    schedule: environment
    runbook: null
    references: []
`;

test('reads hours, what is no alert, and files of rules by name', async () => {
  await writeFile(join(directory, 'hours.yaml'), 'hours: []\nenvironments: {}\n');
  await expect(readAlertCatalogue(directory)).rejects.toMatchObject({ code: 'local.file-unreadable', data: { path: join(directory, 'not-alerts.yaml') } });
  await writeFile(join(directory, 'not-alerts.yaml'), 'thresholds: []\n');
  await writeFile(join(directory, 'mine.yaml'), ruleText);
  const { rules } = await readAlertCatalogue(directory);
  expect(rules.map(({ rule, file, title }) => [rule.id, file, title])).toEqual([['cpu-high', 'mine.yaml', 'Mine']]);
  await writeFile(join(directory, 'mine.yaml'), ruleText.replace('on: server', 'on: severs'));
  await expect(readAlertCatalogue(directory)).rejects.toMatchObject({ code: 'local.file-unreadable', data: { path: join(directory, 'mine.yaml') } });
});

test.each([
  ['a wrong word', ruleText.replace("'>'", "'above'"), /^line 8: rules\.0\.comparator: /],
  ['an unknown key', ruleText.replace('severity:', 'sevrity:'), /^line 3: rules\.0\.severity: .*|sevrity/],
  ['a key twice', `${ruleText}title: Again\n`, /^line \d+: the key title appears twice/],
  ['no mapping', '- 1\n', /a mapping is expected/],
])('says where there is %s', (_, text, problem) => {
  const parsed = parseAlertFile(text, alertRuleFileSchema);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.problems.join('\n')).toMatch(problem);
});

test('own rules stand in place of shipped ones', () => {
  const shipped = [testRule(), testRule({ id: 'other' })];
  const own = [testRule({ value: 0.9 }), testRule({ id: 'new' })];
  expect(mergeRules(shipped, own).map(({ id, value }) => [id, value])).toEqual([
    ['other', 0.8],
    ['cpu', 0.9],
    ['new', 0.8],
  ]);
});
