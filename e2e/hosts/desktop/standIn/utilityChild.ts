import { EventEmitter } from 'node:events';
import { PortsAcross, StandInChannel, type StandInPort } from './ports.ts';
import type { UtilityMessage } from './utilityProcess.ts';

/** Loaded before a utility process's own file: gives it the line to its parent that Electron would. */

/** An application that is gone takes nothing any more; this process ends then. */
const send = (message: UtilityMessage) => void (process.connected && process.send?.(message, undefined, undefined, () => {}));

class StandInParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    send({ kind: 'message', data, ports: [] });
  }
}

const parentPort = new StandInParentPort();
const ports = new PortsAcross({ send: (id, message) => send({ kind: 'port', id, message }) });
Object.defineProperty(process, 'parentPort', { value: parentPort });

process.on('message', (raw) => {
  const message = raw as UtilityMessage;
  if (message.kind === 'port') return ports.receive(message.id, message.message);
  const given = message.ports.map((id): StandInPort => {
    const { port1, port2 } = new StandInChannel();
    ports.add(id, port2);
    return port1;
  });
  parentPort.emit('message', { data: message.data, ports: given });
});
// As Electron's own, it does not outlive the application.
process.on('disconnect', () => process.exit(0));
