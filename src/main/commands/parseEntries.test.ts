import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEntries } from './parseEntries.ts';

const output = (path: string, ...entries: [string, string, string | Buffer][]) =>
  Buffer.concat([
    Buffer.from(`${path}\0`),
    ...entries.map(([facts, link, name]) => Buffer.concat([Buffer.from(`${facts.replaceAll(' ', '\t')}\0${link}\0`), Buffer.from(name), Buffer.from('\0')])),
  ]);

describe('entries of a directory', () => {
  it('are read as GNU find 4.9 prints them', () => {
    const parsed = parseEntries(
      output(
        '/etc',
        ['f 220 640 root adm 1760000000.1234567890 f', '', 'hosts'],
        ['d 4096 1777 root root 1760000001.0000000000 d', '', 'tmp'],
        ['l 9 777 root root 1760000002.5 d', 'some dir/', 'link to dir'],
        ['l 9 777 root root 1760000002.5 N', 'gone', 'dangling'],
        ['l 9 777 root root 1760000002.5 L', 'loop', 'loop'],
        ['p 0 600 root root 1760000002.5 p', '', 'pipe'],
      ),
      100,
    );
    expect(parsed?.path).toBe('/etc');
    expect(parsed?.total).toBe(6);
    expect(parsed?.entries[0]).toEqual({
      ...{ path: 'hosts', type: 'file', sizeBytes: 220, mode: 0o640, owner: 'root', group: 'adm', mtimeMs: 1_760_000_000_123, link: null },
    });
    expect(parsed?.entries.map((entry) => [entry.type, entry.link?.leadsTo])).toEqual([
      ['file', undefined],
      ['directory', undefined],
      ['link', 'directory'],
      ['link', 'nothing'],
      ['link', 'nothing'],
      ['other', undefined],
    ]);
    expect(parsed?.entries[1]?.mode).toBe(0o1777);
  });

  it("are read as busybox 1.35's stat tells them", () => {
    const parsed = parseEntries(
      output(
        '/srv',
        ['x 81a4 12 app users 1760000000 -', '', 'file'],
        ['x 41ed 4096 app users 1760000000 -', '', 'dir'],
        ['x a1ff 4 app users 1760000000 d', 'dir', 'link'],
      ),
      100,
    );
    expect(parsed?.entries.map(({ type, mode, link }) => ({ type, mode, link }))).toEqual([
      { type: 'file', mode: 0o644, link: null },
      { type: 'directory', mode: 0o755, link: null },
      { type: 'link', mode: 0o777, link: { text: 'dir', leadsTo: 'directory' } },
    ]);
  });

  it('keep names of any bytes, and are counted beyond the limit', () => {
    const parsed = parseEntries(
      output('/', ['f 1 600 a b 1 f', '', Buffer.from([0x0a, 0xff, 0x1b])], ['f 1 600 a b 1 f', '', 'two'], ['f 1 600 a b 1 f', '', 'three']),
      2,
    );
    expect(parsed?.entries.map((entry) => entry.path)).toEqual(['\n\udcff\u001b', 'two']);
    expect(parsed?.total).toBe(3);
  });

  it('come to nothing, not to harm, from anything else', () => {
    expect(parseEntries(Buffer.from(''), 10)).toBeNull();
    expect(parseEntries(Buffer.from('no NUL at all'), 10)).toBeNull();
    expect(
      parseEntries(output('/', ['garbage', '', 'x'], ['f -1 600 a b 1 f', '', 'y'], ['f 1 999 a b 1 f', '', 'z'], ['f 1 600 a b nonsense f', '', 'w']), 10)
        ?.entries,
    ).toMatchObject([{ path: 'w', mtimeMs: 0 }]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseEntries(bytes, 5);
        expect(parsed === null || parsed.entries.length <= 5).toBe(true);
      }),
    );
  });
});
