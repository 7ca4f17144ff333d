import type { AppUpdater } from 'electron-updater';

/** The updater as far as it is used here. */
export type Updater = Pick<AppUpdater, 'autoDownload' | 'autoInstallOnAppQuit' | 'on' | 'checkForUpdates' | 'downloadUpdate' | 'quitAndInstall'>;

/** What updates are looked for with. */
export interface UpdatePorts {
  /** Whether the package says where updates are; a program that runs from its sources, or was built without, has none. */
  configured: boolean;
  loadUpdater(): Promise<Updater>;
  /** Asks the person; resolves to whether they agree. */
  ask(message: string, detail: string, agree: string): Promise<boolean>;
  log(event: string, fields: Record<string, unknown>): void;
}

/**
 * Looks for an update once. Nothing is downloaded and nothing installed without the person's word for each. A check that fails is
 * logged and no more: being offline is not an error.
 */
export async function lookForUpdate(ports: UpdatePorts): Promise<void> {
  if (!ports.configured) return;
  try {
    const updater = await ports.loadUpdater();
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.on('error', (error) => ports.log('update.failed', { message: error.message }));
    const found = await updater.checkForUpdates();
    if (found === null || !found.isUpdateAvailable) return;
    const { version } = found.updateInfo;
    if (!(await ports.ask(`Pilothouse ${version} is available.`, 'It is downloaded now and installed when you say so.', 'Download'))) return;
    await updater.downloadUpdate();
    const detail = 'Operations go on at the servers and are picked up again after the restart.';
    if (await ports.ask(`Pilothouse ${version} is ready.`, detail, 'Restart and install')) updater.quitAndInstall();
  } catch (error) {
    ports.log('update.failed', { message: error instanceof Error ? error.message : String(error) });
  }
}
