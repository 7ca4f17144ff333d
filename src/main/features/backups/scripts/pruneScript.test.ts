import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { marker, prepareScript, pruneScript } from './setScripts.ts';
import { runScript, scratchDirectory, shells } from './testScripts.ts';

const ids = ['20260101T000000Z-aaaa1111', '20260102T000000Z-bbbb2222', '20260103T000000Z-cccc3333'] as const;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

describe.each(shells)('sets that go, in $name', ({ words }) => {
  const setUp = () => {
    const { directory, sets } = scratchDirectory();
    made.push(directory);
    mkdirSync(sets, { recursive: true });
    writeFileSync(join(sets, marker), '');
    for (const id of ids) {
      mkdirSync(join(sets, id));
      writeFileSync(join(sets, id, 'manifest.json'), '{}');
      writeFileSync(join(sets, id, 'db.dump.gz'), 'x');
    }
    mkdirSync(join(directory, 'precious'));
    writeFileSync(join(directory, 'precious/file'), 'x');
    const prune = (wanted: readonly string[], at = sets) => runScript(words, pruneScript, { PH_SETS: at, PH_IDS: wanted.join('\n') }, directory);
    const left = () => readdirSync(sets).filter((name) => name !== marker);
    return { directory, sets, prune, left };
  };

  test('go with their files, and nothing else does', () => {
    const { prune, left, directory } = setUp();
    expect(prune([ids[0]])).toMatchObject({ code: 0, out: `gone ${ids[0]}\n` });
    expect(left()).toEqual([ids[1], ids[2]]);
    expect(prune([ids[0]])).toMatchObject({ code: 0, out: '' });
    expect(readdirSync(join(directory, 'precious'))).toEqual(['file']);
  });

  test('never all of them', () => {
    const { prune, left, sets } = setUp();
    expect(prune(ids)).toMatchObject({ code: 69, err: 'no whole set would be left\n' });
    rmSync(join(sets, ids[2], 'manifest.json'));
    expect(prune([ids[0], ids[1]]).code).toBe(69);
    expect(left()).toEqual([...ids]);
  });

  test.each(['..', '.', '/', '*', '../precious', `${ids[0]}/..`, `./${ids[0]}`, '20260101T000000Z-a b', '-rf', '20260101T000000Z-', '.new-x', marker])(
    'not what has no name of a set: %s',
    (name) => {
      const { prune, left, directory } = setUp();
      expect(prune([name]).code).toBe(64);
      expect(left()).toEqual([...ids]);
      expect(readdirSync(join(directory, 'precious'))).toEqual(['file']);
    },
  );

  test('not what a link leads to, be it the set or the directory of the sets', () => {
    const { prune, left, directory, sets } = setUp();
    const link = '20260104T000000Z-dddd4444';
    symlinkSync(join(directory, 'precious'), join(sets, link));
    expect(prune([link])).toMatchObject({ code: 65 });
    symlinkSync(sets, join(directory, 'other'));
    expect(prune([ids[0]], join(directory, 'other')).code).not.toBe(0);
    expect(left()).toEqual([...ids, link]);
    expect(readdirSync(join(directory, 'precious'))).toEqual(['file']);
  });

  test('not in a directory that was not made for backups, which is not made one either while it holds something', () => {
    const { prune, left, sets, directory } = setUp();
    rmSync(join(sets, marker));
    expect(prune([ids[0]]).code).toBe(67);
    expect(runScript(words, prepareScript, { PH_SETS: sets }, directory)).toMatchObject({ code: 67, err: expect.stringContaining('holds something else') });
    expect(left()).toEqual([...ids]);
    for (const place of ['/', '/etc', '/var/backups', `${sets}/..`, `${sets}/../shop`, 'relative/a/b']) expect(prune([ids[0]], place).code).toBe(64);
  });
});
