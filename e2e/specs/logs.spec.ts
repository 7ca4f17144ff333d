import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, watchPage } from '../pages/measures.ts';
import type { World } from '../simulated/world.ts';

const lines = (page: Page) => page.getByRole('log').locator('[data-line]');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
/** Times of the rows in view, in milliseconds of the day. */
const times = (page: Page) =>
  page
    .getByRole('log')
    .locator('[data-line]')
    .evaluateAll((rows) =>
      rows.map((row) => {
        const [hours, minutes, seconds] = (/(\d\d):(\d\d):(\d\d\.\d{3})/.exec(row.textContent ?? '')?.slice(1) ?? []).map(Number);
        return ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1_000;
      }),
    );
const written = (world: World) => [...world.logs.written.values()].reduce((sum, count) => sum + count, 0);

test('logs of several servers are one, in the order of time, each source in its colour and by its name', async ({ page, ownSimulator }) => {
  const { errors } = await watchPage(page);
  await page.goto(`${ownSimulator.url}/#/logs?on=gpu-eu-01,gpu-eu-02`);
  await expect(lines(page).nth(20)).toBeVisible();
  const at = await times(page);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  const shown = await lines(page).allInnerTexts();
  expect(new Set(shown.map((line) => line.slice(0, 9)))).toEqual(new Set(['gpu-eu-01', 'gpu-eu-02']));
  await expect(page.getByText('lines are missing here: json-file was rotated twice')).toBeVisible();

  await page.getByLabel('Filter lines').fill('"status":(429|502)');
  await button(page, 'Filter: a regular expression').click();
  await expect(lines(page).first()).toContainText(/"status":(429|502)/);
  await expect(page).toHaveURL(/regex=true/);
  await page.getByLabel('Filter lines').fill('"status":(429');
  await expect(page.getByRole('alert')).toContainText('The filter is no pattern: unterminated group');
  await page.getByLabel('Filter lines').fill('');
  await button(page, /^Levels/).click();
  await page.getByRole('menuitem', { name: 'Errors', exact: true }).click();
  await expect(page).toHaveURL(/levels=fatal%2Cerror/);
  const marks = await lines(page).locator('[title="error"], [title="fatal"]').count();
  const gaps = await lines(page).filter({ hasText: 'lines are missing here' }).count();
  expect(marks + gaps).toBe(await lines(page).count());
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(errors).toEqual([]);
});

test('it is paused with a count, searched by keys, saved, and shared as a link to the place', async ({ page, context, ownSimulator }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  ownSimulator.world.logs.linesPerSecond = 20;
  await page.goto(`${ownSimulator.url}/#/logs?on=gpu-eu-01&stacks=ph-ai-gateway&services=litellm,vllm`);
  await expect(lines(page).nth(5)).toBeVisible();
  await page.keyboard.press('f');
  await expect(button(page, /^Follow [1-9][\d,]* new$/)).toBeVisible();
  const first = await lines(page).first().innerText();
  await page.keyboard.press('/');
  await page.keyboard.type('out of memory');
  await page.keyboard.press('Enter');
  const found = page.getByRole('status', { name: 'Found' });
  await expect(found).toHaveText(/^[2-9]\d* of \d+$/);
  const number = async () => Number.parseInt(await found.innerText(), 10);
  const latest = await number();
  await expect(page.locator('mark').first()).toHaveText('out of memory');
  await page.getByRole('log').focus();
  await page.keyboard.press('N');
  await expect.poll(number).toBe(latest - 1);
  await page.keyboard.press('n');
  await expect.poll(number).toBe(latest);
  const current = page.locator('[aria-current="true"][data-line]');
  const place = await current.innerText();
  expect(place).not.toBe(first);

  await button(page, 'More').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^Save all that is held/ }).click();
  const download = await downloading;
  const saved = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  console.log(`saved ${saved.length} lines as ${download.suggestedFilename()}`);
  expect(saved.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z gpu-eu-01 (litellm|vllm) /.test(line))).toBe(true);

  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Copy the link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#\/logs\?on=gpu-eu-01&stacks=ph-ai-gateway&services=.*&at=/);
  const other = await context.newPage();
  await other.goto(link);
  // Paused at that moment, with what came before it; following takes it out of the address.
  await expect(button(other, /^Follow( [\d,]+ new)?$/)).toBeVisible();
  await expect(other.locator('[aria-current="true"][data-line]')).toBeVisible();
  await other.keyboard.press('f');
  await expect(button(other, 'Pause')).toBeVisible();
  await expect(other).not.toHaveURL(/&at=/);
  // A moment within what is held, and one before it.
  for (const moment of ['10m', '2h']) {
    await button(other, 'Jump to a time').click();
    await other.getByLabel('Moment').fill(moment);
    await other.keyboard.press('Enter');
    const wantedMs = Date.now() - (moment === '2h' ? 7_200_000 : 600_000);
    await expect(other).toHaveURL(/&at=/);
    await expect
      .poll(async () => {
        const at = await other.locator('[aria-current="true"][data-line] [title*="T"]').getAttribute('title');
        return Math.abs(Date.parse(at ?? '') - wantedMs);
      })
      .toBeLessThan(60_000);
    await button(other, /^Follow( [\d,]+ new)?$/).click();
    await expect(button(other, 'Pause')).toBeVisible();
  }
});

test('a server that is away is named; its lines are put in at their time once they come', async ({ page, ownSimulator }) => {
  const { logs } = ownSimulator.world;
  logs.linesPerSecond = 40;
  await page.goto(`${ownSimulator.url}/#/logs?on=gpu-eu-01,gpu-eu-02&units=docker.service`);
  await expect(lines(page).nth(5)).toBeVisible();
  logs.away.add('gpu-eu-02');
  const notice = page.getByRole('list', { name: 'What is away' });
  await expect(notice).toContainText('gpu-eu-02 is reconnecting: the connection was reset');
  await expect(lines(page).last()).toContainText('gpu-eu-01');
  // Long enough that what is missing is well behind what came meanwhile.
  const begun = written(ownSimulator.world);
  await expect.poll(() => written(ownSimulator.world) - begun).toBeGreaterThan(80);
  logs.away.delete('gpu-eu-02');
  await expect(notice).toBeHidden();
  await expect(page.getByText(/[\d,]+ came late/)).toBeVisible();
  const at = await times(page);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  console.log(await page.getByText(/[\d,]+ came late/).innerText());
});

test('it goes on after a lost core without a line twice or missing', async ({ page, ownSimulator }) => {
  const { world } = ownSimulator;
  world.logs.linesPerSecond = 100;
  await page.goto(`${ownSimulator.url}/#/logs?on=gpu-eu-01&containers=node-exporter`);
  await expect(lines(page).nth(5)).toBeVisible();
  for (let round = 1; round <= 3; round += 1) {
    ownSimulator.disconnect();
    await expect(page.getByText('The core is away')).toBeVisible();
    ownSimulator.connect();
    await expect.poll(() => world.logs.resumed).toBe(round);
    await expect(page.getByText('The core is away')).toBeHidden();
  }
  world.logs.linesPerSecond = 0;
  const count = page.getByText(/^[\d,]+ lines$/);
  const written = () => world.logs.positions('gpu-eu-01:container::node-exporter');
  // Lines that were being written when it was told to stop still come.
  await expect.poll(async () => Number((await count.textContent())?.replace(/\D/g, '')) - (written().after - written().before)).toBe(1);
  const { before, after } = written();
  console.log(`${after - before} lines and the mark of a gap through ${world.logs.resumed} lost cores`);
});

test('ten thousand lines a second are taken with a bounded heap, and a filter over all of them does not stop the window', async ({ page, ownSimulator }) => {
  test.setTimeout(180_000);
  const { world } = ownSimulator;
  const session = await page.context().newCDPSession(page);
  const heapMib = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize / 1_048_576;
  };
  const frames = (ms: number) =>
    page.evaluate(
      (span) =>
        new Promise<{ count: number; p50: number; p99: number }>((resolve) => {
          const gaps: number[] = [];
          let last = performance.now();
          const endMs = last + span;
          const tick = () => {
            const now = performance.now();
            gaps.push(now - last);
            last = now;
            if (now < endMs) return requestAnimationFrame(tick);
            gaps.sort((a, b) => a - b);
            resolve({ count: gaps.length, p50: gaps[gaps.length >> 1] ?? 0, p99: gaps[Math.floor(gaps.length * 0.99)] ?? 0 });
            return 0;
          };
          requestAnimationFrame(tick);
        }),
      ms,
    );
  const held = async () => Number(/([\d,]+) lines?\b/.exec(await page.getByText(/^(?:[\d,]+ of )?[\d,]+ lines/).innerText())?.[1]?.replaceAll(',', '') ?? 0);
  await page.goto(`${ownSimulator.url}/#/logs?on=gpu-eu-01,gpu-eu-02,stage-11`);
  await expect(lines(page).nth(20)).toBeVisible();
  console.log(`at rest: heap ${(await heapMib()).toFixed(1)} MiB`);
  world.logs.linesPerSecond = 10_000;
  const begun = written(world);
  const startMs = performance.now();
  const { count, p50, p99 } = await frames(5_000);
  const rate = (written(world) - begun) / ((performance.now() - startMs) / 1_000);
  console.log(`${Math.round(rate)} lines/s: ${count} frames in 5 s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  world.logs.linesPerSecond = 25_000;
  await expect(page.getByText(/[\d,]+ older let go/)).toBeVisible({ timeout: 120_000 });
  world.logs.linesPerSecond = 10_000;
  const heaps = [await heapMib()];
  const lettingGo = async () => Number(/([\d,]+) older/.exec(await page.getByText(/[\d,]+ older let go/).innerText())?.[1]?.replaceAll(',', ''));
  const gone = await lettingGo();
  await expect.poll(lettingGo, { timeout: 60_000 }).toBeGreaterThan(gone + 20_000);
  heaps.push(await heapMib());
  const most = await held();
  console.log(`${most} lines held, ${await lettingGo()} let go: heap ${heaps.map((heap) => heap.toFixed(1)).join(' then ')} MiB`);
  expect(most).toBeLessThanOrEqual(220_000);
  expect(heaps[1]).toBeLessThan(400);

  const typing = frames(3_000);
  await page.getByLabel('Filter lines').pressSequentially('tenant-4[0-7]', { delay: 40 });
  await button(page, 'Filter: a regular expression').click();
  await expect(page.getByText(/^[\d,]+ of [\d,]+ lines$/)).toBeVisible();
  const whileTyping = await typing;
  console.log(`while a filter over them is typed: ${whileTyping.count} frames, p50 ${whileTyping.p50.toFixed(1)} ms, p99 ${whileTyping.p99.toFixed(1)} ms`);
});
