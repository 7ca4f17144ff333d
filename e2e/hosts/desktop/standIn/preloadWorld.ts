import type { Carried } from './ports.ts';

/** What the other side calls in the page. */
export interface PageWorld {
  deliver(channel: string, args: unknown[], ports: number[]): void;
  portMessage(id: number, message: Carried | 'close'): void;
}

/** Name of the binding by which the page calls out. */
export const bindingName = '__standInCall';
/** Name under which the page's side lies on `window`. */
export const worldName = '__standInWorld';

/**
 * The script that runs the built preload in a page of `origin` before the page's own scripts. The preload can require electron and
 * nothing else, as in a sandbox; what it exposes lies in the page's world as it is, since there is one world only.
 */
export function preloadScript(preloadSource: string, origin: string): string {
  return `(() => {
  if (location.origin !== ${JSON.stringify(origin)}) return;
  const call = (...args) => window.${bindingName}(...args);
  const listeners = new Map();
  const ports = new Map();
  const uncarry = (carried) => 'text' in carried ? carried.text : Uint8Array.from(atob(carried.base64), (c) => c.charCodeAt(0));
  const carry = (data) => typeof data === 'string' ? { text: data } : { base64: btoa(Array.from(new Uint8Array(data.buffer ?? data), (b) => String.fromCharCode(b)).join('')) };
  const open = (id) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data }) => {
      if (data?.standInClose && ports.delete(id)) call('port', id, 'close');
      else if (!data?.standInClose) call('port', id, carry(data));
    };
    ports.set(id, port2);
    return port1;
  };
  // Electron tells a port of a page that its other end is gone; Chromium alone does not, so the end is told in band.
  window.addEventListener('message', (event) => {
    for (const port of event.ports) {
      const close = port.close.bind(port);
      port.close = () => { port.postMessage({ standInClose: true }); close(); };
      port.addEventListener('message', (message) => {
        if (!message.data?.standInClose) return;
        message.stopImmediatePropagation();
        port.dispatchEvent(new Event('close'));
      });
    }
  });
  window.${worldName} = {
    deliver: (channel, args, ids) => {
      const event = { ports: ids.map(open) };
      for (const listener of [...(listeners.get(channel) ?? [])]) listener(event, ...args);
    },
    portMessage: (id, message) => {
      ports.get(id)?.postMessage(message === 'close' ? { standInClose: true } : uncarry(message));
      if (message === 'close') ports.delete(id);
    },
  };
  const electron = {
    contextBridge: { exposeInMainWorld: (key, api) => { window[key] = api; } },
    ipcRenderer: {
      send: (channel, ...args) => void call('ipc', channel, args),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      removeListener: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((each) => each !== listener)); },
    },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
    return electron;
  };
  ((require, process) => {
${preloadSource}
  })(require, { platform: 'linux' });
})();`;
}
