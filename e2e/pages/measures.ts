import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Starts counting layout shifts and collecting errors of every page that is opened from now on. */
export async function watchPage(page: Page): Promise<{ errors: string[] }> {
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.addInitScript(() => {
    const shifts = { total: 0 };
    Object.assign(window, { layoutShifts: shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) shifts.total += shift.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return { errors };
}

/**
 * Opens an address anew. Servers of the fleet that come and go beside a test change the machine's network, at which Chromium breaks off
 * whatever it is loading: then it is loaded again.
 */
export async function openAnew(page: Page, address: string, errors: string[]): Promise<void> {
  do {
    errors.length = 0;
    await page.goto('about:blank');
    await page.goto(address);
  } while (errors.some((error) => error.includes('ERR_NETWORK_CHANGED')));
}

/** The sum of unexpected layout shifts since the page was opened. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { layoutShifts: { total: number } }).layoutShifts.total);
}

/** By how many px the page is wider than the window. */
export function horizontalOverflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth);
}

/** Waits until nothing is being loaded and what appeared has come to rest. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[role="status"][aria-label^="Loading"], [role="status"][aria-label^="Asking"], [role="status"][aria-label^="Reading"]') === null,
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map(async (animation) => {
          // One that is taken away before its end is as finished as it will be.
          await animation.finished.catch(() => undefined);
        }),
    );
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Serious and critical findings of axe, one line each: of all its rules, or of the one that looks at contrast. */
export async function accessibilityFindings(page: Page, rules: 'all' | 'contrast' = 'all'): Promise<string[]> {
  // There are no frames, for which the other mode loads axe into one more page at every look.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const chosen = rules === 'all' ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']) : axe.withRules('color-contrast');
  const { violations } = await chosen.analyze();
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) =>
      violation.nodes.slice(0, 4).map((node) => `${violation.id}: ${node.target.join(' ')} — ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
    );
}
