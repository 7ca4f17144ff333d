import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, horizontalOverflow, settled } from '../pages/measures.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const run = '/#/operations/op_run0000000000000';

test('an audit leads from the score to the finding, its proof, what changed since the one before, and its mending', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/audits`);
  await expect(page.getByRole('row', { name: /stage-/ }).first()).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}audits.png` });
  expect(await accessibilityFindings(page)).toEqual([]);

  await page
    .getByRole('row', { name: /stage-/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: 'Audit: Security hardening' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Since .* \(score \d+\)$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Why, and what mends it' }).first().click();
  await expect(page.getByText('# makes it so:').first()).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}audit.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('link', { name: 'Run only this step' }).first().click();
  await expect(page).toHaveURL(/workflows\/security-hardening\?.*only=/);
  await expect(page.getByText(/^Only the step/)).toBeVisible();

  await page.goto(`${ownSimulator.url}/#/audits?view=compare`);
  const table = page.getByRole('table', { name: 'Findings by server' });
  await expect(table.getByText('finding').first()).toBeVisible();
  await page.getByRole('button', { name: /^Every check/ }).click();
  await expect(table.getByRole('row')).toHaveCount(12);
  expect(await accessibilityFindings(page)).toEqual([]);
});

test('a run has its timeline; a note and a file are kept with it, found again in it, and in its report', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}${run}?view=timeline`);
  await expect(page.getByRole('table', { name: 'Timeline' }).getByText('The run began')).toBeVisible();
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByLabel('Note', { exact: true }).fill('The second rack was asked, too.');
  await page.getByRole('button', { name: 'Keep the note' }).click();
  await expect(page.getByRole('complementary', { name: 'Notes and files' }).getByText('The second rack was asked, too.')).toBeVisible();
  await page.getByLabel('Files to attach').setInputFiles({ name: 'ports.txt', mimeType: 'text/html', buffer: Buffer.from('22 open\n'.repeat(100_000)) });
  await expect(page.getByText('text/plain').last()).toBeVisible();
  await expect(page.getByText(/^Attached ports.txt/)).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}timeline.png` });
  expect(await accessibilityFindings(page)).toEqual([]);

  const kept = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save ports.txt' }).click();
  expect(await readFile(await (await kept).path(), 'utf8')).toBe('22 open\n'.repeat(100_000));

  for (const [entry, begins] of [
    ['PDF', '%PDF-1.7'],
    ['HTML', '<!doctype html>'],
    ['Markdown', '# Security hardening'],
  ] as const) {
    await page.getByRole('button', { name: 'Report' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: entry }).click();
    const report = await readFile(await (await saved).path());
    expect(report.subarray(0, begins.length).toString()).toBe(begins);
    if (entry === 'Markdown') expect(report.toString()).toContain('The second rack was asked, too.');
  }
});

test('output is found by its text, and the found line is marked where it was printed', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/search`);
  await page.getByLabel('Text to find').fill('PILOTHOUSE-revert');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page.getByText(/^\d+ lines? in /)).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}search.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('region', { name: 'Found lines' }).getByRole('listitem').first().getByRole('link').click();
  await expect(page.getByRole('log', { name: 'Output' }).locator('[aria-current="location"]')).toContainText('pilothouse-revert');
  await page.goto(`${ownSimulator.url}/#/search?q=there+is+no+such+text`);
  await expect(page.getByRole('heading', { name: /^No output says/ })).toBeVisible();
});

test('audits stay on the screen without a connection, and say that they are not live', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/audits/op_audit00000000003`);
  await expect(page.getByRole('heading', { name: 'Audit: Security hardening' })).toBeVisible();
  await page.goto(`${ownSimulator.url}/#/audits`);
  await expect(page.getByRole('heading', { name: 'Audits' })).toBeVisible();
  await expect(page.getByRole('row', { name: /stage-/ }).first()).toBeVisible();
  ownSimulator.disconnect();
  await expect(page.getByText(/Not live/).first()).toBeVisible();
  await expect(page.getByText(/stage-/).first()).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`in a small window, ${theme}, nothing scrolls sideways`, async ({ page, ownSimulator }) => {
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.emulateMedia({ colorScheme: theme });
    for (const [name, address] of [
      ['audits', '/#/audits'],
      ['audit', '/#/audits/op_audit00000000002'],
      ['audits-compare', '/#/audits?view=compare'],
      ['timeline', `${run}?view=timeline`],
      ['search', '/#/search?q=revert'],
    ] as const) {
      await page.goto(`${ownSimulator.url}${address}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await settled(page);
      await page.screenshot({ path: `${artifacts}${name}-${theme}-1024.png` });
      expect(await horizontalOverflow(page), name).toBeLessThanOrEqual(0);
      expect(await accessibilityFindings(page, 'contrast'), name).toEqual([]);
    }
  });
}
