/**
 * How tests start a browser: Debian's Chromium, or the one named by `CHROMIUM_PATH`; a browser of Playwright's own is never downloaded.
 * Without the GPU process, whose software rendering takes twice the time of plain painting.
 */
export const chromiumLaunch = {
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
};
