/**
 * What a further attempt says first, as a note in the operation's output: what stands before it is of the attempt before. It may stand
 * there twice, with nothing in between, where the core died just then.
 */
export function attemptMark(attempt: number): string {
  return `Attempt ${attempt}\n`;
}

/** Whether a note is such a mark, or several that were written as one. */
export function isAttemptMark(note: string): boolean {
  return /^(?:Attempt \d+\n)+$/.test(note);
}
