import { fillText } from '../steps/stepText.ts';
import type { ProbeRun } from './probeAnswer.ts';

/** TCP ports of a definition: numbers and templates, whose values may be lists separated by commas or blanks, with or without `/tcp`. What is no TCP port is left out. */
export function portList(ports: string | readonly (string | number)[], run: ProbeRun): number[] {
  const words = (typeof ports === 'string' ? [ports] : ports).flatMap((each) => fillText(String(each), run).split(/[\s,]+/));
  const numbers = words.filter((word) => /^[0-9]{1,5}(\/tcp)?$/.test(word)).map((word) => Number.parseInt(word, 10));
  return [...new Set(numbers.filter((port) => port >= 1 && port <= 65_535))];
}
