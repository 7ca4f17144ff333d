import type { EventEmitter } from 'node:events';
import type { ContextBridge, IpcRenderer } from 'electron';
import { beforeAll, expect, test, vi } from 'vitest';
import { type DesktopBridge, desktopBridgeKey } from '../shared/desktopBridge.ts';

const world = vi.hoisted(() => ({ exposed: {} as Record<string, unknown>, ipc: null as unknown as EventEmitter, sent: [] as unknown[][] }));

vi.mock('electron', async () => {
  const events = await import('node:events');
  world.ipc = new events.EventEmitter();
  return {
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) => {
        world.exposed[key] = api;
      },
    } satisfies Partial<ContextBridge>,
    ipcRenderer: Object.assign(world.ipc, { send: (...args: unknown[]) => world.sent.push(args) }) as unknown as Partial<IpcRenderer>,
  };
});

const postMessage = vi.fn();
let bridge: DesktopBridge;
beforeAll(async () => {
  vi.stubGlobal('window', { postMessage });
  vi.stubGlobal('location', { origin: 'app://pilothouse' });
  await import('./preload.ts');
  bridge = world.exposed[desktopBridgeKey] as DesktopBridge;
});

test('exposes the bridge and nothing else', () => {
  expect(Object.keys(world.exposed)).toEqual([desktopBridgeKey]);
  expect(Object.keys(bridge).toSorted()).toEqual(['onCommand', 'onCoreState', 'platform', 'requestCorePort', 'setTheme']);
});

test('hands a port to the page by a message of its own window, to its own origin', () => {
  bridge.requestCorePort();
  expect(world.sent.at(-1)).toEqual(['core:request-port']);
  const ports = [{}];
  world.ipc.emit('core:port', { ports }, null);
  expect(postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'pilothouse:core-port' }, 'app://pilothouse', ports);
});

test('asks for the state of the core when someone listens, and gives listeners the value without Electron’s event', () => {
  const states: unknown[] = [];
  const stop = bridge.onCoreState((...args) => states.push(args));
  expect(world.sent.at(-1)).toEqual(['core:request-state']);
  world.ipc.emit('core:state', { sender: 'not for the page' }, { state: 'up' });
  stop();
  world.ipc.emit('core:state', {}, { state: 'starting' });
  expect(states).toEqual([[{ state: 'up' }]]);
});

test('passes commands and the theme', () => {
  const commands: unknown[] = [];
  const stop = bridge.onCommand((command) => commands.push(command));
  world.ipc.emit('window:command', {}, { command: 'command-palette' });
  stop();
  expect(commands).toEqual([{ command: 'command-palette' }]);
  bridge.setTheme('dark');
  expect(world.sent.at(-1)).toEqual(['window:set-theme', 'dark']);
});
