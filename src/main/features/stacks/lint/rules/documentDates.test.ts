import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { documentDates } from './documentDates.ts';

test('contacts at example.com and a review of December', () => {
  const guide = '| Role | Contact |\n|---|---|\n| **DevOps Lead** | devops@example.com |\n| **DBA** | dba@example.com |\n\n**Next Review:** 2025-12-11\n';
  const { findings } = lint(documentDates, { 'DEPLOYMENT.md': guide });
  expect(findings.map(({ place, reason }) => [place.line, reason])).toEqual([
    [3, 'devops@example.com reaches nobody.'],
    [4, 'dba@example.com reaches nobody.'],
    [6, 'The review of 2025-12-11 is 80 days overdue.'],
  ]);
});

test('other placeholders, another form of the date', () => {
  expect(shortLint(documentDates, { 'runbook.txt': 'On-call phone: TBD\nnext review - 2026-01\nops@yourcompany.io\n' })).toEqual([
    'note X-131 runbook.txt:1',
    'note X-131 runbook.txt:2',
    'note X-131 runbook.txt:3',
  ]);
});

test('people who can be reached and a review to come; code is no document', () => {
  expect(shortLint(documentDates, { 'README.md': 'Contact: ops@acme.eu\nNext Review: 2026-09-01\n', 'a.py': 'mail = "a@example.com"\n' })).toEqual([]);
});
