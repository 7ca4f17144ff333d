import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';

/** What a page asked for until it showed the fleet, in bytes. */
export interface FirstLoad {
  /** Scripts, styles and the page itself, each as `gzip -9` makes it. */
  gzipBytes: number;
  /** The largest of them, by their names. */
  files: { name: string; gzipBytes: number }[];
  /** Faces, which are small as they are. */
  fontBytes: number;
}

const isCode = (name: string) => /\.(js|css|html)$/.test(name);

/** Opens the window for the first time and counts what is loaded until the fleet stands there and a moment later, when nothing more comes. */
export async function firstLoad(page: Page, url: string): Promise<FirstLoad> {
  const answers: Response[] = [];
  page.on('response', (answer) => answers.push(answer));
  await page.goto(`${url}/`);
  await page.locator('[role=grid] [data-row]').first().waitFor();
  await page.waitForLoadState('networkidle');
  const loaded = await Promise.all(
    answers
      .filter((answer) => answer.ok())
      .map(async (answer) => {
        const name = new URL(answer.url()).pathname.split('/').pop() || 'index.html';
        return { name, body: await answer.body() };
      }),
  );
  const files = loaded.filter(({ name }) => isCode(name)).map(({ name, body }) => ({ name, gzipBytes: gzipSync(body, { level: 9 }).length }));
  return {
    gzipBytes: files.reduce((sum, file) => sum + file.gzipBytes, 0),
    files: files.sort((a, b) => b.gzipBytes - a.gzipBytes),
    fontBytes: loaded.filter(({ name }) => name.endsWith('.woff2')).reduce((sum, { body }) => sum + body.length, 0),
  };
}
