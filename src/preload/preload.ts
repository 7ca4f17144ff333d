import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import {
  type CoreProcessState,
  corePortMessageType,
  type DesktopBridge,
  type DesktopCommand,
  desktopBridgeKey,
  desktopChannels,
} from '../shared/desktopBridge.ts';

function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const wrapped = (_: IpcRendererEvent, value: T) => listener(value);
  ipcRenderer.on(channel, wrapped);
  return () => ipcRenderer.removeListener(channel, wrapped);
}

const bridge: DesktopBridge = {
  platform: process.platform,
  requestCorePort: () => ipcRenderer.send(desktopChannels.requestCorePort),
  onCoreState(listener) {
    const stop = listen<CoreProcessState>(desktopChannels.coreState, listener);
    ipcRenderer.send(desktopChannels.requestCoreState);
    return stop;
  },
  onCommand: (listener) => listen<DesktopCommand>(desktopChannels.command, listener),
  setTheme: (theme) => ipcRenderer.send(desktopChannels.setTheme, theme),
};
contextBridge.exposeInMainWorld(desktopBridgeKey, bridge);

// A port cannot pass the context bridge: it goes to the page as a message of its own window.
ipcRenderer.on(desktopChannels.corePort, (event) => {
  window.postMessage({ type: corePortMessageType }, location.origin, event.ports);
});
