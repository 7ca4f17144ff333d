import type { Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { watchPage } from '../pages/measures.ts';
import type { SimulatedTerminal } from '../simulated/simulatedTerminal.ts';
import { hostileOutput, recovery } from '../support/hostileOutput.ts';

test.use({ viewport: { width: 1280, height: 800 } });

/** How long a pane may take, after the worst, until it has answered a key. */
const boundMs = 10_000;

async function shown(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector('.xterm-rows')?.textContent?.includes(wanted), text, { timeout: boundMs });
}

test('hostile output is harmless in a pane', async ({ page, ownSimulator }) => {
  test.setTimeout(600_000);
  const { errors } = await watchPage(page);
  const happened: string[] = [];
  page.on('dialog', (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => happened.push(`window: ${popup.url()}`));
  page.on('download', () => happened.push('download'));
  await page.addInitScript(() => {
    const calls: string[] = [];
    Object.assign(window, { clipboardCalls: calls });
    for (const name of ['writeText', 'write', 'readText', 'read'] as const) {
      Object.defineProperty(navigator.clipboard, name, { value: async () => calls.push(name) });
    }
    document.execCommand = (command: string) => calls.push(command) > 0;
  });
  await page.goto(`${ownSimulator.url}/#/servers/gpu-eu-01/overview`);
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  await shown(page, 'ops@gpu-eu-01');
  const [terminal] = ownSimulator.world.terminals.values();
  if (!terminal) throw new Error('no terminal was opened');
  const address = page.url();
  const title = await page.title();
  page.on('framenavigated', (frame) => happened.push(`navigation: ${frame.url()}`));

  const slowest: { name: string; ms: number }[] = [];
  for (const [number, { name, bytes }] of hostileOutput.entries()) {
    await test.step(name, async () => {
      const ms = await survives(page, terminal, number, bytes);
      slowest.push({ name, ms });
      expect.soft(happened.splice(0), `${name}: something happened`).toEqual([]);
      expect.soft(await page.evaluate(() => (window as unknown as { clipboardCalls: string[] }).clipboardCalls.splice(0)), `${name}: clipboard`).toEqual([]);
      expect.soft(errors.splice(0), `${name}: errors on the console`).toEqual([]);
      expect.soft(page.url(), `${name}: the address`).toBe(address);
      expect.soft(await page.title(), `${name}: the title of the page`).toBe(title);
    });
  }
  slowest.sort((one, other) => other.ms - one.ms);
  console.log(`hostile output: ${hostileOutput.length} kinds, none typed back, no dialog, window, navigation, clipboard, title or console error`);
  console.log(
    `from printing to a key answered: median ${slowest[slowest.length >> 1]?.ms} ms; slowest ${slowest
      .slice(0, 5)
      .map(({ name, ms }) => `${name} ${ms} ms`)
      .join(', ')}`,
  );
});

/** Prints it, then presses a key; resolves to the ms until the key was answered on the screen. Nothing but the key may be typed. */
async function survives(page: Page, terminal: SimulatedTerminal, number: number, bytes: Uint8Array): Promise<number> {
  terminal.written.length = 0;
  const beganMs = performance.now();
  terminal.feed(bytes);
  terminal.feed(new TextEncoder().encode(`\u001b\\\u0018\r\nend of ${number}\r\n`));
  await page.keyboard.press('k');
  await expect.poll(() => terminal.written.join(''), { timeout: boundMs, message: 'only the key is typed' }).toContain('k');
  // The screen may be left in any state; a reset, as `reset` would print it, shows that the pane still draws.
  terminal.feed(recovery);
  terminal.feed(new TextEncoder().encode(`alive ${number}.`));
  await shown(page, `alive ${number}.`);
  const ms = Math.round(performance.now() - beganMs);
  expect.soft(terminal.written.join(''), 'what was typed back').toBe('k');
  return ms;
}
