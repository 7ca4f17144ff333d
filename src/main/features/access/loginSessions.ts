import { randomUUID } from 'node:crypto';
import type { LoginEvent } from '../../../shared/contract/access.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ConnectionDetails, LoginQuestions } from '../../../shared/model/server.ts';
import { Signal } from '../../rpc/signal.ts';

/** Logs in with somebody to put questions to. */
export type LogIn = (ask: (questions: LoginQuestions, signal: AbortSignal) => Promise<readonly string[]>, signal: AbortSignal) => Promise<ConnectionDetails>;

/** Logins that wait for a person: questions go out as events, answers come in by their id. Nothing of them is kept. */
export class LoginSessions {
  readonly #waiting = new Map<string, (answers: readonly string[] | null) => void>();

  /** Passes answers to the login that waits for them; null: nobody will answer. */
  answer(questionId: string, answers: readonly string[] | null): void {
    this.#waiting.get(questionId)?.(answers);
  }

  /** One login as its events. Whoever stops reading gives up. Throws what the login throws. */
  async *run(logIn: LogIn, signal: AbortSignal | undefined): AsyncGenerator<LoginEvent, void, void> {
    const left = new AbortController();
    const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
    const events: LoginEvent[] = [];
    const changed = new Signal();
    const outcome: { end: { error: unknown } | { connection: ConnectionDetails } | null } = { end: null };
    const ask: Parameters<LogIn>[0] = (questions, ends) => {
      const questionId = randomUUID();
      events.push({ kind: 'questions', questionId, ...questions });
      changed.fire();
      return this.#answerTo(questionId, questions, AbortSignal.any([ends, either]));
    };
    void outcomeOf(logIn(ask, either)).then((end) => {
      outcome.end = end;
      changed.fire();
    });
    try {
      for (;;) {
        await changed.wait(() => events.length > 0 || outcome.end !== null || either.aborted);
        for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
        const { end } = outcome;
        if (end !== null && 'error' in end) throw end.error;
        if (end !== null) {
          yield { kind: 'connected', connection: end.connection };
          return;
        }
        if (either.aborted) return;
      }
    } finally {
      left.abort(new AppError('ssh.login-needs-person', { server: '', user: '', asks: 'nobody answers any more' }));
    }
  }

  #answerTo(questionId: string, { server, user }: LoginQuestions, signal: AbortSignal): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const gaveUp = () => {
        this.#waiting.delete(questionId);
        reject(new AppError('ssh.login-needs-person', { server, user, asks: 'its questions were not answered' }));
      };
      signal.addEventListener('abort', gaveUp, { once: true });
      this.#waiting.set(questionId, (answers) => {
        signal.removeEventListener('abort', gaveUp);
        this.#waiting.delete(questionId);
        if (answers === null) gaveUp();
        else resolve(answers);
      });
    });
  }
}

async function outcomeOf(work: Promise<ConnectionDetails>): Promise<{ error: unknown } | { connection: ConnectionDetails }> {
  try {
    return { connection: await work };
  } catch (error) {
    return { error };
  }
}
