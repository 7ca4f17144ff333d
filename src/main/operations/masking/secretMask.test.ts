import { array, constantFrom, assert as forAll, integer, property, string, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodingsOf } from './encodingRules.ts';
import { maskText, SecretHold, SecretMask } from './secretMask.ts';

const secretText = string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter((value) => [...value].length >= 8);

/** Ways of writing a value down, made by other means than those under test. */
const ways: Record<string, (value: string, pad: string) => string> = {
  plain: (value) => value,
  url: (value) => encodeURIComponent(value),
  form: (value) => new URLSearchParams({ v: value }).toString().slice(2),
  'base64 of what stands before it too': (value, pad) => Buffer.from(pad + value).toString('base64'),
  'base64 for addresses': (value, pad) => Buffer.from(`${pad + value}~~`).toString('base64url'),
  json: (value) => JSON.stringify({ deep: [value] }),
  'ascii json': (value) => JSON.stringify(value).replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'single quotes': (value) => `'${value.replaceAll("'", "'\\''")}'`,
  hex: (value) => Buffer.from(value).toString('hex'),
  'upper hex': (value) => Buffer.from(value).toString('hex').toUpperCase(),
};

/** Writes the text in chunks that are cut at these places. */
function inChunks(mask: SecretMask, bytes: Uint8Array, cuts: readonly number[]): { text: string; taken: number } {
  const hold = new SecretHold(mask);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts: Uint8Array[] = [];
  let from = 0;
  let taken = 0;
  for (const to of [...places, bytes.length]) {
    const shown = hold.take(bytes.subarray(from, to));
    parts.push(Buffer.from(shown.shown));
    taken += shown.taken;
    from = to;
  }
  const last = hold.rest();
  return { text: Buffer.concat([...parts, last.shown]).toString('utf8'), taken: taken + last.taken };
}

describe('a secret in output', () => {
  test.each(Object.keys(ways))('is masked: %s, wherever the output is cut', (way) => {
    forAll(
      property(
        secretText,
        string({ maxLength: 12 }),
        string({ maxLength: 5 }),
        array(integer({ min: 0, max: 400 }), { maxLength: 6 }),
        (value, around, pad, cuts) => {
          const mask = new SecretMask();
          mask.add(value);
          const written = ways[way]?.(value, pad) ?? '';
          const whole = `${around}|${written}|${around}`;
          const { text, taken } = inChunks(mask, Buffer.from(whole), cuts);
          expect(taken).toBe(Buffer.byteLength(whole));
          expect(text).toContain(maskText);
          for (const form of encodingsOf(value)) expect(Buffer.from(text).includes(Buffer.from(form))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('however it is cut, the same is written', () => {
    forAll(
      property(
        array(tuple(secretText, constantFrom(...Object.keys(ways))), { minLength: 1, maxLength: 6 }),
        array(integer({ min: 0, max: 2000 }), { maxLength: 30 }),
        (secrets, cuts) => {
          const mask = new SecretMask();
          for (const [value] of secrets) mask.add(value);
          const whole = secrets.map(([value, way]) => `line ${ways[way]?.(value, 'x')}\n`).join('');
          expect(inChunks(mask, Buffer.from(whole), cuts).text).toBe(mask.text(whole));
        },
      ),
    );
  });

  test('bytes without a secret come through as they are', () => {
    const mask = new SecretMask();
    mask.add('correct horse battery');
    forAll(
      property(uint8Array({ maxLength: 300 }), array(integer({ min: 0, max: 300 }), { maxLength: 5 }), (bytes, cuts) => {
        const hold = new SecretHold(mask);
        const first = hold.take(bytes.subarray(0, (cuts[0] ?? 0) % (bytes.length + 1)));
        const second = hold.take(bytes.subarray((cuts[0] ?? 0) % (bytes.length + 1)));
        expect(Buffer.concat([first.shown, second.shown, hold.rest().shown])).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('secrets that overlap, or begin alike, leave nothing of each other', () => {
    const mask = new SecretMask();
    for (const value of ['abcdefgh', 'efghijkl', 'abcdefghijkl-long']) mask.add(value);
    expect(mask.text('<abcdefghijkl>')).toBe(`<${maskText}>`);
    expect(mask.text('<abcdefghijkl-long>')).toBe(`<${maskText}>`);
    expect(inChunks(mask, Buffer.from('<abcdefghijkl>'), [1, 5, 9, 10]).text).toBe(`<${maskText}>`);
    expect(mask.text('abcdefghabcdefgh')).toBe(maskText + maskText);
  });

  test('a line of a value of several lines is masked by itself; words are not', () => {
    const mask = new SecretMask();
    mask.add('-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASC\n-----END KEY-----\n');
    mask.add('abc');
    expect(mask.text('read MIIEvQIBADANBgkqhkiG9w0BAQEF')).toBe(`read ${maskText}`);
    expect(mask.text('abc AASC')).toBe('abc AASC');
  });

  test('data is masked through and through', () => {
    const mask = new SecretMask();
    mask.add('hunter2-hunter2');
    expect(mask.data({ a: ['x hunter2-hunter2', 1, null], b: { c: 'hunter2-hunter2' } })).toEqual({ a: [`x ${maskText}`, 1, null], b: { c: maskText } });
  });
});

test('looking through 10 MB for 60 secrets takes less than a second', () => {
  const mask = new SecretMask();
  for (let index = 0; index < 60; index += 1) mask.add(`secret-${index}-${'value'.repeat(3)}${index * 7919}`);
  const line = '2025-11-20T10:00:00Z INFO request served path=/v1/chat/completions tenant=41 ms=182 sec secr secret- aGVsbG8gd29ybGQ=\n';
  const chunk = Buffer.from(line.repeat(Math.ceil(65_536 / line.length)));
  const hold = new SecretHold(mask);
  const chunks = Math.ceil((10 * 1024 * 1024) / chunk.length);
  for (let index = 0; index < 10; index += 1) hold.take(chunk);
  const before = process.cpuUsage();
  for (let index = 0; index < chunks; index += 1) hold.take(chunk);
  const ms = (process.cpuUsage(before).user + process.cpuUsage(before).system) / 1000;
  console.log(`masking 10 MB with 60 secrets: ${Math.round(ms)} ms of CPU, ${Math.round(10_000 / ms)} MB/s`);
  expect(ms).toBeLessThan(1000);
});
