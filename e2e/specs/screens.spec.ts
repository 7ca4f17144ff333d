import { fileURLToPath } from 'node:url';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, horizontalOverflow, layoutShift, openAnew, settled, watchPage } from '../pages/measures.ts';
import { screens } from '../pages/screens.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];
const themes = ['dark', 'light'] as const;

/** The most that a screen may move by itself while it comes up. */
const maxLayoutShift = 0.02;

test.describe.configure({ mode: 'parallel' });

for (const servers of [1, 20, 1000]) {
  for (const size of sizes) {
    // What the other screens hold does not depend on the size of the fleet.
    const shown = screens.filter((screen) => screen.main || servers === 20);
    const what = servers === 20 ? 'every screen' : 'the main screens';
    test(`${what} with ${servers} servers, ${size.width}×${size.height}, dark and light`, async ({ browser, simulators }) => {
      test.setTimeout(1_500_000);
      const { url, world } = await simulators(servers);
      const context = await browser.newContext({ viewport: size });
      const page = await context.newPage();
      const { errors } = await watchPage(page);
      for (const screen of shown) {
        await test.step(screen.name, async () => {
          await page.emulateMedia({ colorScheme: 'dark' });
          await openAnew(page, `${url}/#${screen.address(world)}`, errors);
          await expect(page.getByRole('heading', { name: screen.heading }).first()).toBeVisible();
          await settled(page);
          expect.soft(await layoutShift(page), `${screen.name}: the layout shifts`).toBeLessThanOrEqual(maxLayoutShift);
          for (const theme of themes) {
            await page.emulateMedia({ colorScheme: theme });
            await settled(page);
            await page.screenshot({ path: `${artifacts}${screen.name}-${servers}-${theme}-${size.width}.png` });
            expect.soft(await horizontalOverflow(page), `${screen.name}, ${theme}: the page scrolls sideways`).toBeLessThanOrEqual(0);
            // What the other screens hold does not depend on the size of the window, and of what axe looks at only contrast on the theme.
            if (screen.main || size === sizes[0])
              expect.soft(await accessibilityFindings(page, theme === 'dark' ? 'all' : 'contrast'), `${screen.name}, ${theme}: accessibility`).toEqual([]);
          }
          expect.soft(errors.splice(0), `${screen.name}: errors on the console`).toEqual([]);
        });
      }
      await context.close();
    });
  }
}

test('an empty fleet offers three ways on', async ({ page, simulators }) => {
  const { url } = await simulators(0);
  await page.goto(url);
  await expect(page.getByRole('button', { name: 'Add server' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Preview import' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start demo' })).toBeEnabled();
  await settled(page);
  await page.screenshot({ path: `${artifacts}first-run.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
});
