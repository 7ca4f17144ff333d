import type { ChannelAnswer } from '../../../remote/httpOverChannel.ts';
import { cleanText } from './cleanText.ts';
import { errorOf, fields, parsed } from './llmChunk.ts';
import type { ProbeFailure, ProbeFailureCode } from './probeOutcome.ts';

/**
 * Why a model gave no answer that can be judged. `limit-reached`: what the probe may spend in a day is spent; nothing was asked.
 * `no-answer`: it thought until its tokens were used up. `empty`: it said nothing.
 */
export type LlmFailureCode =
  | ProbeFailureCode
  | 'limit-reached'
  | 'unauthorised'
  | 'not-found'
  | 'refused'
  | 'rate-limited'
  | 'overloaded'
  | 'server-error'
  | 'redirected'
  | 'engine-error'
  | 'unreadable'
  | 'no-answer'
  | 'empty';

export type LlmFailure = ProbeFailure<LlmFailureCode>;

const codes: Readonly<Record<number, LlmFailureCode>> = {
  401: 'unauthorised',
  403: 'unauthorised',
  404: 'not-found',
  408: 'timed-out',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'timed-out',
  529: 'overloaded',
};

/** What a status says that is none of success; null: it is one. */
export function statusFailure({ status, body }: ChannelAnswer, secrets: readonly string[]): LlmFailure | null {
  if (status >= 200 && status < 300) return null;
  const code = codes[status] ?? (status >= 500 ? 'server-error' : status >= 400 ? 'refused' : 'redirected');
  const answer = fields(parsed(body));
  const said = cleanText(answer === null ? body : (errorOf(answer) ?? body), secrets);
  return { code, detail: `answered ${status}${said === '' ? '' : `: ${said}`}` };
}
