import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { freePort } from '../../src/main/remote/testSshd.ts';
import { ensureFleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const obstacle = fleetObstacle();
const path = '/var/log/numbered.log';
const total = 4_000;

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });

/** Writes numbered lines; the file is rotated in the middle. */
const writer = `i=0; while [ "$i" -lt ${total} ]; do i=$((i+1)); printf '{"level":"info","n":%s}\\n' "$i" >> ${path};
  [ $((i % 500)) -ne 0 ] || sleep 0.6; [ "$i" -ne 1700 ] || mv ${path} ${path}.1; done`;

test('the window shows each line of two real servers once and in order, through dropped packets and a rotation', async ({ page }) => {
  test.skip(obstacle !== undefined, obstacle);
  test.setTimeout(300_000);
  const fleet = await ensureFleet();
  const pilothouse = new Pilothouse();
  const servers: FleetServer[] = [];
  const port = await freePort();
  try {
    for (const name of ['log-window-1', 'log-window-2']) servers.push(await fleet.startServer({ kind: 'light', name }));
    const [first, second] = servers;
    if (!first || !second) throw new Error('no servers');
    await addTrusted(pilothouse, 'gpu-01', first);
    await addTrusted(pilothouse, 'gpu-02', second);
    for (const server of servers) await server.mustExec(`: > ${path}`);
    const { url } = await pilothouse.announced(['serve', '--port', String(port)]);
    await page.goto(url);
    await expect(page.getByRole('link', { name: 'Logs' })).toBeVisible();
    const address = `http://127.0.0.1:${port}/#/logs?on=gpu-01,gpu-02&files=${encodeURIComponent(path)}`;
    await page.goto(address);
    await expect(page.getByText('Nothing was logged yet')).toBeVisible();
    const writing = servers.map((server) => server.mustExec(writer));
    const held = async () => Number(/([\d,]+) lines?/.exec(await page.getByText(/^[\d,]+ lines?$/).innerText())?.[1]?.replaceAll(',', '') ?? 0);
    await expect.poll(held).toBeGreaterThan(500);
    await first.cut();
    await expect(page.getByRole('list', { name: 'What is away' })).toContainText('gpu-01', { timeout: 90_000 });
    await page.screenshot({ path: `${artifacts}logs-window-away.png` });
    await first.uncut();
    await Promise.all(writing);
    await expect(page.getByRole('list', { name: 'What is away' })).toBeHidden({ timeout: 90_000 });
    await expect.poll(held, { timeout: 60_000 }).toBe(2 * total);
    await page.screenshot({ path: `${artifacts}logs-window-whole.png` });

    await page.getByRole('button', { name: 'More', exact: true }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /^Save all that is held/ }).click();
    const saved = (await readFile(await (await downloading).path(), 'utf8')).trimEnd().split('\n');
    for (const name of ['gpu-01', 'gpu-02']) {
      const numbers = saved.filter((line) => line.includes(` ${name} `)).map((line) => Number(/"n":(\d+)/.exec(line)?.[1]));
      console.log(`${name}: ${numbers.length} lines of ${total}, in order: ${numbers.every((number, index) => number === index + 1)}`);
      expect(numbers).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    }
  } finally {
    await pilothouse.dispose();
    for (const server of servers) await server.remove();
  }
});
