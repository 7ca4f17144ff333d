import { type ChildProcess, fork as forkNode } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { type Carried, PortsAcross, type StandInPort } from './ports.ts';

/** What crosses between a utility process and the process that forked it. */
export type UtilityMessage = { kind: 'message'; data: unknown; ports: number[] } | { kind: 'port'; id: number; message: Carried | 'close' };

/** Electron's utility process as a process of Node's. */
class StandInUtilityProcess extends EventEmitter {
  readonly child: ChildProcess;
  readonly #ports: PortsAcross;
  #lastPort = 0;

  constructor(file: string, args: readonly string[]) {
    super();
    const entry = new URL('./utilityChild.ts', import.meta.url).href;
    this.child = forkNode(file, args, { execArgv: ['--import', entry], serialization: 'advanced' });
    this.#ports = new PortsAcross({ send: (id, message) => this.#send({ kind: 'port', id, message }) });
    this.child.on('message', (raw) => {
      const message = raw as UtilityMessage;
      if (message.kind === 'message') this.emit('message', message.data);
      else this.#ports.receive(message.id, message.message);
    });
    this.child.on('exit', (code, signal) => {
      this.#ports.closeAll();
      this.emit('exit', code ?? (signal === null ? 1 : 128));
    });
  }

  postMessage(data: unknown, ports: StandInPort[] = []): void {
    const ids = ports.map((port) => {
      this.#lastPort += 1;
      this.#ports.add(this.#lastPort, port);
      return this.#lastPort;
    });
    this.#send({ kind: 'message', data, ports: ids });
  }

  kill(): boolean {
    return this.child.kill();
  }

  #send(message: UtilityMessage): void {
    if (this.child.connected) this.child.send(message);
  }
}

/** Every utility process forked so far, for whoever drives the stand-in. */
export const forked: StandInUtilityProcess[] = [];

/** Electron's `utilityProcess`. */
export const utilityProcess = {
  fork(file: string, args: readonly string[]): StandInUtilityProcess {
    const started = new StandInUtilityProcess(file, args);
    forked.push(started);
    return started;
  },
};
