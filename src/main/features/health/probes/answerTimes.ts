/** A piece that came with text. */
export interface Arrival {
  /** Since the request was sent. */
  atMs: number;
  thinking: string;
  answer: string;
}

/** When text came, thinking and answer apart. Times in s; null: there was none, or too little to tell. */
export interface AnswerTimes {
  thinking: string;
  answer: string;
  /** Pieces of each: tokens, where the engine sends each by itself. */
  thinkingPieces: number;
  answerPieces: number;
  firstTokenS: number | null;
  firstAnswerS: number | null;
  interTokenP50S: number | null;
  interTokenP95S: number | null;
  interTokenP99S: number | null;
  /** From the first piece to the last. */
  streamedS: number | null;
}

const opened = /^\s*<(think|thinking|reasoning)>/i;
const closed = /<\/(?:think|thinking|reasoning)>\s*/i;

/**
 * Where within the content the thinking ends: it may be marked by `<think>` at the beginning, or by `</think>` alone, as some models begin
 * to think without saying so. 0: there is none.
 */
export function thinkingEnd(content: string): number {
  const end = closed.exec(content);
  if (end !== null) return end.index + end[0].length;
  return opened.test(content) ? content.length : 0;
}

/** Works out of what came when how fast it came. */
export function answerTimes(arrivals: readonly Arrival[]): AnswerTimes {
  const content = arrivals.map(({ answer }) => answer).join('');
  const end = thinkingEnd(content);
  const answer = content.slice(end);
  const answerFrom = end + (answer.length - answer.trimStart().length);
  let [length, thinkingPieces, answerPieces] = [0, 0, 0];
  let firstAnswerMs: number | null = null;
  for (const arrival of arrivals) {
    length += arrival.answer.length;
    const answers = arrival.answer !== '' && length > end;
    if (answers) answerPieces += 1;
    else thinkingPieces += 1;
    if (answers && length > answerFrom) firstAnswerMs ??= arrival.atMs;
  }
  const marks = content.slice(0, end).replace(opened, '').replace(closed, '');
  const gaps = arrivals.slice(1).map(({ atMs }, index) => atMs - (arrivals[index]?.atMs ?? atMs));
  const [first, last] = [arrivals.at(0), arrivals.at(-1)];
  return {
    ...{ thinking: (arrivals.map(({ thinking }) => thinking).join('') + marks).trim(), answer: answer.trim(), thinkingPieces, answerPieces },
    ...{ firstTokenS: seconds(first?.atMs ?? null), firstAnswerS: seconds(firstAnswerMs) },
    ...{ interTokenP50S: seconds(quantile(gaps, 0.5)), interTokenP95S: seconds(quantile(gaps, 0.95)), interTokenP99S: seconds(quantile(gaps, 0.99)) },
    streamedS: first === undefined || last === undefined || arrivals.length < 2 ? null : (last.atMs - first.atMs) / 1000,
  };
}

/** The value below which the part `q` of the values lies, between the two nearest ones; null: there are none. */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * q;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below === undefined || above === undefined ? null : below + (above - below) * (at - Math.floor(at));
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
