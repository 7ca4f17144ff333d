import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestFollower } from './testFollower.ts';

let directory = '';
let path = '';
let follower: TestFollower | null = null;

const follow = (more: [string, ...string[]][] = [], tail = 1_000_000) => {
  follower = new TestFollower([['file', path], ['follow', '1'], ['tail', String(tail)], ...more]);
  follower.start();
  return follower;
};
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

/** Renames `path` to `.1`, that to `.2`, and so on; what was `.keep` goes. */
function rotate(keep: number): void {
  if (existsSync(`${path}.${keep}`)) unlinkSync(`${path}.${keep}`);
  for (let number = keep - 1; number >= 1; number -= 1) if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  renameSync(path, `${path}.1`);
  writeFileSync(path, '');
}

/** Where a line is not the one that should follow. */
const firstWrong = (lines: readonly string[]) => lines.findIndex((line, index) => line !== `line ${index + 1}`);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'follower-'));
  path = join(directory, 'app.log');
  writeFileSync(path, '');
});
afterEach(async () => {
  await follower?.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe('a file that is followed', () => {
  test('through a storm of rotations: every line once and in order', async () => {
    const follows = follow();
    let written = 0;
    let rotations = 0;
    for (; rotations < 300; rotations += 1) {
      const count = 1 + ((rotations * 37) % 120);
      appendFileSync(path, text(numbers(written + 1, written + count)));
      written += count;
      rotate(100);
      await delay(3);
    }
    await follows.until(() => follows.lines.length >= written);
    console.log(`rotations ${rotations}, lines ${follows.lines.length} of ${written}, gaps ${follows.gaps.length}`);
    expect([follows.lines.length, firstWrong(follows.texts()), follows.gaps]).toEqual([written, -1, []]);
  });

  test('through rotations by a follower that is killed again and again', async () => {
    const follows = follow();
    let written = 0;
    for (let round = 0; round < 150; round += 1) {
      const count = 1 + ((round * 53) % 200);
      appendFileSync(path, text(numbers(written + 1, written + count)));
      written += count;
      if (round % 3 === 0) rotate(100);
      if (round % 5 === 0) {
        await follows.kill();
        follows.start();
      }
      await delay(round % 7);
    }
    await follows.until(() => follows.lines.length >= written);
    console.log(`runs ${follows.runs}, lines ${follows.lines.length} of ${written}, gaps ${follows.gaps.length}`);
    expect([follows.lines.length, firstWrong(follows.texts()), follows.gaps]).toEqual([written, -1, []]);
  });

  test('whose writer goes on in the renamed file for a moment', async () => {
    const follows = follow();
    appendFileSync(path, text(numbers(1, 3)));
    await follows.until(() => follows.lines.length === 3);
    rotate(3);
    await delay(100);
    appendFileSync(`${path}.1`, text(numbers(4, 5)));
    await follows.until(() => follows.lines.length === 5);
    appendFileSync(path, text(numbers(6, 7)));
    await follows.until(() => follows.lines.length === 7);
    expect(follows.texts()).toEqual(numbers(1, 7));
    expect(follows.gaps).toEqual([]);
  });

  test('that is copied and emptied: what only the copy holds is read from there', async () => {
    const follows = follow();
    appendFileSync(path, text(numbers(1, 3)));
    await follows.until(() => follows.lines.length === 3);
    await follows.kill();
    appendFileSync(path, text(numbers(4, 6)));
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, text(numbers(7, 20)));
    follows.start();
    await follows.until(() => follows.lines.length === 20);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, text(numbers(21, 22)));
    await follows.until(() => follows.lines.length === 22);
    expect(follows.texts()).toEqual(numbers(1, 22));
    expect(follows.gaps).toEqual([]);
  });

  test('that was packed while nobody followed', async () => {
    const follows = follow();
    appendFileSync(path, text(numbers(1, 500)));
    await follows.until(() => follows.lines.length === 500);
    await follows.kill();
    appendFileSync(path, text(numbers(501, 900)));
    rotate(3);
    writeFileSync(`${path}.1.gz`, gzipSync(text(numbers(1, 900))));
    unlinkSync(`${path}.1`);
    appendFileSync(path, text(numbers(901, 902)));
    follows.start();
    await follows.until(() => follows.lines.length === 902);
    expect([firstWrong(follows.texts()), follows.gaps]).toEqual([-1, []]);
  });

  test('that is gone when it is taken up again: one mark, and then what there is', async () => {
    const follows = follow();
    appendFileSync(path, text(numbers(1, 3)));
    await follows.until(() => follows.lines.length === 3);
    await follows.kill();
    for (let number = 0; number < 4; number += 1) {
      appendFileSync(path, text([`lost ${number}`]));
      rotate(2);
    }
    appendFileSync(path, text(numbers(8, 9)));
    follows.start();
    await follows.until(() => follows.lines.at(-1)?.text === 'line 9');
    expect(follows.gaps).toEqual(['the log was rotated away before it could be read on']);
    expect(follows.texts()).toEqual([...numbers(1, 3), 'lost 2', 'lost 3', ...numbers(8, 9)]);
  });

  test('another file with its number is not taken for it', async () => {
    const follows = follow();
    appendFileSync(path, text(numbers(1, 3)));
    await follows.until(() => follows.lines.length === 3);
    await follows.kill();
    truncateSync(path);
    appendFileSync(path, text(['other 1', 'other 2', 'other 3', 'other 4']));
    follows.start();
    await follows.until(() => follows.lines.at(-1)?.text === 'other 4');
    expect(follows.gaps).toHaveLength(1);
    expect(follows.texts().slice(3)).toEqual(['other 1', 'other 2', 'other 3', 'other 4']);
  });

  test('that is not there yet, and has long lines and one without an end', async () => {
    unlinkSync(path);
    const follows = follow();
    await follows.until(() => follows.caught === 1);
    appendFileSync(path, `${'x'.repeat(40_000)}\nshort\nwithout an`);
    await follows.until(() => follows.texts().includes('short'));
    appendFileSync(path, ' end\n');
    await follows.until(() => follows.texts().includes('without an end'));
    const long = follows.lines.slice(0, follows.texts().indexOf('short'));
    expect(long.map((line) => line.text).join('')).toBe('x'.repeat(40_000));
    expect(long.map(({ more }) => more)).toEqual([...long.slice(1).map(() => true), false]);
  });
});

describe('where it begins', () => {
  test('with the last lines, over rotated and packed files', async () => {
    writeFileSync(`${path}.2.gz`, gzipSync(text(numbers(1, 10))));
    writeFileSync(`${path}.1`, text(numbers(11, 15)));
    writeFileSync(path, text(numbers(16, 18)));
    for (const [tail, first] of [
      [2, 17],
      [3, 16],
      [4, 15],
      [9, 10],
      [50, 1],
    ] as const) {
      const ends = new TestFollower([
        ['file', path],
        ['tail', String(tail)],
      ]);
      ends.start();
      await ends.ended();
      expect([tail, ends.texts()]).toEqual([tail, numbers(first, 18)]);
    }
  });

  test('with none of them, and then what comes', async () => {
    writeFileSync(path, text(numbers(1, 3)));
    const follows = follow([], 0);
    await follows.until(() => follows.caught === 1);
    appendFileSync(path, text(numbers(4, 4)));
    await follows.until(() => follows.lines.length > 0);
    expect(follows.texts()).toEqual(['line 4']);
  });
});

/** A `docker` that has one container with a log file, and one that is kept. */
function standInDocker(): { log: string; environment: NodeJS.ProcessEnv; id: string } {
  const id = 'a'.repeat(64);
  const log = join(directory, 'c', `${id}-json.log`);
  mkdirSync(join(directory, 'bin'));
  mkdirSync(join(directory, 'c'));
  const script = `#!/bin/sh
case $1 in
  ps) [ ! -e ${directory}/gone ] && echo ${id}; exit 0 ;;
  inspect) printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' ${id} running json-file ${log} /ph-shop-web-1 '"ph-shop"' '"web"' ;;
  events) while [ ! -e ${directory}/gone ]; do sleep 0.1; done; echo destroy ${id}; sleep 60 ;;
esac
`;
  writeFileSync(join(directory, 'bin/docker'), script, { mode: 0o755 });
  return { id, log, environment: { ...process.env, PATH: `${join(directory, 'bin')}:${process.env['PATH']}` } };
}

const json = (line: string, at: string) => `${JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: at })}\n`;

describe('containers', () => {
  test('lines since a moment are found by their times', async () => {
    const { log, environment } = standInDocker();
    const at = (index: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, 0) + index * 1000).toISOString();
    writeFileSync(log, Array.from({ length: 5000 }, (_, index) => json(`line ${index}`, at(index))).join(''));
    const since = new TestFollower([
      ['stack', 'shop'],
      ['since', String(Date.UTC(2026, 10, 21, 13, 0, 0) / 1000)],
    ]);
    since.start(environment);
    await since.ended();
    const first = since.lines.findIndex(({ atMs }) => atMs >= Date.UTC(2026, 10, 21, 13, 0, 0));
    expect(since.lines.slice(first).map((line) => line.text)).toEqual(Array.from({ length: 1400 }, (_, index) => `line ${3600 + index}`));
    expect(first).toBeLessThan(60);
    expect([...since.sources.values()]).toMatchObject([{ kind: 'container', stack: 'shop', name: 'web', container: 'aaaaaaaaaaaa', format: 'json' }]);
  });

  test('one that is removed is read to its end, and on in what was kept of it', async () => {
    const { log, environment, id } = standInDocker();
    writeFileSync(log, json('line 1', '2026-11-21T12:00:00Z'));
    const state = join(directory, 'state');
    const follows = new TestFollower([
      ['stack', 'shop'],
      ['follow', '1'],
      ['state', state],
    ]);
    follower = follows;
    follows.start(environment);
    await follows.until(() => follows.lines.length === 1);
    const kept = join(state, 'logs/ph-shop', id);
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, 'meta'), 'name=ph-shop-web-1\nservice=web\nformat=json\n');
    copyFileSync(log, join(kept, '000001'));
    appendFileSync(join(kept, '000001'), json('line 2', '2026-11-21T12:00:01Z'));
    writeFileSync(join(kept, '000002'), json('line 3', '2026-11-21T12:00:02Z'));
    rmSync(join(directory, 'c'), { recursive: true });
    writeFileSync(join(directory, 'gone'), '');
    await follows.until(() => follows.sources.get(`c/${id}`)?.state === 'saved');
    expect(follows.texts()).toEqual(numbers(1, 3));
    expect(follows.gaps).toEqual([]);
    const after = new TestFollower([
      ['stack', 'shop'],
      ['state', state],
      ['tail', '2'],
    ]);
    after.start(environment);
    await after.ended();
    expect(after.texts()).toEqual(numbers(2, 3));
  });
});
