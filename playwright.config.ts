import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './e2e/support/chromium.ts';

export default defineConfig({
  testDir: 'e2e',
  projects: [
    { name: 'e2e', testMatch: ['specs/*.spec.ts', 'hosts/**/*.spec.ts'], testIgnore: 'specs/tour.spec.ts', outputDir: 'test-results/e2e' },
    // Apart, because it mostly waits for a server that is built: it goes on beside the others.
    { name: 'tour', testMatch: 'specs/tour.spec.ts', outputDir: 'test-results/tour' },
  ],
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  // See docs/decisions/0009-second-tries.md.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    screenshot: 'only-on-failure',
    launchOptions: chromiumLaunch,
  },
});
