import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ActivityRecord } from '../../../shared/model/activity.ts';
import { firstPrev, hashOf, makeLine, readLine } from './ledgerLine.ts';
import { type Verdict, verifyLines } from './verifyRules.ts';

const keys = { ada: generateKeyPairSync('ed25519'), eve: generateKeyPairSync('ed25519') };
const signWith = (who: keyof typeof keys) => (text: string) => sign(null, Buffer.from(text), keys[who].privateKey).toString('base64');
const check = ({ key, text, signature }: { key: string; text: string; signature: string }): Verdict =>
  key !== 'ada' ? 'unknown-key' : verify(null, Buffer.from(text), keys.ada.publicKey, Buffer.from(signature, 'base64')) ? 'good' : 'bad';

function ledger(count: number, change: (seq: number) => Partial<ActivityRecord> & { by?: keyof typeof keys } = () => ({})): string[] {
  const lines: string[] = [];
  let prev = firstPrev;
  for (let seq = 1; seq <= count; seq += 1) {
    const entry = { atMs: seq, who: 'Ada', action: 'servers.edit', outcome: 'done' as const, what: `Changed server gpu-${seq}`, servers: [] };
    const { by = 'ada', ...other } = change(seq);
    const line = makeLine({ chain: 'laptop-1', entry, key: 'ada', prev, seq, ...other }, signWith(by));
    lines.push(line);
    prev = hashOf(line);
  }
  return lines;
}
const headOf = (lines: readonly string[]) => ({ chain: 'laptop-1', seq: lines.length, hash: hashOf(lines.at(-1) ?? '') });
const found = (lines: readonly string[], heads = [headOf(ledger(5))]) => verifyLines(lines, check, heads).map(({ kind, line, seq }) => ({ kind, line, seq }));
const without = (lines: readonly string[], ...numbers: number[]) => lines.filter((_, index) => !numbers.includes(index + 1));

test('a ledger as it was written has nothing wrong with it, and neither has one that went on after its head was noted', () => {
  expect(found(ledger(5))).toEqual([]);
  expect(found(ledger(9), [headOf(ledger(5))])).toEqual([]);
  expect(found([], [])).toEqual([]);
});

test('a changed record is named, and nothing else', () => {
  const lines = ledger(5);
  lines[2] = (lines[2] ?? '').replace('gpu-3', 'gpu-9');
  expect(found(lines)).toEqual([{ kind: 'changed', line: 3, seq: 3 }]);
});

test('a changed last record is named by itself and by the head that was noted', () => {
  const lines = ledger(5);
  lines[4] = (lines[4] ?? '').replace('gpu-5', 'gpu-9');
  expect(found(lines)[0]).toEqual({ kind: 'changed', line: 5, seq: 5 });
});

test('removed records are named by their number where they are missing', () => {
  expect(found(without(ledger(5), 3))).toEqual([{ kind: 'removed', line: 3, seq: 3 }]);
  expect(verifyLines(without(ledger(5), 2, 3), check, []).map(({ detail }) => detail)).toEqual(['records 2 to 3 are missing']);
  expect(found(without(ledger(5), 1))).toEqual([{ kind: 'removed', line: 1, seq: 1 }]);
});

test('records in another order are named where they stand', () => {
  const [one = '', two = '', three = '', four = '', five = ''] = ledger(5);
  expect(found([one, three, two, four, five])).toEqual([{ kind: 'reordered', line: 3, seq: 2 }]);
});

test('a record that was put in is named: one of nobody, one of another ledger, and a true one a second time', () => {
  const lines = ledger(5);
  const forged = makeLine(
    { ...(readLine(lines[2] ?? '') as ActivityRecord), entry: { ...(readLine(lines[2] ?? '') as ActivityRecord).entry, what: 'nothing' } },
    signWith('eve'),
  );
  expect(found([...lines.slice(0, 3), forged, ...lines.slice(3)])).toEqual([{ kind: 'inserted', line: 4, seq: 3 }]);
  expect(found([...lines.slice(0, 2), ledger(1, () => ({ chain: 'laptop-2' }))[0] ?? '', ...lines.slice(2)])).toEqual([{ kind: 'inserted', line: 3, seq: 1 }]);
  expect(found([...lines, lines[1] ?? ''])).toEqual([{ kind: 'inserted', line: 6, seq: 2 }]);
});

test('what was cut at the end is told by the head that was noted elsewhere', () => {
  expect(found(ledger(3))).toEqual([{ kind: 'cut', line: 3, seq: 5 }]);
  expect(verifyLines(ledger(3), check, [headOf(ledger(5))])[0]?.detail).toBe('records 4 to 5 were cut off at the end');
  expect(found([])).toEqual([{ kind: 'cut', line: null, seq: 5 }]);
  expect(found(ledger(3), [])).toEqual([]);
});

test('a whole chain that was written anew with another key is told by its signatures, and with no known key by its head', () => {
  const forged = ledger(5, () => ({ by: 'eve' }));
  expect(found(forged).slice(0, 4)).toEqual([1, 2, 3, 4].map((seq) => ({ kind: 'wrong-signature', line: seq, seq })));
  const strange = ledger(5, () => ({ by: 'eve', key: 'eve' }));
  expect(found(strange)).toEqual([...[1, 2, 3, 4, 5].map((seq) => ({ kind: 'unknown-key', line: seq, seq })), { kind: 'changed', line: 5, seq: 5 }]);
});

test('a record without a signature, and a line that is none, are named', () => {
  const unsigned = ledger(3);
  const lines = [...unsigned, 'no record'];
  expect(found(lines, [])).toEqual([{ kind: 'unreadable', line: 4, seq: null }]);
  const record = readLine(unsigned[2] ?? '') as ActivityRecord;
  expect(found([...unsigned.slice(0, 2), makeLine(record, () => '')], [])).toEqual([{ kind: 'unsigned', line: 3, seq: 3 }]);
});

test('a record that is written otherwise than records are is none, though it says the same', () => {
  const lines = ledger(2);
  expect(found([lines[0] ?? '', JSON.stringify(JSON.parse(lines[1] ?? ''), null, 1).replaceAll('\n', ' ')], [])).toEqual([
    { kind: 'unreadable', line: 2, seq: null },
  ]);
});
