/** One of a server's questions at a login. */
export interface LoginPrompt {
  text: string;
  /** Whether what is typed may be seen. */
  echo: boolean;
}

/** What a server asks a person before it lets them in. */
export interface LoginQuestions {
  /** Server that asks; on the way through jump hosts that may be one of these. */
  server: string;
  user: string;
  /** The server's own words, both often empty. */
  title: string;
  instructions: string;
  prompts: readonly LoginPrompt[];
}

/** Puts questions to a person; one answer per prompt. Rejects when nobody answers, and with the signal's reason. */
export type AskPerson = (questions: LoginQuestions, signal: AbortSignal) => Promise<readonly string[]>;

/** Whether a prompt asks for the login's password, which may be stored, and not for a code that works once. */
export function asksForPassword(prompt: LoginPrompt, alone: boolean): boolean {
  if (prompt.echo) return false;
  if (/code|otp|token|verif|one[- ]time|passcode|pin\b/i.test(prompt.text)) return false;
  return alone || /pass/i.test(prompt.text);
}
