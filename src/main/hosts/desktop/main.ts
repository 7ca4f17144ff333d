import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, protocol } from 'electron';
import { dataDirectory } from '../../core/dataDirectory.ts';
import { openFileLog } from '../../core/fileLog.ts';
import { version } from '../../core/version.ts';
import { registerAppScheme } from './appProtocol.ts';
import { startDesktop } from './desktop.ts';
import { dataArgument } from './launchRules.ts';

/** The desktop host, as Electron starts it: one application per data directory. */
async function main(): Promise<void> {
  const directory = dataDirectory(dataArgument(process.argv));
  const own = join(directory, 'desktop');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  app.setName('Pilothouse');
  app.setAppUserModelId('dev.pilothouse.desktop');
  // The lock of the single instance goes by this folder: another data directory is another application.
  app.setPath('userData', own);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  registerAppScheme(protocol);
  const { log } = openFileLog(own);
  await app.whenReady();
  // The bundle's layout: this file is out/main/desktop.js.
  const out = join(import.meta.dirname, '..');
  startDesktop({
    dataDirectory: directory,
    files: {
      core: join(out, 'main', 'core.js'),
      preload: join(out, 'preload', 'preload.cjs'),
      renderer: join(out, 'renderer'),
      icon: join(out, '..', 'resources', 'icons', 'icon.png'),
    },
    version,
    updatesConfigured: app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml')),
    loadUpdater: async () => (await import('electron-updater')).default.autoUpdater,
    log,
  });
}

void main();
