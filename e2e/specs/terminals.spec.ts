import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, horizontalOverflow, settled } from '../pages/measures.ts';
import type { Simulator } from '../simulated/simulator.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const panes = (page: Page) => page.locator('[data-pane]');
const rows = (pane: Locator) => pane.locator('.xterm-rows');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane') ?? null);
const written = (simulator: Simulator) => [...simulator.world.terminals.values()].map((terminal) => terminal.written.join(''));

/** Opens a shell from the page of a server, and waits for its prompt. */
async function openShell(page: Page, simulator: Simulator, server = 'gpu-eu-01'): Promise<void> {
  await page.goto(`${simulator.url}/#/servers/${server}/overview`);
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  await expect(rows(panes(page).last())).toContainText(`ops@${server}`);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });

test('panes split, are gone through by keyboard, and come back after a reload', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await page.keyboard.press('Alt+Shift+Equal');
  await expect(panes(page)).toHaveCount(2);
  await expect(rows(panes(page).nth(1))).toContainText('ops@gpu-eu-01');
  await page.keyboard.press('Alt+Shift+Minus');
  await expect(panes(page)).toHaveCount(3);
  await expect.poll(() => focused(page)).toBe('terminal:term_0003');
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect.poll(() => focused(page)).toBe('terminal:term_0002');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await expect.poll(() => focused(page)).toBe('terminal:term_0001');
  const divider = page.getByRole('separator', { name: 'Between panes' }).first();
  await divider.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '52');
  await page.getByRole('region', { name: 'Terminal on gpu-eu-01' }).first().locator('textarea').focus();
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '57');
  const box = await divider.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 3, (box?.y ?? 0) + 40);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) - 200, (box?.y ?? 0) + 40);
  await page.mouse.up();
  await expect(divider).toHaveAttribute('aria-valuenow', /^4[01234]$/);
  await page.getByRole('region', { name: 'Terminal on gpu-eu-01' }).first().locator('textarea').focus();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(panes(page)).toHaveCount(1);
  await page.keyboard.press('Control+Shift+Enter');
  await expect(panes(page)).toHaveCount(3);
  await page.keyboard.press('Control+Shift+L');
  await expect(page.getByRole('tab', { name: /gpu-eu-01 · shell/ })).toBeFocused();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(written(ownSimulator)).toEqual(['', '', '']);

  await expect.poll(() => ownSimulator.world.layout?.includes('terminal:term_0003')).toBe(true);
  await page.reload();
  await expect(panes(page)).toHaveCount(3);
  await expect(divider).toHaveAttribute('aria-valuenow', /^4[01234]$/);
  // What nobody holds any more is not shown again.
  ownSimulator.world.terminals.delete('term_0002');
  await page.reload();
  await expect(panes(page)).toHaveCount(2);
  await page.getByRole('link', { name: 'Terminals' }).click();
  await expect(panes(page)).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Dock' })).toHaveCount(0);
});

test('every match is marked and counted, in any case, as words, and by pattern', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await page.keyboard.type('flood 120\n');
  await expect(rows(panes(page))).toContainText('line 120');
  await page.keyboard.press('Control+Shift+F');
  const search = page.getByRole('search');
  await search.getByLabel('Search for').fill('LINE 1');
  await expect(search.locator('output')).toHaveText(/of 32$/);
  await search.getByRole('button', { name: 'Upper and lower case' }).click();
  await expect(search.locator('output')).toHaveText('none');
  await search.getByRole('button', { name: 'Upper and lower case' }).click();
  await search.getByRole('button', { name: 'Whole words' }).click();
  await expect(search.locator('output')).toHaveText(/of 1$/);
  await search.getByRole('button', { name: 'Whole words' }).click();
  await search.getByRole('button', { name: 'Regular expression' }).click();
  await search.getByLabel('Search for').fill('line (5|7)\\d ');
  await expect(search.locator('output')).toHaveText(/of 20$/);
  const before = await search.locator('output').textContent();
  await page.keyboard.press('Shift+Enter');
  await expect(search.locator('output')).not.toHaveText(before ?? '');
  await settled(page);
  await page.screenshot({ path: `${artifacts}terminal-search.png` });
  await search.getByLabel('Search for').fill('(');
  await expect(search.locator('output')).toHaveText('none');
  await page.keyboard.press('Escape');
  await expect(search).toBeHidden();
  await expect.poll(() => focused(page)).toBe('terminal:term_0001');
});

test('one line is pasted at once; more are shown first, and may stay where they are', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await paste(page, 'uptime');
  await expect.poll(() => written(ownSimulator)).toEqual(['uptime']);
  await paste(page, 'apt update\nrm -rf /tmp/x\u001b[201~\n');
  const dialog = page.getByRole('dialog', { name: 'Paste into gpu-eu-01?' });
  await expect(dialog).toContainText('2 lines with 1 control character');
  await expect(dialog.getByLabel('What would be pasted')).toContainText('rm -rf /tmp/x␛[201~');
  expect(await accessibilityFindings(page)).toEqual([]);
  await settled(page);
  await page.screenshot({ path: `${artifacts}terminal-paste.png` });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect(written(ownSimulator)).toEqual(['uptime']);
  const [terminal] = ownSimulator.world.terminals.values();
  terminal?.feed(new TextEncoder().encode('\u001b[?2004hbracketed'));
  await expect(rows(panes(page))).toContainText('bracketed');
  await paste(page, 'one\ntwo');
  await page.getByRole('button', { name: 'Paste', exact: true }).click();
  await expect.poll(() => written(ownSimulator)).toEqual(['uptime\u001b[200~one\rtwo\u001b[201~']);
});

test('keys go to several terminals only after they were chosen, and never after a reload', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await page.keyboard.press('Alt+Shift+Equal');
  await expect(panes(page)).toHaveCount(2);
  await page.getByRole('link', { name: 'Fleet' }).click();
  await openShell(page, ownSimulator, 'stage-12');
  await page.getByRole('button', { name: 'Type into several terminals' }).click();
  const dialog = page.getByRole('dialog', { name: 'Type into several terminals' });
  await expect(dialog.getByRole('button', { name: 'Choose two or more' })).toBeDisabled();
  await dialog.getByText('gpu-eu-01 · shell').first().click();
  await expect(dialog.getByText('gpu-eu-01: production')).toBeVisible();
  await dialog.getByRole('button', { name: 'Type into 2' }).click();
  const bar = page.getByRole('region', { name: 'Typing into several terminals' });
  await expect(bar).toContainText('Keys go to 2 terminals');
  await expect(bar.getByRole('listitem')).toHaveText([/stage-12/, /gpu-eu-01.*production/]);
  await expect.poll(() => focused(page)).not.toBeNull();
  await page.keyboard.type('id');
  await expect.poll(() => written(ownSimulator)).toEqual(['id', '', 'id']);
  await settled(page);
  await page.screenshot({ path: `${artifacts}terminal-broadcast.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await bar.getByRole('button', { name: 'Stop' }).click();
  await expect(bar).toBeHidden();
  await page
    .getByRole('region', { name: /Terminal on/ })
    .first()
    .locator('textarea')
    .focus();
  await page.keyboard.type('x');
  await expect.poll(() => written(ownSimulator).join('|').split('x').length).toBe(2);
});

test('a terminal is recorded, and a recording is played, saved and removed', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await panes(page).locator('.xterm-screen').click({ button: 'right' });
  await page.screenshot({ path: `${artifacts}terminal-menu.png` });
  await page.getByRole('menuitem', { name: 'Record' }).click();
  await expect(page.getByText('being recorded').first()).toBeAttached();
  await page.goto(`${ownSimulator.url}/#/terminals?view=recordings`);
  await page.getByRole('link', { name: 'gpu-eu-01 · shell' }).click();
  const player = page.getByRole('region', { name: 'Recording of gpu-eu-01 · shell' });
  await expect(rows(player)).toContainText('nvidia-smi -L');
  await player.getByRole('button', { name: 'Pause' }).click();
  await player.getByRole('slider', { name: 'Moment' }).press('End');
  await player.getByRole('slider', { name: 'Moment' }).fill('1000');
  await expect(rows(player)).toContainText('health: starting');
  await expect(player.getByText(/^0:\d\d \/ 0:\d\d$/)).toBeVisible();
  await player.getByText('Shorten pauses').click();
  await expect(player.getByText(/ \/ 1:\d\d$/)).toBeVisible();
  await expect(rows(player)).toContainText('health: starting');
  await player.getByRole('slider', { name: 'Moment' }).fill('3');
  await expect(rows(player)).not.toContainText('health: starting');
  await expect(rows(player)).toContainText('GPU 3');
  expect(await accessibilityFindings(page)).toEqual([]);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^gpu-eu-01-\d{4}-\d\d-\d\d-\d{6}\.cast$/);
  expect(await readFile(await saved.path(), 'utf8')).toBe(ownSimulator.world.recordings[0]?.text);
  await page.getByRole('link', { name: 'Recordings' }).click();
  await page.getByRole('button', { name: 'Remove gpu-eu-01 · shell' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('link', { name: 'gpu-eu-01 · shell' })).toBeHidden();
  expect(ownSimulator.world.recordings).toHaveLength(1);
});

test('a terminal has an address of its own, without what is around it', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await panes(page).locator('.xterm-screen').click({ button: 'right' });
  const opening = page.waitForEvent('popup');
  await page.getByRole('menuitem', { name: 'Pop out' }).click();
  const popup = await opening;
  expect(popup.url()).toMatch(/#\/terminal\/term_0001$/);
  await expect(rows(popup.getByRole('region', { name: 'Terminal on gpu-eu-01' }))).toContainText('ops@gpu-eu-01');
  await expect(popup.getByRole('navigation')).toHaveCount(0);
  await popup.keyboard.type('w');
  await expect.poll(() => written(ownSimulator)).toEqual(['w']);
  await expect(page.getByText('Another window made this terminal its own size')).toBeVisible();
  await page.getByRole('button', { name: 'Fit it here' }).click();
  await expect(popup.getByText('Another window made this terminal its own size')).toBeVisible();
  expect(await accessibilityFindings(popup)).toEqual([]);
  await popup.goto(`${ownSimulator.url}/#/terminal/gone`);
  await expect(popup.getByText('This terminal is not there any more')).toBeVisible();
});

test('a lost server, a shell that ended and one that nothing holds are said; it is opened again in its place', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  await page.keyboard.press('Alt+Shift+Equal');
  await expect(panes(page)).toHaveCount(2);
  const terminal = ownSimulator.world.terminals.get('term_0001');
  terminal?.change({ state: 'reconnecting', reason: 'no answer for 12 s' });
  await expect(panes(page).first().getByRole('status')).toContainText('Reconnecting; the shell goes on · no answer for 12 s');
  await expect(rows(panes(page).first())).toContainText('ops@gpu-eu-01');
  terminal?.change({ state: 'open', reason: null, holder: null });
  await expect(panes(page).first().getByRole('status')).toBeHidden();
  await expect(panes(page).first()).toContainText('ends with its connection');
  terminal?.change({ state: 'closed', reason: 'the connection was lost' });
  await expect(panes(page).first().getByRole('status')).toContainText('Closed: the connection was lost');
  await panes(page).first().getByRole('button', { name: 'Open again' }).click();
  await expect(page.locator('[data-pane="terminal:term_0003"]')).toBeVisible();
  await expect(panes(page)).toHaveCount(2);
});

test('only https becomes a link, and it is opened after its address was seen', async ({ page, ownSimulator }) => {
  await openShell(page, ownSimulator);
  const [terminal] = ownSimulator.world.terminals.values();
  const link = (address: string, text: string) => `\u001b]8;;${address}\u0007${text}\u001b]8;;\u0007`;
  terminal?.feed(
    new TextEncoder().encode(
      `\u001b[2J\u001b[H${link('https://docs.example.org/a', 'the-manual')}\r\n${link('javascript:alert(1)', 'odd-scheme')}\r\nsee http://plain.example\r\n`,
    ),
  );
  const popups: string[] = [];
  page.on('popup', (popup) => popups.push(popup.url()));
  const press = async (row: number) => {
    const box = await rows(panes(page)).locator('> div').nth(row).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 30, (box?.y ?? 0) + 8);
    await page.mouse.move((box?.x ?? 0) + 36, (box?.y ?? 0) + 8);
    await page.mouse.click((box?.x ?? 0) + 36, (box?.y ?? 0) + 8);
  };
  await expect(rows(panes(page))).toContainText('odd-scheme');
  await press(1);
  await press(2);
  await press(0);
  const dialog = page.getByRole('dialog', { name: 'Open this address?' });
  await expect(dialog).toContainText('https://docs.example.org/a');
  expect(popups).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect(popups).toEqual([]);
});

test('what runs in a terminal is chosen, with what it is about', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/terminals`);
  await page.getByRole('button', { name: 'Open terminal' }).click();
  const dialog = page.getByRole('dialog', { name: 'Open a terminal' });
  await dialog.getByLabel('Server').fill('gpu-eu-01');
  await dialog.getByLabel('What runs in it').click();
  await page.getByRole('option', { name: /^Journal/ }).click();
  await expect(dialog.getByRole('button', { name: 'Open' })).toBeEnabled();
  await dialog.getByLabel('What runs in it').click();
  await page.getByRole('option', { name: /^Logs of a stack/ }).click();
  await expect(dialog.getByRole('button', { name: 'Open' })).toBeDisabled();
  await dialog.getByLabel('Stack').fill('ph-privaxai');
  await settled(page);
  await page.screenshot({ path: `${artifacts}terminal-open.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('tab', { name: /gpu-eu-01 · logs ph-privaxai/ })).toBeVisible();
  expect(ownSimulator.world.terminals.get('term_0001')?.terminal).toMatchObject({ preset: 'stack-logs', of: 'ph-privaxai' });
});

for (const [width, height] of [
  [1440, 900],
  [1024, 700],
] as const) {
  for (const theme of ['dark', 'light'] as const) {
    test(`a GPU watch, a shell and a search stand side by side in the dock, ${width}×${height}, ${theme}`, async ({ page, ownSimulator }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(`${ownSimulator.url}/#/terminals`);
      await page.getByRole('button', { name: 'Open terminal' }).click();
      const dialog = page.getByRole('dialog', { name: 'Open a terminal' });
      await dialog.getByLabel('Server').fill('gpu-eu-01');
      await dialog.getByLabel('What runs in it').click();
      await page.getByRole('option', { name: /^GPUs, every/ }).click();
      await dialog.getByRole('button', { name: 'Open' }).click();
      await expect(rows(panes(page).first())).toContainText('A100-SXM4');
      await page.goto(`${ownSimulator.url}/#/servers/gpu-eu-01/overview`);
      await panes(page).first().locator('textarea').focus();
      await page.keyboard.press('Alt+Shift+Equal');
      await expect(rows(panes(page).nth(1))).toContainText('ops@gpu-eu-01');
      await page.keyboard.type('flood 60\n');
      await expect(rows(panes(page).nth(1))).toContainText('line 60');
      await page.keyboard.press('Alt+Shift+Minus');
      await expect(rows(panes(page).nth(2))).toContainText('ops@gpu-eu-01');
      await page.keyboard.press('Control+Shift+ArrowUp');
      await page.keyboard.press('Control+Shift+F');
      const search = page.getByRole('search');
      await search.getByLabel('Search for').fill('line 5');
      await expect(search.locator('output')).toHaveText(/of 11$/);
      await settled(page);
      await page.screenshot({ path: `${artifacts}dock-split-${theme}-${width}.png` });
      expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
      expect(await accessibilityFindings(page)).toEqual([]);
    });
  }
}
