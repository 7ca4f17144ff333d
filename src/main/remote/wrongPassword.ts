import { createHmac, randomBytes } from 'node:crypto';

/** How long a wrong password stands: servers lock an account after a few tries, and a poller makes a few in a minute. */
const standsMs = 180_000;
const key = randomBytes(32);

/** Remembers the last password that was wrong, not as itself but as a keyed hash, so that it is not tried again. */
export class WrongPassword {
  #mark: { hash: string; atMs: number } | null = null;

  note(password: string): void {
    this.#mark = { hash: hash(password), atMs: performance.now() };
  }

  /** Whether this very password was wrong a short while ago. */
  knows(password: string): boolean {
    return this.#mark !== null && performance.now() - this.#mark.atMs < standsMs && this.#mark.hash === hash(password);
  }

  forget(): void {
    this.#mark = null;
  }
}

function hash(password: string): string {
  return createHmac('sha256', key).update(password).digest('base64');
}
