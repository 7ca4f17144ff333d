import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { chromiumLaunch } from './e2e/support/chromium.ts';

/** Servers taken through whole checklists, for long: run by name. */
const campaigns = [
  'e2e/specs/hardening.fleet.test.ts',
  'e2e/specs/killedRun.fleet.test.ts',
  'e2e/specs/platformWorkflows.fleet.test.ts',
  'e2e/specs/backupWorkflows.fleet.test.ts',
  'e2e/specs/otherWorkflows.fleet.test.ts',
  'e2e/specs/lockoutGuard.fleet.test.ts',
  'e2e/specs/twentyServers.fleet.test.ts',
];

/** Large files first, as is usual where nothing is known of earlier runs; but the tour takes longest, and its file is small. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isTour = ({ moduleId }: TestSpecification) => moduleId.includes('/tour.');
    const sorted = await super.sort(files);
    return [...sorted.filter(isTour), ...sorted.filter((file) => !isTour(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // A second, as is usual, is soon over on a machine that builds servers meanwhile.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['src/**/*.integration.test.ts', 'src/renderer/**', 'src/main/hosts/desktop/**'],
          testTimeout: 60_000,
          // Modules are loaded once for all files: half of the time would go into loading them anew.
          isolate: false,
        },
      },
      {
        // Apart: in its place of Electron each file puts a module of its own.
        test: { name: 'desktop', environment: 'node', include: ['src/main/hosts/desktop/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        plugins: [react(), tailwindcss()],
        // Found out beforehand: a dependency met in the middle of a run reloads the page under a test.
        optimizeDeps: {
          include: [
            '@base-ui/react/checkbox',
            '@base-ui/react/dialog',
            '@base-ui/react/menu',
            '@base-ui/react/popover',
            '@base-ui/react/select',
            '@base-ui/react/tabs',
            '@base-ui/react/tooltip',
            '@codemirror/commands',
            '@codemirror/lang-json',
            '@codemirror/lang-yaml',
            '@codemirror/language',
            '@codemirror/legacy-modes/mode/dockerfile',
            '@codemirror/legacy-modes/mode/nginx',
            '@codemirror/legacy-modes/mode/properties',
            '@codemirror/legacy-modes/mode/python',
            '@codemirror/legacy-modes/mode/shell',
            '@codemirror/legacy-modes/mode/toml',
            '@codemirror/merge',
            '@codemirror/search',
            '@codemirror/state',
            '@codemirror/view',
            '@lezer/highlight',
            '@orpc/client',
            '@orpc/client/message-port',
            '@orpc/client/websocket',
            '@orpc/tanstack-query',
            '@tanstack/react-query',
            '@tanstack/react-router',
            '@tanstack/react-table',
            '@tanstack/react-virtual',
            'diff',
            'lucide-react',
            'react',
            'react-dom',
            'react-dom/client',
            'react/jsx-dev-runtime',
            'react-markdown',
            'remark-gfm',
            'sonner',
            'vitest-browser-react',
            'zod',
            'zustand',
            'zustand/middleware',
          ],
        },
        test: {
          name: 'web',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunch }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          retry: 1,
          include: ['src/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'fleet',
          environment: 'node',
          // See docs/decisions/0009-second-tries.md.
          retry: 1,
          include: ['e2e/fleet/**/*.test.ts', 'e2e/specs/**/*.fleet.test.ts'],
          exclude: campaigns,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: { name: 'campaigns', environment: 'node', include: campaigns, testTimeout: 300_000, hookTimeout: 600_000 },
      },
      {
        // After the fleet: what it ran is compared with all that the catalogue holds.
        test: { name: 'catalogue', environment: 'node', include: ['e2e/catalogue/**/*.test.ts'] },
      },
    ],
  },
});
