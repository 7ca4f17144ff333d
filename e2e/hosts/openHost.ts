import type { Page } from '@playwright/test';
import { launchElectron } from './desktop/launchElectron.ts';
import { launchStandIn } from './desktop/launchStandIn.ts';
import { launchHeadless } from './headless/launchHeadless.ts';

/** The app in one of its hosts, over a core of its own. */
export interface OpenedApp {
  page: Page;
  /** Ends the app in order, its core too. */
  close(): Promise<void>;
}

const hosts = {
  headless: launchHeadless,
  desktop: launchElectron,
  'desktop-stand-in': async (dataDirectory: string): Promise<OpenedApp> => {
    const desktop = await launchStandIn(dataDirectory);
    return {
      page: desktop.page,
      async close() {
        desktop.command('quit');
        await desktop.ended;
      },
    };
  },
} satisfies Record<string, (dataDirectory: string) => Promise<OpenedApp>>;

export type HostName = keyof typeof hosts;

/**
 * The hosts that specs run in: the one named by `E2E_HOST` (`headless`, `desktop` for the real Electron, `desktop-stand-in`),
 * else those that need nothing that a plain machine lacks.
 */
export function hostsToTest(environment: NodeJS.ProcessEnv = process.env): HostName[] {
  const named = environment['E2E_HOST'];
  if (named === undefined || named === '') return ['headless', 'desktop-stand-in'];
  if (!(named in hosts)) throw new Error(`E2E_HOST=${named}: hosts are ${Object.keys(hosts).join(', ')}`);
  return [named as HostName];
}

/** Opens the built app on a data directory. */
export function openHost(host: HostName, dataDirectory: string): Promise<OpenedApp> {
  return hosts[host](dataDirectory);
}
