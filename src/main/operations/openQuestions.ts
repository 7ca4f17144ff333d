import type { PersonAnswer, PersonQuestion } from '../../shared/model/question.ts';

interface Asked {
  stepId: string;
  question: PersonQuestion;
  answered: (answer: PersonAnswer) => void;
}

/** What the targets of one operation ask of people right now; a target asks one thing at a time. */
export class OpenQuestions {
  readonly #asked = new Map<number, Asked>();
  /** Targets whose server is not theirs: they ask, or wait for it to be free again. */
  readonly #away = new Set<number>();

  /** Whether a target has let go of its server. */
  isAway(target: number): boolean {
    return this.#away.has(target);
  }

  /** What a target asks in a step; null: nothing. */
  of(target: number, stepId: string): PersonQuestion | null {
    const asked = this.#asked.get(target);
    return asked?.stepId === stepId ? asked.question : null;
  }

  /** Opens a question; resolves with the answer, rejects with the reason of the signal. */
  async open(target: number, stepId: string, question: PersonQuestion, signal: AbortSignal): Promise<PersonAnswer> {
    signal.throwIfAborted();
    this.#away.add(target);
    let left = (): void => {};
    try {
      return await new Promise<PersonAnswer>((resolve, reject) => {
        left = () => reject(signal.reason as Error);
        signal.addEventListener('abort', left, { once: true });
        this.#asked.set(target, { stepId, question, answered: resolve });
      });
    } catch (error) {
      this.#away.delete(target);
      throw error;
    } finally {
      signal.removeEventListener('abort', left);
      this.#asked.delete(target);
    }
  }

  answer(target: number, answer: PersonAnswer): void {
    this.#asked.get(target)?.answered(answer);
  }

  /** The target has its server again. */
  back(target: number): void {
    this.#away.delete(target);
  }
}
