import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextForm } from '../../../shared/contract/files.ts';
import { decodeText, encodeText } from './textRules.ts';

const form = (bytes: Buffer) => decodeText(bytes)?.form;

describe('text of a file', () => {
  it('is recognised by its bytes', () => {
    expect(form(Buffer.from('grüße\n'))).toEqual({ encoding: 'utf-8', lineEnds: 'lf' });
    expect(form(Buffer.from(''))).toEqual({ encoding: 'utf-8', lineEnds: 'lf' });
    expect(form(Buffer.from('\ufeffa\r\nb\r\n'))).toEqual({ encoding: 'utf-8-bom', lineEnds: 'crlf' });
    expect(form(Buffer.from('\ufeffa\n', 'utf16le'))).toEqual({ encoding: 'utf-16le', lineEnds: 'lf' });
    expect(form(Buffer.from('\ufeffa\n', 'utf16le').swap16())).toEqual({ encoding: 'utf-16be', lineEnds: 'lf' });
    expect(form(Buffer.from('gr\u00fc\u00dfe\n', 'latin1'))).toEqual({ encoding: 'latin1', lineEnds: 'lf' });
    expect(form(Buffer.from('one\r\ntwo\n'))).toEqual({ encoding: 'utf-8', lineEnds: 'mixed' });
    expect(form(Buffer.from('one\rtwo'))).toEqual({ encoding: 'utf-8', lineEnds: 'mixed' });
  });

  it('is none where it could not be saved as it was', () => {
    expect(decodeText(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x02, 0x01, 0x01, 0x00]))).toBeNull();
    expect(decodeText(Buffer.from('text with \0 in it'))).toBeNull();
    expect(decodeText(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBeNull();
    expect(decodeText(Buffer.from([0xff, 0xfe, 0x61]))).toMatchObject({ form: { encoding: 'latin1' } });
  });

  it('shows no marks and one kind of line end, and keeps the last line as it is', () => {
    expect(decodeText(Buffer.from('\ufeffa\r\nb'))?.text).toBe('a\nb');
    expect(decodeText(Buffer.from('a\r\nb\r\n'))?.text).toBe('a\nb\n');
    expect(decodeText(Buffer.from('a\r\nb\n'))?.text).toBe('a\r\nb\n');
  });

  it('comes back byte for byte when nothing was changed', () => {
    const texts = fc.array(fc.constantFrom('a', 'ü', '😀', '\n', '\r\n', '\r', '\t', ' ', '\u001b[1m'), { maxLength: 30 }).map((parts) => parts.join(''));
    const encodings = fc.constantFrom<TextForm['encoding']>('utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be');
    fc.assert(
      fc.property(texts, encodings, (text, encoding) => {
        const bytes = encodeText(text, { encoding, lineEnds: 'lf' }) ?? expect.fail('not encoded');
        const read = decodeText(bytes) ?? expect.fail(`not text: ${JSON.stringify(text)}`);
        expect(encodeText(read.text, read.form)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = decodeText(bytes);
        if (read !== null) expect([...(encodeText(read.text, read.form) ?? [])]).toEqual([...bytes]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is not squeezed into an encoding that lacks a character', () => {
    expect(encodeText('€', { encoding: 'latin1', lineEnds: 'lf' })).toBeNull();
    expect(encodeText('ü\nx', { encoding: 'latin1', lineEnds: 'crlf' })).toEqual(Buffer.from('\xfc\r\nx', 'latin1'));
  });
});
