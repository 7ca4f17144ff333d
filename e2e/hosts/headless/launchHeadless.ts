import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../support/chromium.ts';

/** Serves the built program to a browser of its own, entered by its one-time link. */
export async function launchHeadless(dataDirectory: string): Promise<{ page: Page; close(): Promise<void> }> {
  const program = resolve(import.meta.dirname, '../../../out/main');
  const child = spawn(process.execPath, [join(program, 'headless.js')], {
    env: { ...process.env, PILOTHOUSE_DATA: dataDirectory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [link] = (await once(createInterface(child.stdout), 'line')) as [string];
  const browser = await chromium.launch(chromiumLaunch);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(link);
  return {
    page,
    async close() {
      await browser.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}
