import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CollectedOutput, heldBytes, OutputCollector } from './collectOutput.ts';

function collect(...pieces: (string | Uint8Array)[]): CollectedOutput {
  const collector = new OutputCollector();
  for (const piece of pieces) collector.take(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return collector.end();
}

it('counts bytes and lines, whether or not the last line has an end', () => {
  expect(collect('one\ntw', 'o\n').printed).toEqual({ text: 'one\ntwo\n', bytes: 8, lines: 2, cut: false });
  expect(collect('one\ntwo').printed.lines).toBe(2);
  expect(collect().printed).toEqual({ text: '', bytes: 0, lines: 0, cut: false });
});

it('is the same however the bytes were cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, at) => {
      expect(collect(bytes.subarray(0, at), bytes.subarray(at))).toEqual(collect(bytes));
    }),
  );
});

it('takes line ends and colours for no difference, and tells of it', () => {
  const [plain, coloured] = [collect('ok\n'), collect('\u001b[32mok\u001b[0m\r\n')];
  expect(coloured.digest).toBe(plain.digest);
  expect(coloured.exactDigest).not.toBe(plain.exactDigest);
  expect(collect('no\n').digest).not.toBe(plain.digest);
});

it('shows NULs, broken UTF-8 and escape sequences as text', () => {
  const { printed } = collect(Uint8Array.from([0, 0xff, 0x1b, 0x5b, 0x41, 0x0a]));
  expect(printed).toEqual({ text: '\u0000\ufffd\u001b[A\n', bytes: 6, lines: 1, cut: false });
});

it('holds the beginning of a line of 10 MB, and tells such lines apart by all of their bytes', () => {
  const line = (end: string) => [...Array.from({ length: 640 }, () => Buffer.alloc(16 * 1024, 'x')), end];
  const one = collect(...line('a'));
  expect(one.printed).toMatchObject({ bytes: 10 * 1024 * 1024 + 1, lines: 1, cut: true });
  expect(one.text.length).toBe(heldBytes);
  expect(JSON.stringify(one.printed).length).toBeLessThan(13 * 1024);
  expect(collect(...line('a')).digest).toBe(one.digest);
  expect(collect(...line('b')).digest).not.toBe(one.digest);
});
