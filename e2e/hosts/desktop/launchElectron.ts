import { resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

/** The desktop program on the real Electron. */
export interface ElectronDesktop {
  application: ElectronApplication;
  page: Page;
  close(): Promise<void>;
}

/**
 * Starts the built program on a data directory with the Electron that is installed. As root, Chromium's own sandbox cannot be
 * used and is left out.
 */
export async function launchElectron(dataDirectory: string): Promise<ElectronDesktop> {
  const root = resolve(import.meta.dirname, '../../..');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const application = await _electron.launch({ args: [...sandbox, root, '--data', dataDirectory], cwd: root });
  const page = await application.firstWindow();
  await page.waitForLoadState();
  return { application, page, close: () => application.close() };
}
