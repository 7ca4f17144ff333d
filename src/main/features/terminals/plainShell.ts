import type { RemotePty } from '../../remote/remote.ts';
import { endWords, type Shell, type ShellListener } from './shell.ts';

/** A shell that dies with its connection, for servers on which nothing can hold it. */
export class PlainShell implements Shell {
  readonly holder = null;
  readonly #pty: RemotePty;

  constructor(pty: RemotePty) {
    this.#pty = pty;
  }

  listen(listener: ShellListener): void {
    listener.state('open', null);
    this.#pty.onData((bytes) => listener.output(bytes, false));
    this.#pty.onClose((how, exitCode) => listener.ended(how === 'lost' ? 'the connection was lost, and the shell with it' : endWords(exitCode)));
  }

  write(data: string): void {
    this.#pty.type(data);
  }

  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
  }

  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  end(): void {
    this.#pty.close();
  }

  release(): void {
    this.#pty.close();
  }
}
