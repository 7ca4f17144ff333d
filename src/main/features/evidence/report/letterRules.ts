import type { LetterTest } from './pdfTextRules.ts';

/**
 * Which code points a TrueType font has letters for, by its `cmap` table.
 * Formats 4 and 12: https://learn.microsoft.com/typography/opentype/spec/cmap
 */
export function lettersOf(font: Buffer): LetterTest {
  const tables = font.readUInt16BE(4);
  for (let index = 0; index < tables; index += 1) {
    const entry = 12 + index * 16;
    if (font.toString('latin1', entry, entry + 4) === 'cmap') return readCmap(font, font.readUInt32BE(entry + 8));
  }
  throw new Error('a font without a cmap table');
}

function readCmap(font: Buffer, cmap: number): LetterTest {
  const ranges: [first: number, last: number][] = [];
  const seen = new Set<number>();
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index += 1) {
    const at = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    if (seen.has(at)) continue;
    seen.add(at);
    const format = font.readUInt16BE(at);
    if (format === 4) ranges.push(...readFormat4(font, at));
    if (format === 12) ranges.push(...readFormat12(font, at));
  }
  return (codePoint) => ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function* readFormat4(font: Buffer, at: number): Generator<[number, number]> {
  const count = font.readUInt16BE(at + 6) / 2;
  for (let index = 0; index < count; index += 1) {
    const last = font.readUInt16BE(at + 14 + index * 2);
    const first = font.readUInt16BE(at + 16 + count * 2 + index * 2);
    if (last !== 0xffff) yield [first, last];
  }
}

function* readFormat12(font: Buffer, at: number): Generator<[number, number]> {
  for (let index = 0; index < font.readUInt32BE(at + 12); index += 1) yield [font.readUInt32BE(at + 16 + index * 12), font.readUInt32BE(at + 20 + index * 12)];
}
