import type { UpdateCheckResult } from 'electron-updater';
import { expect, test, vi } from 'vitest';
import { lookForUpdate, type Updater } from './updates.ts';

function setUp(options: { configured?: boolean; available?: boolean; answers?: boolean[]; fails?: boolean } = {}) {
  const { configured = true, available = true, answers = [], fails = false } = options;
  const updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    on: vi.fn(),
    checkForUpdates: vi.fn(async () => {
      if (fails) throw new Error('net::ERR_INTERNET_DISCONNECTED');
      return { isUpdateAvailable: available, updateInfo: { version: '2.0.0' } } as UpdateCheckResult;
    }),
    downloadUpdate: vi.fn(async () => []),
    quitAndInstall: vi.fn(),
  } satisfies Updater;
  const loadUpdater = vi.fn(async () => updater);
  const log = vi.fn();
  const ask = vi.fn(async () => answers.shift() ?? false);
  return { updater, loadUpdater, log, ask, look: () => lookForUpdate({ configured, loadUpdater, ask, log }) };
}

test('without a place for updates none is looked for', async () => {
  const { look, loadUpdater } = setUp({ configured: false });
  await look();
  expect(loadUpdater).not.toHaveBeenCalled();
});

test('nothing is downloaded or installed by itself', async () => {
  const { look, updater } = setUp({ answers: [false] });
  await look();
  expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false });
  expect(updater.downloadUpdate).not.toHaveBeenCalled();
});

test('the person is asked before the download and before the restart', async () => {
  const { look, updater, ask } = setUp({ answers: [true, true] });
  await look();
  expect(ask.mock.calls.map((call) => (call as unknown[])[2])).toEqual(['Download', 'Restart and install']);
  expect(updater.quitAndInstall).toHaveBeenCalledOnce();
});

test('a downloaded update may wait', async () => {
  const { look, updater } = setUp({ answers: [true, false] });
  await look();
  expect(updater.downloadUpdate).toHaveBeenCalledOnce();
  expect(updater.quitAndInstall).not.toHaveBeenCalled();
});

test('no update, no question', async () => {
  const { look, ask } = setUp({ available: false });
  await look();
  expect(ask).not.toHaveBeenCalled();
});

test('being offline is logged and no more', async () => {
  const { look, log, ask } = setUp({ fails: true });
  await look();
  expect(log).toHaveBeenCalledExactlyOnceWith('update.failed', { message: 'net::ERR_INTERNET_DISCONNECTED' });
  expect(ask).not.toHaveBeenCalled();
});
