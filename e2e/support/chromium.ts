import { existsSync } from 'node:fs';

/** Debian's packages, the one without what only a window needs first: it is the lighter of the two. */
const installed = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/**
 * How tests start a browser: Debian's Chromium, or the one named by `CHROMIUM_PATH`; a browser of Playwright's own is never downloaded.
 * Without the GPU process, whose software rendering takes twice the time of plain painting.
 */
export const chromiumLaunch = {
  executablePath: process.env['CHROMIUM_PATH'] ?? installed.find((path) => existsSync(path)) ?? 'chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
};
