import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, Prompt } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { LoginQuestions, LoginStep } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import { type AskPerson, asksForPassword } from './loginQuestions.ts';
import { keyOfSigner } from './publicKeyAuth.ts';
import type { RemoteTarget } from './remote.ts';
import { endpointData } from './remoteErrors.ts';
import { type FoundSigners, type KnownSigner, signersOfAgent, signersOfFiles } from './signers.ts';
import { type SshCertificate, timeProblem } from './sshCertificate.ts';

/** What a login does with the handshake that it is part of. */
export interface LoginHost {
  /** Ends the attempt with this error, without sending anything more. */
  stop(error: unknown): void;
  /** A person was asked: until the answer no limit of time runs but the server's. */
  waiting(waits: boolean): void;
  signal: AbortSignal;
}

/** One login, by all that the record has for it. Nothing that the server refused is sent twice. */
export interface Login {
  /** Answers ssh2's question for the next method to try. */
  handler: (methodsLeft: AuthenticationType[] | null, partial: boolean | null, next: NextAuthHandler) => void;
  /** Called before the first packet. */
  begin(host: LoginHost): void;
  /** What it means that the server let none of it through. */
  refused: () => AppError;
  /** How we got in, once we did. */
  steps(): LoginStep[];
  /** Whether a person had to answer. */
  askedPerson(): boolean;
}

/** What a login may use beyond the record. `ask`: null when nobody is there to answer a server's questions. */
export interface LoginMeans {
  agent: string | null;
  ask: AskPerson | null;
  nowS: number;
}

/**
 * Gathers what the login needs before any packet is sent, so that a missing passphrase or agent is not an attempt. Throws
 * `ssh.agent-unavailable`, `ssh.key-unreadable`, `ssh.key-passphrase-needed`, `ssh.certificate-unusable`, `ssh.password-missing`,
 * and `ssh.login-needs-person` where only a person could log in and none is there.
 */
export async function prepareLogin(target: RemoteTarget, means: LoginMeans): Promise<Login> {
  const { auth, name: server } = target;
  const context = { server, agent: means.agent, nowS: means.nowS };
  const none: FoundSigners = { signers: [], problems: [] };
  switch (auth.kind) {
    case 'agent':
      return new MethodLogin(target, means, await signersOfAgent(context), null);
    case 'key':
      return new MethodLogin(target, means, await signersOfFiles(auth, context), null);
    case 'password': {
      const password = await auth.password();
      if (password === null) throw new AppError('ssh.password-missing', { server });
      return new MethodLogin(target, means, none, password);
    }
    case 'interactive':
      if (means.ask === null) throw new AppError('ssh.login-needs-person', { server, user: target.user, asks: 'at every login' });
      return new MethodLogin(target, means, none, await auth.password());
  }
}

type Attempt = { kind: 'key'; signer: KnownSigner } | { kind: 'none' | 'password' | 'questions' };

/** Walks through the methods that the server leaves open: keys first, then the password, then questions. */
class MethodLogin implements Login {
  readonly #target: RemoteTarget;
  readonly #means: LoginMeans;
  readonly #keys: KnownSigner[];
  readonly #problems: readonly AppError[];
  readonly #tried: Attempt[] = [];
  readonly #passed: LoginStep[] = [];
  #password: string | null;
  #last: Attempt | null = null;
  #methodsLeft: readonly string[] = [];
  #host: LoginHost | null = null;
  #asked = false;

  constructor(target: RemoteTarget, means: LoginMeans, found: FoundSigners, password: string | null) {
    this.#target = target;
    this.#means = means;
    this.#keys = [...found.signers];
    this.#problems = found.problems;
    this.#password = password;
  }

  begin(host: LoginHost): void {
    this.#host = host;
  }

  steps(): LoginStep[] {
    return this.#last === null ? [...this.#passed] : [...this.#passed, ...stepOf(this.#last)];
  }

  askedPerson(): boolean {
    return this.#asked;
  }

  readonly handler: Login['handler'] = (methodsLeft, partial, next) => {
    if (partial === true && this.#last !== null) this.#passed.push(...stepOf(this.#last));
    this.#methodsLeft = methodsLeft ?? [];
    this.#last = null;
    void this.#tell(methodsLeft, next);
  };

  async #tell(methodsLeft: readonly string[] | null, next: NextAuthHandler): Promise<void> {
    try {
      const attempt = await this.#next(methodsLeft);
      if (attempt === null) return next(false as never);
      this.#last = attempt;
      this.#tried.push(attempt);
      next(this.#methodOf(attempt));
    } catch (error) {
      this.#host?.stop(error);
    }
  }

  async #next(methodsLeft: readonly string[] | null): Promise<Attempt | null> {
    const open = (method: string) => methodsLeft === null || methodsLeft.includes(method);
    const untried = (kind: Attempt['kind']) => !this.#tried.some((attempt) => attempt.kind === kind);
    const { kind } = this.#target.auth;
    const further = this.#passed.length > 0;
    // Only asking tells which methods the server has.
    if (kind === 'interactive' && methodsLeft === null) return { kind: 'none' };
    const signer = open('publickey') ? this.#keys.shift() : undefined;
    if (signer !== undefined) return { kind: 'key', signer };
    const asks = open('keyboard-interactive') && untried('questions');
    if (kind === 'interactive' && asks) return this.#mayAsk();
    if (open('password') && untried('password') && (kind === 'password' || kind === 'interactive' || further)) {
      this.#password ??= (await this.#target.loginPassword?.()) ?? null;
      if (this.#password === null && !asks) this.#password = await this.#askPassword();
      if (this.#password !== null) return { kind: 'password' };
    }
    if (!asks) return null;
    if (further) return this.#mayAsk();
    // A server that takes passwords only as answers to a question asks for them so.
    return kind === 'password' && methodsLeft?.includes('password') === false ? { kind: 'questions' } : null;
  }

  async #askPassword(): Promise<string> {
    if (this.#means.ask === null) throw new AppError('ssh.password-missing', { server: this.#target.name });
    const [password = ''] = await this.#put(this.#means.ask, { title: '', instructions: '', prompts: [{ text: 'Password:', echo: false }] });
    return password;
  }

  /** A conversation is begun only where somebody can end it: servers count the others as failures. */
  async #mayAsk(): Promise<Attempt> {
    this.#password ??= (await this.#target.loginPassword?.()) ?? null;
    if (this.#means.ask === null && this.#password === null) throw this.#needsPerson('a code or password');
    return { kind: 'questions' };
  }

  #methodOf(attempt: Attempt): AnyAuthMethod {
    const username = this.#target.user;
    switch (attempt.kind) {
      case 'none':
        return { type: 'none', username };
      case 'key':
        return { type: 'publickey', username, key: keyOfSigner(attempt.signer) };
      case 'password':
        return { type: 'password', username, password: this.#password ?? '' };
      case 'questions':
        return { type: 'keyboard-interactive', username, prompt: this.#onQuestions };
    }
  }

  readonly #onQuestions = (title: string, instructions: string, _lang: string, prompts: Prompt[], finish: (answers: string[]) => void): void => {
    this.#answer(title, instructions, prompts).then(finish, (error: unknown) => this.#host?.stop(error));
  };

  async #answer(title: string, instructions: string, prompts: readonly Prompt[]): Promise<string[]> {
    const asked = prompts.map(({ prompt, echo }) => ({ text: prompt, echo: echo === true }));
    const known = asked.map((prompt) => (asksForPassword(prompt, asked.length === 1) ? this.#takePassword() : null));
    const open = asked.filter((_prompt, index) => known[index] === null);
    if (open.length === 0) return known.map((answer) => answer ?? '');
    const { ask } = this.#means;
    // The one question of a login by password was answered and comes again: that was a refusal.
    if (this.#target.auth.kind === 'password' && ask === null && open.every((prompt) => asksForPassword(prompt, open.length === 1))) throw this.refused();
    if (ask === null) throw this.#needsPerson(open.map(({ text }) => text.trim().replace(/:$/, '')).join(', '));
    const answers = [...(await this.#put(ask, { title, instructions, prompts: open }))];
    return known.map((answer) => answer ?? answers.shift() ?? '');
  }

  async #put(ask: AskPerson, questions: Omit<LoginQuestions, 'server' | 'user'>): Promise<readonly string[]> {
    this.#asked = true;
    this.#host?.waiting(true);
    const signal = this.#host?.signal ?? new AbortController().signal;
    const answers = await ask({ server: this.#target.name, user: this.#target.user, ...questions }, signal);
    this.#host?.waiting(false);
    return answers;
  }

  /** The password goes out once. */
  #takePassword(): string | null {
    const used = this.#passed.some(({ method }) => method === 'password');
    const password = used ? null : this.#password;
    this.#password = null;
    return password;
  }

  #needsPerson(asks: string): AppError {
    return new AppError('ssh.login-needs-person', { server: this.#target.name, user: this.#target.user, asks: asks === '' ? 'a question' : asks });
  }

  readonly refused = (): AppError => {
    const about = { ...endpointData(this.#target), user: this.#target.user };
    const last = this.#tried.at(-1);
    const { kind } = this.#target.auth;
    if (last?.kind === 'questions' && (this.#asked || kind !== 'password')) return new AppError('ssh.auth-answers-refused', about);
    if (last?.kind === 'password' || last?.kind === 'questions') return new AppError('ssh.auth-password-refused', about);
    if (kind === 'interactive') return new AppError('ssh.auth-key-refused', { ...about, method: this.#methodsLeft.join(', ') || 'questions' });
    const certified = this.#tried.flatMap((attempt) => (attempt.kind === 'key' && attempt.signer.certificate !== null ? [attempt.signer.certificate] : []))[0];
    if (certified !== undefined) {
      const reason = certificateReason(certified, this.#target.user, this.#means.nowS);
      return new AppError('ssh.certificate-refused', { ...about, keyId: certified.keyId, reason });
    }
    const [unusable] = this.#problems;
    if (unusable?.code === 'ssh.certificate-unusable') return unusable;
    return new AppError('ssh.auth-key-refused', { ...about, method: kind === 'agent' ? 'agent' : 'publickey' });
  };
}

function stepOf(attempt: Attempt): LoginStep[] {
  if (attempt.kind === 'none') return [];
  if (attempt.kind !== 'key') return [{ method: attempt.kind, key: null }];
  const { keyType, fingerprint, path, comment, certificate } = attempt.signer;
  const certified = certificate === null ? null : { keyId: certificate.keyId, authority: hostKeyOf(certificate.authority).fingerprint };
  return [{ method: certificate === null ? 'publickey' : 'certificate', key: { type: keyType, fingerprint, path, comment, certificate: certified } }];
}

/** What most likely made a server refuse a certificate, told from what stands in it. */
function certificateReason(certificate: SshCertificate, user: string, nowS: number): string {
  const late = timeProblem(certificate, nowS);
  if (late !== null) return `it ${late}`;
  if (certificate.principals.length > 0 && !certificate.principals.includes(user)) {
    return `it is for ${certificate.principals.join(', ')}, not for ${user}`;
  }
  return `its authority ${hostKeyOf(certificate.authority).fingerprint} is not trusted there, or it was revoked`;
}
