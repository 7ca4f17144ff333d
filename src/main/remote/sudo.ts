import { AppError } from '../../shared/errors.ts';
import type { RemoteTarget } from './remote.ts';
import { payloadReader } from './wire.ts';

/**
 * Shell text that hands the rest of stdin, the real payload, to a root shell. A root login needs no sudo. Every way leaves a trace on
 * stderr before the payload is read, so that a failure of sudo is never taken for one of the script.
 */
export function becomeRoot(target: RemoteTarget, nonce: string, payloadBytes: number): string {
  const inner = `sh -c 'echo ${readyMark(nonce)} >&2;${payloadReader(payloadBytes, nonce)}'`;
  const sudo = target.sudo === 'password' ? `sudo -H -S -p '${promptMark(nonce)}'` : 'sudo -H -n';
  const rest = target.sudo === 'none' ? 'exit 254' : `command -v sudo >/dev/null 2>&1 || exit 254\nLC_MESSAGES=C exec ${sudo} -- ${inner}`;
  return `if [ "$(id -u)" = 0 ]; then exec ${inner}; fi\n${rest}`;
}

const readyMark = (nonce: string) => `ph-${nonce}-ready`;
const promptMark = (nonce: string) => `ph-${nonce}-password:`;

/** What the dialogue asks of whoever runs the channel. */
export interface SudoActions {
  /** The root shell is there: the payload may be sent. Called once. */
  ready: () => void;
  /** sudo asks for the password. Called once. */
  askPassword: () => void;
  /** sudo asked again: the password is wrong. */
  askedAgain: () => void;
}

/**
 * Follows sudo's part of stderr. Everything up to the ready mark is sudo's (prompts, lecture, warnings) and is kept from the script's
 * stderr; what `take` returns is the script's.
 */
export class SudoDialogue {
  readonly #nonce: string;
  readonly #actions: SudoActions;
  #said = '';
  #prompts = 0;
  #ready = false;

  constructor(nonce: string, actions: SudoActions) {
    this.#nonce = nonce;
    this.#actions = actions;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Takes bytes of stderr and returns those that belong to the script. */
  take(bytes: Buffer): Buffer {
    if (this.#ready) return bytes;
    // latin1 keeps every byte, so that what follows the mark comes out as it came in.
    this.#said += bytes.toString('latin1');
    const mark = `${readyMark(this.#nonce)}\n`;
    const at = this.#said.indexOf(mark);
    if (at >= 0) {
      const rest = Buffer.from(this.#said.slice(at + mark.length), 'latin1');
      this.#ready = true;
      this.#actions.ready();
      return rest;
    }
    const prompts = this.#said.split(promptMark(this.#nonce)).length - 1;
    if (prompts > 0 && this.#prompts === 0) this.#actions.askPassword();
    if (prompts > 1 && this.#prompts <= 1) this.#actions.askedAgain();
    this.#prompts = prompts;
    return Buffer.alloc(0);
  }

  /** Why the root shell never came up, once the channel has ended without the ready mark. */
  failure(target: RemoteTarget): AppError {
    const data = { server: target.name, user: target.user };
    if (/must have a tty/i.test(this.#said)) return new AppError('sudo.needs-terminal', data);
    // sudo exits 1 for both; only its words tell "may not" from "wrong" when the password was asked for once.
    const mayNot = /not in the sudoers|not allowed|may not run/i.test(this.#said);
    return this.#prompts > 0 && !mayNot ? new AppError('sudo.password-wrong', data) : new AppError('sudo.unavailable', data);
  }
}
