import { AnswerReader } from './answerReader.ts';
import { type AnswerTimes, answerTimes } from './answerTimes.ts';
import { cleanText } from './cleanText.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { isRight, type KnownQuestion } from './knownAnswer.ts';
import { limited } from './limited.ts';
import { type LlmFailure, type LlmFailureCode, statusFailure } from './llmFailure.ts';
import { type LlmTarget, llmRequest, secretsOf } from './llmRequest.ts';
import { failed, type ProbeFailure, type ProbeOutcome } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** What a model is asked, and how much it may use for that. */
export interface LlmCheck {
  name: string;
  target: LlmTarget;
  question: KnownQuestion;
  /** Of thinking and answer together. A model that thinks needs some hundred for the simplest question. */
  maxTokens?: number;
  /** From connecting to the end of the answer. */
  timeoutMs: number;
}

/** Tokens of one call. Those not told are reckoned: a piece is a token, four characters of the prompt are one. */
export interface LlmTokens {
  prompt: number;
  thinking: number;
  answer: number;
  /** By the engine, rather than reckoned. */
  told: boolean;
}

/** The outcome. It holds where the known answer was given. */
export interface LlmOutcome extends ProbeOutcome<LlmFailureCode> {
  answer: string;
  thinking: string;
  /** Null: there was no answer to judge. */
  correct: boolean | null;
  /** Why it ended, in the word of the engine. */
  finish: string | null;
  /** How long the model was loaded before, where that is told. */
  loadS: number | null;
  tokens: LlmTokens;
}

/** The default of `maxTokens`. */
export const usualMaxTokens = 1024;

const mostBytes = 4 * 1024 * 1024;

/** The most tokens that a call of a check may use, to be set aside before. */
export function mostTokens({ question, maxTokens = usualMaxTokens }: LlmCheck): number {
  return promptTokens(question) + maxTokens;
}

/**
 * Asks a model once and measures how its answer comes. Without streaming there is no first token, only the whole. Rejects only with the
 * reason of the person's signal.
 */
export async function probeLlm(ports: ProbePorts, check: LlmCheck): Promise<LlmOutcome> {
  const { target, question, timeoutMs, maxTokens = usualMaxTokens } = check;
  const secrets = secretsOf(target);
  const reader = new AnswerReader(target);
  const asked = llmRequest(target, question.prompt, maxTokens);
  const limit = limited(ports.signal, timeoutMs);
  const onBody = (text: string, afterMs: number) => reader.feed(text, afterMs);
  const seen = await exchange(ports, { method: 'POST', host: target.host, ...asked, timeoutMs, maxBytes: mostBytes, onBody }, limit);
  reader.end();
  const times = answerTimes(target.stream ? reader.arrivals : reader.arrivals.map((arrival) => ({ ...arrival, atMs: 0 })));
  const failure = failureOf(seen, reader, times, secrets);
  const tokens = tokensOf(reader, times, question, 'answer' in seen && seen.answer.status >= 300);
  const correct = failure === null ? isRight(question, times.answer) : null;
  const values = { ...valuesOf(seen, times, reader, target.stream), ...tokenValues(tokens, times), ...(correct !== null && { correct: correct ? 1 : 0 }) };
  const shown = {
    answer: cleanText(times.answer, secrets),
    thinking: cleanText(times.thinking, secrets),
    correct,
    finish: reader.finish,
    loadS: reader.loadS,
    tokens,
  };
  if (failure !== null) return { ...failed(check.name, failure, values), ...shown };
  const proof = correct === true ? `answered "${shown.answer}"` : `answered "${shown.answer}", ${question.answer} is right`;
  return { holds: correct === true, proof: `${check.name}: ${proof}`, failure: null, values, ...shown };
}

/** The outcome of a call that was not made, as its limit is reached until a time of day. */
export function unspent(name: string, refused: 'calls' | 'tokens', untilMs: number): LlmOutcome {
  const detail = `nothing was asked: the ${refused} of the day are used up until ${new Date(untilMs).toISOString()}`;
  const tokens = { prompt: 0, thinking: 0, answer: 0, told: true };
  return { ...failed(name, { code: 'limit-reached', detail }), answer: '', thinking: '', correct: null, finish: null, loadS: null, tokens };
}

/** What counts against the limit of the day: where it broke off and nothing is told, as much as it may have been. */
export function spentTokens(outcome: LlmOutcome, check: LlmCheck): number {
  const { tokens, failure } = outcome;
  if (failure?.code === 'limit-reached' || failure?.code === 'unreachable' || failure?.code === 'unresolved') return 0;
  const brokeOff = failure?.code === 'timed-out' || failure?.code === 'broken';
  return brokeOff && !tokens.told ? mostTokens(check) : tokens.prompt + tokens.thinking + tokens.answer;
}

function failureOf(seen: Exchanged, reader: AnswerReader, times: AnswerTimes, secrets: readonly string[]): LlmFailure | null {
  if ('failure' in seen) return { ...seen.failure, detail: cleanText(detailOf(seen.failure, seen.sent, reader), secrets) };
  const status = statusFailure(seen.answer, secrets);
  if (status !== null) return status;
  if (reader.error !== null) return { code: 'engine-error', detail: `failed in the middle: ${cleanText(reader.error, secrets)}` };
  if (times.answer !== '' && reader.isWhole) return null;
  if (times.answer !== '') return { code: 'broken', detail: 'its answer ended without an end' };
  if (times.thinking !== '' || (reader.usage?.thinking ?? 0) > 0)
    return { code: 'no-answer', detail: 'it thought until its tokens were used up, and gave no answer' };
  return reader.pieces > 0
    ? { code: 'empty', detail: 'it said nothing' }
    : { code: 'unreadable', detail: `what it says is no answer of a model: ${cleanText(seen.answer.body, secrets)}` };
}

/** Headers may come at once from an engine that is stuck: what counts are tokens. */
function detailOf({ code, detail }: ProbeFailure, sent: boolean, { arrivals }: AnswerReader): string {
  if (code !== 'timed-out' || !sent) return detail;
  return arrivals.length === 0 ? 'no token in time' : `not at its end in time, after ${arrivals.length} pieces`;
}

function tokensOf({ usage }: AnswerReader, times: AnswerTimes, question: KnownQuestion, refused: boolean): LlmTokens {
  if (refused) return { prompt: 0, thinking: 0, answer: 0, told: true };
  const pieces = times.thinkingPieces + times.answerPieces;
  const output = usage?.output ?? pieces;
  // The engine tells how many there are, the pieces how they divide, unless it tells that too.
  const thinking = Math.min(output, usage?.thinking ?? (pieces === 0 ? 0 : Math.round((output * times.thinkingPieces) / pieces)));
  return { prompt: usage?.prompt ?? promptTokens(question), thinking, answer: output - thinking, told: usage?.output != null };
}

function tokenValues({ thinking, answer }: LlmTokens, { firstTokenS, answer: text }: AnswerTimes): ProbeOutcome['values'] {
  return firstTokenS === null && text === '' ? {} : { thinkingTokens: thinking, answerTokens: answer };
}

function valuesOf(seen: Exchanged, times: AnswerTimes, reader: AnswerReader, stream: boolean): ProbeOutcome['values'] {
  if (seen.connectMs === null) return {};
  const values: ProbeOutcome['values'] = { connectS: seen.connectMs / 1000 };
  if ('answer' in seen) Object.assign(values, { firstByteS: seen.firstByteMs / 1000, totalS: seen.totalMs / 1000 });
  const { generationS, usage } = reader;
  if (!stream) {
    if (generationS !== null && generationS > 0 && usage?.output != null) values.tokensPerSecond = usage.output / generationS;
    return values;
  }
  for (const name of ['firstTokenS', 'firstAnswerS', 'interTokenP50S', 'interTokenP95S', 'interTokenP99S'] as const) {
    const value = times[name];
    if (value !== null) values[name] = value;
  }
  const pieces = times.thinkingPieces + times.answerPieces;
  const perPiece = usage?.output == null || pieces === 0 ? 1 : Math.max(1, usage.output / pieces);
  // The first came before the time that is measured.
  if (times.streamedS !== null && times.streamedS > 0) values.tokensPerSecond = ((pieces - 1) * perPiece) / times.streamedS;
  return values;
}

const promptTokens = ({ prompt }: KnownQuestion): number => Math.ceil(prompt.length / 4) + 8;
