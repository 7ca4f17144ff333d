/** No program needs a larger count; beyond it a single sequence would keep an emulator busy for minutes, or fill its memory. */
const largestCount = 4_096;
/** Each link is followed through all scrolling, which some of them bear and a hundred thousand do not. */
const mostLinks = 2_000;

/** As xterm names a sequence. */
interface Sequence {
  prefix?: string;
  intermediates?: string;
  final: string;
}

/** The part of an emulator's parser that is needed here; a handler that says true has swallowed the sequence. */
export interface SequenceParser {
  registerCsiHandler(id: Sequence, handler: (parameters: (number | number[])[]) => boolean): unknown;
  registerOscHandler(number: number, handler: (data: string) => boolean): unknown;
}

/** What repeats itself as often as it is told to. */
const counted: readonly Sequence[] = [
  ...['@', 'I', 'L', 'M', 'P', 'S', 'T', 'X', 'Z', 'b'].map((final) => ({ final })),
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
];

/**
 * Takes from an emulator the sequences that would stop it: counts beyond all sense, and links without number. `isLink` says which addresses
 * may be links at all; the text of others is shown as it is. The result is told when the screen begins anew, without its links.
 */
export function boundSequences(parser: SequenceParser, isLink: (address: string) => boolean): { begin(): void } {
  let links = 0;
  for (const id of counted) parser.registerCsiHandler(id, ([count]) => typeof count === 'number' && count > largestCount);
  parser.registerOscHandler(8, (data) => {
    const address = data.slice(data.indexOf(';') + 1);
    if (address === '') return false;
    links += 1;
    return links > mostLinks || !isLink(address);
  });
  return {
    begin() {
      links = 0;
    },
  };
}
