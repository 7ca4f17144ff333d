/** The last number in a name, with what stands before and after it. */
const numbered = /^(.*?)(\d+)(\D*)$/;

interface Kind {
  before: string;
  after: string;
  numbers: Set<string>;
}

/**
 * Writes names shortly: those that differ in their last number alone share one word, as in `gpu-[01-03,07]`. In the order in which each
 * kind comes first; numbers keep their zeros.
 */
export function foldNames(names: readonly string[]): string {
  const parts = names.map((name) => {
    const [, before = '', digits = '', after = ''] = numbered.exec(name) ?? ['', name];
    return { before, digits, after };
  });
  const place = ({ before, after }: { before: string; after: string }) => JSON.stringify([before, after]);
  // Where one number of a width has zeros in front, all of that width belong together and to no other.
  const padded = new Set(parts.filter(({ digits }) => digits.length > 1 && digits.startsWith('0')).map((part) => `${place(part)}${part.digits.length}`));
  const kinds = new Map<string, Kind>();
  for (const { before, digits, after } of parts) {
    const width = `${place({ before, after })}${digits.length}`;
    const key = digits === '' || padded.has(width) ? width : `${place({ before, after })}-`;
    const kind: Kind = kinds.get(key) ?? { before, after, numbers: new Set() };
    kinds.set(key, kind);
    if (digits !== '') kind.numbers.add(digits);
  }
  return [...kinds.values()].map(written).join(',');
}

function written({ before, after, numbers }: Kind): string {
  const ordered = [...numbers].sort((a, b) => Number(BigInt(a) - BigInt(b)));
  if (ordered.length < 2) return `${before}${ordered[0] ?? ''}${after}`;
  const ranges: { from: string; to: string }[] = [];
  for (const number of ordered) {
    const last = ranges.at(-1);
    if (last !== undefined && BigInt(number) === BigInt(last.to) + 1n) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return `${before}[${ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(',')}]${after}`;
}
