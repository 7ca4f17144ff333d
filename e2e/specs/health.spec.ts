import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, layoutShift, settled, watchPage } from '../pages/measures.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const chart = (page: Page, title: string) => page.locator(`[data-chart="${title}"]`);
const plot = (of: Locator) => of.locator('.u-over');
const button = (of: Page | Locator, name: string | RegExp) => of.getByRole('button', { name, exact: typeof name === 'string' });
/** What a legend says of its first line. */
const firstValue = (of: Locator) => of.getByRole('list', { name: 'Lines' }).getByRole('button').first().innerText();

async function boxOf(of: Locator) {
  const box = await plot(of).boundingBox();
  if (box === null) throw new Error('there is no plot');
  return box;
}

/** How many pixels of a plot have the blue of its first line between two places of its width, 0 to 1. */
function inkBetween(of: Locator, from: number, to: number): Promise<number> {
  return of.locator('canvas').evaluate(
    (canvas: HTMLCanvasElement, [start, end]) => {
      const inset = { left: 54 * devicePixelRatio, right: 18 * devicePixelRatio, bottom: 20 * devicePixelRatio };
      const width = canvas.width - inset.left - inset.right;
      const x = Math.round(inset.left + width * (start ?? 0));
      const data = canvas.getContext('2d')?.getImageData(x, 0, Math.max(1, Math.round(width * ((end ?? 1) - (start ?? 0)))), canvas.height - inset.bottom).data;
      let ink = 0;
      for (let index = 0; index < (data?.length ?? 0); index += 4) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = data?.slice(index, index + 4) ?? [];
        if (alpha > 120 && blue - red > 60 && blue > green) ink += 1;
      }
      return ink;
    },
    [from, to],
  );
}

test('a stretch of time is drawn to look closer, in all charts at once, and a double click goes back', async ({ page, simulators }) => {
  const { url } = await simulators(20);
  const { errors } = await watchPage(page);
  await page.goto(`${url}/#/health?on=gpu-eu-01`);
  const used = chart(page, 'GPU used');
  await expect(plot(used)).toBeVisible();
  await settled(page);
  const box = await boxOf(used);
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/fromMs=\d+&toMs=\d+/);
  const [from, to] = (/fromMs=(\d+)&toMs=(\d+)/.exec(page.url()) ?? []).slice(1).map(Number);
  const minutes = ((to ?? 0) - (from ?? 0)) / 60_000;
  console.log(`a fifth of an hour is ${minutes.toFixed(2)} minutes`);
  expect(minutes).toBeGreaterThan(11);
  expect(minutes).toBeLessThan(13);
  await expect(button(page, 'Back to live')).toBeVisible();
  await expect(button(used, 'Back to the whole time')).toBeVisible();
  await plot(chart(page, 'Temperature')).dblclick();
  await expect(page).not.toHaveURL(/fromMs/);
  await expect(page.getByText('live, every 5 s')).toBeVisible();
  // The browser's way back goes to what was looked at closer.
  await page.goBack();
  expect(errors).toEqual([]);
});

test('the cursor stands at one time in all charts, told in their legends; arrow keys move it', async ({ page, simulators }) => {
  const { url } = await simulators(20);
  await page.goto(`${url}/#/health?on=gpu-eu-01&charts=gpus`);
  const [used, heat] = [chart(page, 'GPU used'), chart(page, 'Temperature')];
  await expect(plot(heat)).toBeVisible();
  await settled(page);
  const newest = await firstValue(heat);
  const box = await boxOf(used);
  await page.mouse.move(box.x + box.width * 0.35, box.y + 50);
  const time = /\d\d:\d\d:\d\d/;
  await expect(heat.locator('header')).toContainText(time);
  const at = (of: Locator) =>
    of
      .locator('header')
      .innerText()
      .then((text) => time.exec(text)?.[0]);
  expect(await at(heat)).toBe(await at(used));
  await expect(plot(heat).locator('.u-cursor-x')).not.toHaveClass(/u-off/);
  await page.mouse.move(box.x + box.width * 0.35, box.y - 300);
  await expect(heat.locator('header')).not.toContainText(time);
  expect(newest).toMatch(/°C/);

  const area = used.getByRole('application');
  await area.focus();
  await page.keyboard.press('End');
  const last = await at(used);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const before = await at(used);
  expect(before).not.toBe(last);
  expect(await at(heat)).toBe(before);
  await expect(used.locator('[aria-live]')).toContainText(`${before}: 0 A100 40G`);
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/fromMs=/);
  await area.focus();
  await page.keyboard.press('0');
  await expect(page).not.toHaveURL(/fromMs=/);
});

test('a chart can be read as a table, hides lines, and is saved as a picture', async ({ page, simulators }) => {
  const { url } = await simulators(20);
  await page.goto(`${url}/#/health?on=gpu-eu-01,gpu-eu-02`);
  const cpu = chart(page, 'CPU, used');
  await cpu.scrollIntoViewIfNeeded();
  await expect(plot(cpu)).toBeVisible();
  await settled(page);
  const downloading = page.waitForEvent('download');
  await button(cpu, 'Save as a picture').click();
  const download = await downloading;
  const picture = await readFile(await download.path());
  console.log(`${download.suggestedFilename()}: ${picture.length} bytes, ${picture.readUInt32BE(16)} × ${picture.readUInt32BE(20)}`);
  expect(download.suggestedFilename()).toBe('cpu-used.png');
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.readUInt32BE(16)).toBeGreaterThan(300);

  await button(cpu, 'As a table').click();
  const table = cpu.getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveText([/^Time, every/, 'gpu-eu-01', 'gpu-eu-02']);
  const rows = await table.getByRole('row').count();
  expect(rows).toBeGreaterThan(100);
  await expect(table.getByRole('row').nth(1)).toContainText(/\d+%/);
  expect(await accessibilityFindings(page)).toEqual([]);
  await button(cpu, 'As a chart').click();
  await expect(plot(cpu)).toBeVisible();

  const line = button(cpu, /^gpu-eu-01/);
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'false');
});

test('where nothing was measured the line is broken, and what happened is marked with a way to it', async ({ page, ownSimulator }) => {
  const { world, url } = ownSimulator;
  const row = world.byName('gpu-eu-01');
  const now = Date.now();
  world.gap = { server: row.server.name, fromMs: now - 30 * 60_000, toMs: now - 20 * 60_000 };
  for (const [on, title] of [
    ['gpu-eu-01', 'Memory'],
    // Points of another line within the gap do not close it.
    ['gpu-eu-01,gpu-eu-03', 'Memory, used'],
  ] as const) {
    await page.goto(`${url}/#/health?on=${on}&charts=host`);
    const shown = chart(page, title);
    await shown.scrollIntoViewIfNeeded();
    await expect(plot(shown)).toBeVisible();
    await settled(page);
    // The hour ends now: the gap is from the half of it to two thirds.
    const [before, within, after] = [await inkBetween(shown, 0.3, 0.4), await inkBetween(shown, 0.52, 0.65), await inkBetween(shown, 0.75, 0.85)];
    console.log(`${on}: blue pixels before, within and after the gap: ${before}, ${within}, ${after}`);
    expect(before).toBeGreaterThan(20);
    expect(after).toBeGreaterThan(20);
    expect(within).toBe(0);
  }

  const memory = chart(page, 'Memory');
  await page.goto(`${url}/#/health?on=gpu-eu-01&charts=host&range=6h`);
  await expect(plot(memory)).toBeVisible();
  await memory.getByRole('link', { name: /First token takes 9 s on the chat pool, Incident on gpu-eu-01/ }).click();
  await expect(page).toHaveURL(/#\/incidents\/INC-2/);
});

test('live values follow what is stored; a lost core and figures that stand are told as stale, an error with a way on', async ({ page, ownSimulator }) => {
  const { world, url } = ownSimulator;
  await page.goto(`${url}/#/health?on=gpu-eu-01&charts=host&range=15m`);
  const network = chart(page, 'Network');
  await expect(plot(network)).toBeVisible();
  const drives = chart(page, 'Drive traffic');
  await drives.scrollIntoViewIfNeeded();
  await expect(plot(drives)).toBeVisible();
  const seen = new Set<string>();
  await expect
    .poll(
      async () => {
        seen.add(await drives.getByRole('list', { name: 'Lines' }).innerText());
        return seen.size;
      },
      { timeout: 40_000 },
    )
    .toBeGreaterThan(3);
  await expect(page.getByText('live, every 1 s')).toBeVisible();
  world.healthStands = true;
  await expect(network.getByText(/^Stale/)).toBeVisible({ timeout: 60_000 });
  await expect(network.getByRole('list', { name: 'Lines' })).toContainText(/\d+ s old/);
  world.healthStands = false;
  await expect(network.getByText(/^Stale/)).toBeHidden();
  ownSimulator.disconnect();
  await expect(network.getByText(/^Stale/)).toBeVisible();
  ownSimulator.connect();
  await expect(network.getByText(/^Stale/)).toBeHidden({ timeout: 30_000 });

  world.healthFails = true;
  await button(page, '6 h').click();
  await expect(network.getByRole('alert')).toContainText('core.unavailable', { timeout: 30_000 });
  expect(await accessibilityFindings(page)).toEqual([]);
  world.healthFails = false;
  await button(network, 'Ask again').click();
  await expect(plot(network)).toBeVisible();
  await page.goto(`${url}/#/health?on=stage-17&charts=gpus`);
  await expect(chart(page, 'GPU used')).toContainText('No GPU told this in that time.');
});

test('charts of a thousand servers draw the worst of them, only what is in view, without stopping the page', async ({ page, simulators }) => {
  test.setTimeout(240_000);
  const { url } = await simulators(1000);
  await watchPage(page);
  await page.goto(`${url}/#/health`);
  await expect(page.getByText('1,000 servers')).toBeVisible();
  await expect(plot(chart(page, 'GPU used'))).toBeVisible({ timeout: 60_000 });
  await expect(chart(page, 'GPU used')).toContainText(/8 highest of [\d,]+/);
  await settled(page);
  expect(await layoutShift(page)).toBeLessThanOrEqual(0.02);
  console.log(`${await page.locator('canvas').count()} of ${await page.locator('[data-chart]').count()} charts are drawn`);
  expect(await page.locator('canvas').count()).toBeLessThan(16);
  const tasks = await page.evaluate(
    (span) =>
      new Promise<{ longest: number; long: number; frames: number; p95: number }>((resolve) => {
        const long: number[] = [];
        const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration)));
        observer.observe({ type: 'longtask' });
        const gaps: number[] = [];
        let last = performance.now();
        const end = last + span;
        const tick = () => {
          const now = performance.now();
          gaps.push(now - last);
          last = now;
          if (now < end) return requestAnimationFrame(tick);
          observer.disconnect();
          gaps.sort((a, b) => a - b);
          resolve({ longest: Math.max(0, ...long), long: long.length, frames: gaps.length, p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0 });
          return 0;
        };
        requestAnimationFrame(tick);
      }),
    15_000,
  );
  console.log(
    `15 s live: ${tasks.frames} frames, p95 ${tasks.p95.toFixed(1)} ms apart; ${tasks.long} tasks over 50 ms, the longest ${tasks.longest.toFixed(0)} ms`,
  );
  await page.screenshot({ path: `${artifacts}health-thousand.png` });
});
