import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FileWriter, hashPrefix, readChunks, sha256OfFile } from './localFile.ts';
import { hashSource } from './sourceHash.ts';

const directory = mkdtempSync(join(tmpdir(), 'ph-local-'));
const path = join(directory, 'file');
const bytes = randomBytes(20 * 1024 * 1024 + 7);
const sum = (part: Uint8Array) => createHash('sha256').update(part).digest('hex');
writeFileSync(path, bytes);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

it('is read whole, or from and to a place, each chunk good for as many turns as there are', async () => {
  await withFile(async (file) => {
    const whole: Buffer[] = [];
    for await (const chunk of readChunks(file, 0)) whole.push(chunk);
    expect(Buffer.compare(Buffer.concat(whole), bytes)).toBe(0);
    const turns = 5;
    const held: { chunk: Buffer; sum: string }[] = [];
    let at = 1_000_003;
    for await (const chunk of readChunks(file, at, 9_000_000, turns)) {
      expect(Buffer.compare(chunk, bytes.subarray(at, at + chunk.length))).toBe(0);
      at += chunk.length;
      held.push({ chunk, sum: sum(chunk) });
      // All but the one that is being read into by now.
      for (const each of held.slice(-(turns - 1))) expect(sum(each.chunk)).toBe(each.sum);
    }
    expect(at).toBe(9_000_000);
  });
});

it('has one checksum, of a beginning and of the whole, in this thread and in another', async () => {
  expect(await sha256OfFile(path)).toBe(sum(bytes));
  await withFile(async (file) => {
    expect((await hashPrefix(file, 12_345))?.digest('hex')).toBe(sum(bytes.subarray(0, 12_345)));
    expect(await hashPrefix(file, bytes.length + 1)).toBeNull();
    for (const size of [5_000_000, bytes.length]) {
      for (const prefix of [0, 1, 3_000_000]) {
        const hash = hashSource(file, path, prefix, size);
        expect(await hash.prefix()).toBe(sum(bytes.subarray(0, prefix)));
        hash.update(bytes.subarray(prefix, size));
        expect(await hash.whole()).toBe(sum(bytes.subarray(0, size)));
        hash.close();
        const anew = hashSource(file, path, prefix, size);
        await anew.prefix();
        anew.anew();
        anew.update(bytes.subarray(0, size));
        expect(await anew.whole()).toBe(sum(bytes.subarray(0, size)));
        anew.close();
      }
    }
    const short = hashSource(file, path, 0, bytes.length + 1);
    expect(await short.whole()).toBeNull();
  });
});

it('is written in order, and what the disk refuses is thrown', async () => {
  const target = join(directory, 'written');
  const file = await open(target, 'w');
  const writer = new FileWriter(file, 0);
  for (let at = 0; at < bytes.length; at += 70_001) await writer.write(bytes.subarray(at, at + 70_001));
  await writer.finish();
  await file.close();
  expect(Buffer.compare(readFileSync(target), bytes)).toBe(0);
  const full = await open('/dev/full', 'w');
  const failing = new FileWriter(full, 0);
  expect(failing.write(Buffer.alloc(10))).toBeUndefined();
  await expect(failing.finish()).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(() => failing.write(Buffer.alloc(1))).toThrow('ENOSPC');
  await full.close();
});
