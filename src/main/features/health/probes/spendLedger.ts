/** What a probe may use in a day; its tokens cost money or time on the GPU. */
export interface SpendLimits {
  callsPerDay: number;
  tokensPerDay: number;
}

/** What was used on a day; to be kept between starts. */
export interface SpendState {
  /** Number of the day. */
  day: number;
  calls: number;
  tokens: number;
}

/** A call that was let through, with the tokens set aside for it. */
export interface SpendTicket {
  day: number;
  tokens: number;
}

/** Let through, or which limit stands against it until the next day. */
export type SpendAnswer = { state: SpendState; ticket: SpendTicket } | { refused: 'calls' | 'tokens'; untilMs: number };

const dayMs = 86_400_000;

/** Asks for a call that may use so many tokens: they are set aside until it is settled. `offsetMs`: from UTC to the day of the person. */
export function takeSpend(state: SpendState | null, limits: SpendLimits, tokens: number, nowMs: number, offsetMs = 0): SpendAnswer {
  const day = Math.floor((nowMs + offsetMs) / dayMs);
  // A clock that was set back does not begin the day anew.
  const used = state !== null && state.day >= day ? state : { day, calls: 0, tokens: 0 };
  const untilMs = (used.day + 1) * dayMs - offsetMs;
  if (used.calls + 1 > limits.callsPerDay) return { refused: 'calls', untilMs };
  if (used.tokens + tokens > limits.tokensPerDay) return { refused: 'tokens', untilMs };
  return { state: { day: used.day, calls: used.calls + 1, tokens: used.tokens + tokens }, ticket: { day: used.day, tokens } };
}

/** Puts what a call did use in place of what was set aside. A call of a day that is over changes nothing. */
export function settleSpend(state: SpendState, ticket: SpendTicket, tokens: number): SpendState {
  return state.day === ticket.day ? { ...state, tokens: Math.max(0, state.tokens - ticket.tokens + tokens) } : state;
}
