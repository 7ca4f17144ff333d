import { AppError } from '../../../shared/errors.ts';
import { asksForPassword } from '../loginQuestions.ts';
import { expandHome } from '../privateKey.ts';
import type { RemoteTarget } from '../remote.ts';
import { aliasOf } from './sshConfig.ts';

/** Answers the prompts of one `ssh`, each secret once; and says why, where it had none to give. */
export class AskAnswers {
  readonly #target: RemoteTarget;
  readonly #asked = new Set<string>();
  #problem: AppError | null = null;

  constructor(target: RemoteTarget) {
    this.#target = target;
  }

  /** What was asked for and could not be given; null: nothing. */
  get problem(): AppError | null {
    return this.#problem;
  }

  /** Whether the passphrase of a key was given. A wrong one looks like a key that the server refused. */
  get gavePassphrase(): boolean {
    return [...this.#asked].some((what) => what.startsWith('passphrase'));
  }

  /** The answer to a prompt; null: none, which ends that way of logging in. Prompts of other programs, such as a proxy's own `ssh`, get none. */
  async answer(prompt: string): Promise<string | null> {
    const file = /^Enter passphrase for key '(.+)': ?$/.exec(prompt)?.[1];
    if (file !== undefined) return this.#passphrase(file);
    const question = this.#question(prompt);
    if (question === null) return null;
    const { auth, user, name: server } = this.#target;
    if (!asksForPassword({ text: question, echo: false }, false)) {
      this.#problem ??= new AppError('ssh.login-needs-person', { server, user, asks: question.trim().slice(0, 200) });
      return null;
    }
    const own = auth.kind === 'password' || auth.kind === 'interactive' ? auth.password : null;
    const missing = own === null ? null : new AppError('ssh.password-missing', { server });
    // Asked for again, it was refused: how ssh ends says so.
    return this.#once('password', own ?? this.#target.loginPassword ?? (async () => null), missing, null);
  }

  #passphrase(file: string): Promise<string | null> {
    const { auth, name: server } = this.#target;
    const path = auth.kind === 'key' ? [auth.path, ...(auth.others ?? [])].find((own) => expandHome(own) === file) : undefined;
    if (auth.kind !== 'key' || path === undefined) return Promise.resolve(null);
    const wrong = new AppError('ssh.key-passphrase-needed', { server, path });
    return this.#once(`passphrase of ${path}`, () => auth.passphrase(path), wrong, wrong);
  }

  /** What this server itself asks, without the name that `ssh` puts before it; null: somebody else asks. */
  #question(prompt: string): string | null {
    const { user } = this.#target;
    const alias = aliasOf(this.#target);
    if (prompt === `${user.slice(0, 30)}@${alias}'s password: `) return 'Password: ';
    const prefix = `(${user}@${alias}) `;
    return prompt.startsWith(prefix) ? prompt.slice(prefix.length) : null;
  }

  async #once(what: string, secret: () => Promise<string | null>, missing: AppError | null, again: AppError | null): Promise<string | null> {
    const before = this.#asked.has(what);
    this.#asked.add(what);
    const value = before ? null : await secret();
    if (value !== null && !/[\n\r]/.test(value)) return value;
    this.#problem ??= before ? again : missing;
    return null;
  }
}
