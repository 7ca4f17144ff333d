import { gib } from '../gpuFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, type LintRule, type LintSubject } from '../lintSubject.ts';
import { readMib } from '../shortForms.ts';

/** A swap file that takes most of a disk. */
export const swapRoom: LintRule = {
  id: 'swap-room',
  title: 'A swap file takes the disk that models and data need',
  why: '32 GB of swap on a disk of 50 leave nothing for images and models. Look at what is free first, and take a quarter of it at most.',
  traps: ['X-025'],
  *check(subject) {
    const room = roomOf(subject);
    for (const { text, file, line } of commandLines(subject.files)) {
      const size = swapMib(text);
      if (size === null || !/swap/i.test(text)) continue;
      if (room === null) {
        yield { unknown: `whether a swap file of ${gib(size)} fits: the free disk of the server is not known` };
        continue;
      }
      if (size <= room.mib / 4) continue;
      yield found(
        size > room.mib ? 'error' : 'warning',
        'X-025',
        { file, line },
        `A swap file of ${gib(size)} is ${Math.round((100 * size) / room.mib)} % of the ${gib(room.mib)} that ${room.whose} has.`,
        'Take a smaller one: 4 to 8 GiB are enough on a machine whose services have memory for themselves.',
      );
    }
  },
};

function swapMib(text: string): number | null {
  const fallocate = /\bfallocate\b.*?(?:-l|--length)[= ]*([0-9.]+\s*[KMGT]?i?B?)\b/i.exec(text)?.[1];
  if (fallocate !== undefined) return readMib(fallocate);
  const block = /\bdd\b.*\bbs=([0-9]+[KMGT]?)\b/i.exec(text)?.[1];
  const count = /\bcount=([0-9]+)/.exec(text)?.[1];
  const blockMib = readMib(block ?? null);
  return blockMib === null || count === undefined ? null : blockMib * Number(count);
}

function roomOf({ server, definition }: LintSubject): { mib: number; whose: string } | null {
  if (server !== null) return server.systemDiskFreeMib === null ? null : { mib: server.systemDiskFreeMib, whose: `${server.name} free` };
  const disk = definition?.advised?.storage.find(({ role }) => role === 'all' || role === 'system');
  return disk === undefined ? null : { mib: disk.gb * 953, whose: 'the disk of the machine that it is meant for' };
}
