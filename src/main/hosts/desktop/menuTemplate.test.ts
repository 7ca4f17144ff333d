import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import type { DesktopCommand } from '../../../shared/desktopBridge.ts';
import { menuTemplate } from './menuTemplate.ts';

function menu(platform: NodeJS.Platform, developer = false) {
  const send = vi.fn<(command: DesktopCommand) => void>();
  const showAbout = vi.fn();
  const openDataDirectory = vi.fn();
  const template = menuTemplate({ platform, developer, send, showAbout, openDataDirectory });
  const items = template.flatMap((top) => top.submenu as MenuItemConstructorOptions[]);
  const click = (label: string) => items.find((item) => item.label === label)?.click?.(undefined as never, undefined, undefined as never);
  return { template, items, send, showAbout, openDataDirectory, click };
}

describe.each(['darwin', 'win32', 'linux'] as const)('on %s', (platform) => {
  test('no shortcut is given twice', () => {
    const accelerators = menu(platform, true).items.flatMap((item) => (item.accelerator === undefined ? [] : [item.accelerator]));
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators).toContain('CmdOrCtrl+,');
  });

  test('the edit roles are there, without which copy and paste do not work in text fields', () => {
    const roles = menu(platform).items.map((item) => item.role);
    expect(roles).toEqual(expect.arrayContaining(['cut', 'copy', 'paste', 'selectAll', 'quit', 'minimize']));
  });

  test('developer tools are offered only while the app is made', () => {
    expect(menu(platform).items.map((item) => item.role)).not.toContain('toggleDevTools');
    expect(menu(platform, true).items.map((item) => item.role)).toContain('toggleDevTools');
  });

  test('items tell the page what is asked of it', () => {
    const { click, send, showAbout, openDataDirectory } = menu(platform);
    for (const label of ['Settings…', 'Add server…', 'Command palette…', 'Workflows', 'Keyboard shortcuts', 'About Pilothouse', 'Open data folder'])
      click(label);
    expect(send.mock.calls.map(([command]) => command)).toEqual([
      { command: 'navigate', to: '/settings' },
      { command: 'add-server' },
      { command: 'command-palette' },
      { command: 'navigate', to: '/workflows' },
      { command: 'show-shortcuts' },
    ]);
    expect(showAbout).toHaveBeenCalledOnce();
    expect(openDataDirectory).toHaveBeenCalledOnce();
  });
});

test('macOS has the application menu first and closes windows from File; the others quit from File', () => {
  expect(menu('darwin').template.map((top) => top.label)).toEqual(['Pilothouse', '&File', '&Edit', '&View', '&Window', '&Help']);
  expect(menu('linux').template.map((top) => top.label)).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
  const file = (platform: NodeJS.Platform) => {
    const top = menu(platform).template.find(({ label }) => label === '&File');
    return (top?.submenu as MenuItemConstructorOptions[] | undefined)?.map((item) => item.role);
  };
  expect(file('darwin')).toContain('close');
  expect(file('win32')).toContain('quit');
});

test('the page keeps the keys of the command palette to itself', () => {
  expect(menu('linux').items.find((item) => item.label === 'Command palette…')).toMatchObject({ accelerator: 'CmdOrCtrl+K', registerAccelerator: false });
});
