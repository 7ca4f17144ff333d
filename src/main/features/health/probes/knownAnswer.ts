/** A question with an answer that everybody knows. */
export interface KnownQuestion {
  prompt: string;
  /** Numbers that belong to the question, which an answer may repeat. */
  asked: readonly number[];
  answer: number;
}

/** What people ask. Short, so that it costs next to nothing. */
export function sumQuestion(one = 2, other = 2): KnownQuestion {
  return { prompt: `What is ${one} + ${other}? Reply with the number only.`, asked: [one, other], answer: one + other };
}

/** Another sum for each call, as an answer that a gateway keeps would be no measurement. `call`: the number of the call. */
export function variedQuestion(call: number): KnownQuestion {
  const turn = Math.abs(Math.trunc(call)) % 64;
  return sumQuestion(2 + Math.floor(turn / 8), 2 + (turn % 8));
}

const words = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
  ' ',
);
const wordPattern = new RegExp(`\\b(?:${words.join('|')})\\b`, 'gi');
const numberPattern = /(?<![\w.])-?\d{1,15}(?:\.\d{1,15})?(?!\w)/g;
/** What is said to be the result: after an equals sign, in a box, in bold, or after "is". */
const statement = /(?:=|\bequals?|\bis|\\boxed\{|\*\*|\banswer:?) ?(?:\\boxed\{|\*\*|:)? ?(-?\d{1,15}(?:\.\d{1,15})?)(?!\w)/gi;
const longest = 4000;

/**
 * Whether an answer gives the number, in figures or words, with or without others around it. The question may be repeated; of several
 * results that are stated the last counts. An answer that gives other numbers without saying which is the result is wrong.
 */
export function isRight({ asked, answer }: KnownQuestion, said: string): boolean {
  const [one, other] = asked;
  // The question itself, `2 + 2` or `2 plus 2`, is no result.
  const echo = new RegExp(`(?<!\\w)${one} ?(?:\\+|plus|and|added to) ?${other}(?!\\w)`, 'gi');
  const text = said
    .slice(0, longest)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('−', '-')
    .replaceAll(wordPattern, (word) => String(words.indexOf(word.toLowerCase())))
    .replaceAll(echo, ' ');
  const numbers = (text.match(numberPattern) ?? []).map(Number).filter((number) => number === answer || !asked.includes(number));
  if (numbers.length === 0) return false;
  return numbers.every((number) => number === answer) || [...text.matchAll(statement)].map((match) => Number(match[1])).at(-1) === answer;
}
