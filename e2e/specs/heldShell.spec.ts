import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { freePort } from '../../src/main/remote/testSshd.ts';
import { ensureFleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const obstacle = fleetObstacle();

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });

/** The screen of a terminal in a page of its own. */
const rows = (page: Page) => page.locator('.xterm-rows');

async function type(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(text);
}

/** The number that the counter shows now. */
async function counted(page: Page): Promise<number> {
  const text = (await rows(page).innerText()).replaceAll('\u00a0', ' ');
  return Number([...text.matchAll(/count (\d+)/g)].at(-1)?.[1] ?? -1);
}

test('a shell in the window keeps its state: navigation, reload, dropped packets, an app that was killed', async ({ page }) => {
  test.skip(obstacle !== undefined, obstacle);
  test.setTimeout(300_000);
  const fleet = await ensureFleet();
  const pilothouse = new Pilothouse();
  const server: FleetServer = await fleet.startServer({ kind: 'light', name: 'held-shell' });
  const port = await freePort();
  const enter = async () => {
    const { url } = await pilothouse.announced(['serve', '--port', String(port)]);
    await page.goto(url);
    await expect(page.getByRole('link', { name: 'Terminals' })).toBeVisible();
  };
  const show = async (id: string) => {
    await page.goto(`http://127.0.0.1:${port}/#/terminal/${id}`);
    await expect(rows(page)).toBeVisible();
  };
  try {
    await server.mustExec('apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends vim-tiny');
    await addTrusted(pilothouse, 'gpu-01', server);
    await enter();
    const ids: string[] = [];
    for (let made = 1; made <= 3; made += 1) {
      await page.goto(`http://127.0.0.1:${port}/#/servers/gpu-01/overview`);
      await page.getByRole('button', { name: 'Shell', exact: true }).click();
      await expect.poll(async () => (await pilothouse.json(['terminal', '--list'])).terminals.length).toBe(made);
      ids.push((await pilothouse.json(['terminal', '--list'])).terminals.at(-1).id);
    }
    const [shell = '', counter = '', editor = ''] = ids;
    await show(shell);
    await type(page, 'PS1="> "; kept=42; echo rea""dy\n');
    await expect(rows(page)).toContainText('ready');
    await show(counter);
    await type(page, 'clear; i=0; while sleep 0.1; do i=$((i+1)); printf "\\rcount %s " $i; done\n');
    await expect.poll(() => counted(page)).toBeGreaterThan(3);
    await show(editor);
    await type(page, 'vi /tmp/note.txt\n');
    await expect(rows(page)).toContainText('~');
    await type(page, 'iwords that nobody has saved');
    await expect(rows(page)).toContainText('words that nobody has saved');

    await show(counter);
    let last = await counted(page);
    const allIsThere = async (after: string) => {
      await show(shell);
      await type(page, `echo "${after}: $kept"\n`);
      await expect(rows(page)).toContainText(`${after}: 42`, { timeout: 60_000 });
      await show(counter);
      await expect.poll(() => counted(page), { timeout: 60_000 }).toBeGreaterThan(last);
      last = await counted(page);
      await show(editor);
      await expect(rows(page)).toContainText('words that nobody has saved', { timeout: 60_000 });
      expect((await server.exec('test -e /tmp/note.txt')).code).toBe(1);
    };

    await page.goto(`http://127.0.0.1:${port}/#/fleet`);
    await allIsThere('navigation');
    await page.reload();
    await allIsThere('reload');

    await show(counter);
    await server.cut();
    await expect(page.getByText('the connection was lost').first()).toBeVisible({ timeout: 60_000 });
    await page.screenshot({ path: `${artifacts}terminal-reconnecting.png` });
    await server.uncut();
    await expect(page.getByText('the connection was lost')).toHaveCount(0, { timeout: 60_000 });
    await allIsThere('cut');

    pilothouse.killCore();
    await pilothouse.killChildren();
    await enter();
    await allIsThere('killed');
    await type(page, '\u001b:wq\n');
    await expect.poll(async () => (await server.exec('cat /tmp/note.txt')).stdout).toBe('words that nobody has saved\n');
  } finally {
    await pilothouse.dispose();
    await server.remove();
  }
});
