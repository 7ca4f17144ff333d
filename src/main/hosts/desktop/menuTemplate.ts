import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopCommand } from '../../../shared/desktopBridge.ts';

/** What the menu depends on and acts through. */
export interface MenuPorts {
  platform: NodeJS.Platform;
  /** Shows what only helps in making the app. */
  developer: boolean;
  send(command: DesktopCommand): void;
  showAbout(): void;
  openDataDirectory(): void;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The screens in the order of the rail. */
const screens: [label: string, route: string][] = [
  ['Fleet', '/'],
  ['Stacks', '/stacks'],
  ['Workflows', '/workflows'],
  ['Operations', '/operations'],
];

/** The native menu bar as each system expects it. Its shortcuts are those that the page does not handle itself. */
export function menuTemplate(ports: MenuPorts): MenuItemConstructorOptions[] {
  const isMac = ports.platform === 'darwin';
  const item = (label: string, command: DesktopCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => ports.send(command),
    ...(accelerator !== undefined && { accelerator }),
  });
  const settings = item('Settings…', { command: 'navigate', to: '/settings' }, 'CmdOrCtrl+,');
  const about: MenuItemConstructorOptions = { label: 'About Pilothouse', click: ports.showAbout };
  const application: MenuItemConstructorOptions = {
    label: 'Pilothouse',
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('Add server…', { command: 'add-server' }, 'CmdOrCtrl+N'),
      separator,
      ...(isMac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [{ role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      // The page handles the keys of the palette itself, also inside text fields; the menu only shows them.
      { ...item('Command palette…', { command: 'command-palette' }, 'CmdOrCtrl+K'), registerAccelerator: false },
      separator,
      ...screens.map(([label, to], index) => item(label, { command: 'navigate', to }, `CmdOrCtrl+${index + 1}`)),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(ports.developer ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const window: MenuItemConstructorOptions = {
    label: '&Window',
    role: 'window',
    submenu: [{ role: 'minimize' }, { role: 'zoom' }, ...(isMac ? [separator, { role: 'front' } as const] : [])],
  };
  const help: MenuItemConstructorOptions = {
    label: '&Help',
    role: 'help',
    submenu: [
      item('Keyboard shortcuts', { command: 'show-shortcuts' }),
      { label: 'Open data folder', click: ports.openDataDirectory },
      ...(isMac ? [] : [separator, about]),
    ],
  };
  return [...(isMac ? [application] : []), file, edit, view, window, help];
}
