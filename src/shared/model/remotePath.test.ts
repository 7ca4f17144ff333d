import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolutePathSchema, entryNameSchema, inDirectory, nameOf, parentOf, pathBytes, pathFromBytes, tidyPath, visibleName } from './remotePath.ts';

describe('names of any bytes', () => {
  it('come back as they were, through JSON too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = pathFromBytes(bytes);
        expect([...pathBytes(text)]).toEqual([...bytes]);
        expect([...pathBytes(JSON.parse(JSON.stringify(text)))]).toEqual([...bytes]);
      }),
    );
  });

  it('stay readable where they are UTF-8', () => {
    expect(pathFromBytes(Buffer.from('größe 日本 😀.txt'))).toBe('größe 日本 😀.txt');
    expect(pathFromBytes(Buffer.from([0x61, 0xff, 0xc3, 0xa4, 0xc3]))).toBe('a\udcffä\udcc3');
  });

  it('do not mistake the second half of a real character for a byte', () => {
    const text = 'x😀y𝄞';
    expect(Buffer.from(pathBytes(text)).toString('utf8')).toBe(text);
  });
});

describe('what is shown of a name', () => {
  it('moves no cursor, turns no line, hides nothing', () => {
    expect(visibleName('a\u001b[2Jb')).toBe('a\\x1b[2Jb');
    expect(visibleName('line\nline\ttab\u007f\u009b')).toBe('line\\x0aline\\x09tab\\x7f\\x9b');
    expect(visibleName('photo\u202egpj.exe')).toBe('photo\\u202egpj.exe');
    expect(visibleName('a\u200bb\ufeff')).toBe('a\\u200bb\\ufeff');
    expect(visibleName(pathFromBytes(Buffer.from([0x66, 0x80, 0xfe])))).toBe('f\\x80\\xfe');
    expect(visibleName('größe 日本 😀.txt')).toBe('größe 日本 😀.txt');
  });

  it('holds no control character, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
        expect(visibleName(pathFromBytes(bytes))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

describe('paths', () => {
  it('fall into directory and name', () => {
    expect([nameOf('/etc/hosts'), nameOf('/etc/'), nameOf('/'), nameOf('a')]).toEqual(['hosts', 'etc', '', 'a']);
    expect([parentOf('/etc/hosts'), parentOf('/etc/'), parentOf('/')]).toEqual(['/etc', '/', '/']);
    expect([inDirectory('/', 'etc'), inDirectory('/etc/', 'hosts')]).toEqual(['/etc', '/etc/hosts']);
    expect([tidyPath('//etc/./x/../hosts/'), tidyPath('/../..'), tidyPath('')]).toEqual(['/etc/hosts', '/', '/']);
  });

  it('are refused where they could be something else', () => {
    expect(absolutePathSchema.safeParse('etc').success).toBe(false);
    expect(absolutePathSchema.safeParse('/a\0b').success).toBe(false);
    for (const name of ['', '.', '..', 'a/b', 'a\0']) expect(entryNameSchema.safeParse(name).success).toBe(false);
    for (const name of ['-rf', '...', ' ', 'a\nb', '\udcff']) expect(entryNameSchema.safeParse(name).success).toBe(true);
  });
});
