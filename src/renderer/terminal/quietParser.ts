import type { IFunctionIdentifier, Terminal } from '@xterm/xterm';
import { boundSequences } from '../../shared/model/boundedSequences.ts';

/** Addresses are kept for every line of the scrollback. */
const longestAddress = 2_048;

/** Questions whose answers would be typed into the shell. The core answers those that programs need. */
const questions: readonly IFunctionIdentifier[] = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { prefix: '?', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { prefix: '>', final: 'q' },
  { final: 'x' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '?', final: 'u' },
  { prefix: '?', final: 'm' },
  { prefix: '?', final: 'g' },
  { prefix: '?', final: 'S' },
  { intermediates: '*', final: 'y' },
  { intermediates: '$', final: 'u' },
  { intermediates: '$', final: 'w' },
  { intermediates: '&', final: 'u' },
  { intermediates: '"', final: 'v' },
  { intermediates: "'", final: '|' },
  { intermediates: "'", final: 'z' },
  { intermediates: '#', final: 'S' },
  { intermediates: '$', final: '}' },
];

/** Window operations that change only what the window's own stack of titles holds. All others move it or tell of it. */
const titleStack = [22, 23];

/** Colours may be set, and are then of the pane alone; asked for they may not be. */
const colourNumbers = [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21];

/** Clipboard, working directory, notifications and what other terminals do at the word of a program: nothing here does. */
const ignoredNumbers = [1, 3, 6, 7, 9, 22, 50, 51, 52, 60, 61, 99, 133, 440, 555, 633, 666, 697, 701, 777, 1337, 5113, 5522, 7770, 7777, 9001];

/** Tells of what the program asks now, in the same turn of the event loop. */
export interface QuietParser {
  /** Whether what the emulator sends at this moment is its own word, not the person's. */
  readonly speaking: boolean;
  /** The screen begins anew: its links are gone. */
  begin(): void;
}

/**
 * Makes an emulator that never speaks by itself: everything it would answer is swallowed before it sees it, and so is what would stop
 * it for minutes. What a person types, points at or pastes is not touched.
 */
export function keepQuiet({ parser }: Pick<Terminal, 'parser'>): QuietParser {
  const { begin } = boundSequences(parser, (address) => safeAddress(address) !== null);
  const state = { speaking: false, begin };
  const swallow = () => true;
  for (const id of questions) parser.registerCsiHandler(id, swallow);
  parser.registerCsiHandler({ final: 't' }, ([operation]) => !titleStack.includes(Number(operation)));
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, swallow);
  parser.registerEscHandler({ final: 'Z' }, swallow);
  for (const number of colourNumbers) parser.registerOscHandler(number, (data) => data.includes('?'));
  for (const number of ignoredNumbers) parser.registerOscHandler(number, swallow);
  // Told to report the focus, the emulator does so at once. The person did nothing then; only later changes are reported.
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => {
    if (modes.includes(1004)) {
      state.speaking = true;
      // A batch of bytes is parsed in one turn, in which no key can be pressed.
      queueMicrotask(() => {
        state.speaking = false;
      });
    }
    return false;
  });
  return state;
}

/** The address as a browser would open it; null for all that is not plain https, or too long to be read. */
export function safeAddress(address: string): string | null {
  if (address.length > longestAddress) return null;
  const url = URL.parse(address);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
}
