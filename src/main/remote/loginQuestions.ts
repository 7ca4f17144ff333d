import type { LoginQuestions } from '../../shared/model/server.ts';

/** Puts questions to a person; one answer per prompt. Rejects when nobody answers, and with the signal's reason. */
export type AskPerson = (questions: LoginQuestions, signal: AbortSignal) => Promise<readonly string[]>;

/** Whether a prompt asks for the login's password, which may be stored, and not for a code that works once. */
export function asksForPassword(prompt: LoginQuestions['prompts'][number], alone: boolean): boolean {
  if (prompt.echo) return false;
  if (/code|otp|token|verif|one[- ]time|passcode|pin\b/i.test(prompt.text)) return false;
  return alone || /pass/i.test(prompt.text);
}
