import type { ActivityFinding, ActivityFindingKind, ActivityRecord } from '../../../shared/model/activity.ts';
import { firstPrev, hashOf, readLine, signedPart } from './ledgerLine.ts';

/** What is thought of a signature. */
export type Verdict = 'good' | 'bad' | 'unknown-key' | 'revoked-key';

/** A head that was noted elsewhere: that many records there were at least, and the last of them had this hash. */
export interface KnownHead {
  chain: string;
  seq: number;
  hash: string;
}

interface Line {
  number: number;
  text: string;
  hash: string;
  record: ActivityRecord | null;
  verdict: Verdict | 'unsigned' | null;
}

/**
 * What is wrong with the lines of one ledger, in their order. A record counts as whole where its signature is by a known key; from those
 * that are, it is told what was taken out, put in or moved. `heads` were noted elsewhere and tell what was cut off at the end.
 */
export function verifyLines(
  texts: readonly string[],
  check: (signed: { key: string; text: string; signature: string; atMs: number }) => Verdict,
  heads: readonly KnownHead[],
): ActivityFinding[] {
  const findings: ActivityFinding[] = [];
  const lines = texts.map((text, index) => examine(text, index + 1, check));
  const whole = lines.filter((line): line is Line & { record: ActivityRecord } => line.record !== null && line.verdict !== 'bad');
  const chain = whole[0]?.record.chain ?? heads[0]?.chain ?? null;
  const seqs = new Set(whole.filter(({ record }) => record.chain === chain).map(({ record }) => record.seq));
  const find = (kind: ActivityFindingKind, line: Line | null, detail: string, seq: number | null = line?.record?.seq ?? null) =>
    findings.push({ kind, line: line?.number ?? null, seq, detail });

  const seen = new Map<number, Line>();
  /** Number of the record before, and whether its text is as it was when the next one was chained to it. */
  let last = 0;
  let lastLine: Line | null = null;
  for (const line of lines) {
    const { record, verdict } = line;
    if (record === null) {
      find('unreadable', line, 'the line is no record');
      if (!seqs.has(last + 1)) last += 1;
      lastLine = line;
      continue;
    }
    const { seq, prev } = record;
    if (record.chain !== chain) {
      find('inserted', line, `the record belongs to another ledger, ${record.chain}`);
      continue;
    }
    if (verdict === 'bad') {
      const next = lines[line.number];
      if (seqs.has(seq) || seen.has(seq)) find('inserted', line, `there is another record ${seq}, and the signature of this one is wrong`);
      else if (next?.record?.prev === line.hash) find('wrong-signature', line, `record ${seq} is chained but not signed by the key that it names`);
      else find('changed', line, `record ${seq} is not what was signed`);
      if (!seqs.has(seq) && seq === last + 1) last = seq;
      lastLine = line;
      continue;
    }
    if (verdict === 'unknown-key') find('unknown-key', line, `record ${seq} is signed with ${record.key}, which nobody known here holds`);
    if (verdict === 'revoked-key') find('revoked-key', line, `record ${seq} is signed with ${record.key} after that key was revoked`);
    if (verdict === 'unsigned') find('unsigned', line, `record ${seq} is not signed: the key was locked when it was made`);
    if (seen.has(seq)) {
      find('inserted', line, `record ${seq} stands there a second time`);
      continue;
    }
    seen.set(seq, line);
    if (seq < last) {
      find('reordered', line, `record ${seq} stands after record ${last}`);
      continue;
    }
    for (let missing = last + 1; missing < seq; missing += 1) {
      if (!seqs.has(missing)) find('removed', line, missingText(last + 1, seq - 1, seqs), missing);
      if (!seqs.has(missing)) break;
    }
    const isNext = seq === last + 1;
    const expected = seq === 1 ? firstPrev : lastLine?.hash;
    const lastIsWhole = lastLine === null || (lastLine.record !== null && lastLine.verdict !== 'bad');
    if (isNext && lastIsWhole && expected !== undefined && prev !== expected) find('changed', line, `record ${seq} does not follow what stands before it`);
    last = seq;
    lastLine = line;
  }
  for (const head of heads) findings.push(...cutOff(head, chain, lines, seen, last));
  return findings;
}

function examine(text: string, number: number, check: Parameters<typeof verifyLines>[1]): Line {
  const record = readLine(text);
  const hash = hashOf(text);
  if (record === null) return { number, text, hash, record, verdict: null };
  if (record.signature === '') return { number, text, hash, record, verdict: 'unsigned' };
  const { key, signature, entry } = record;
  return { number, text, hash, record, verdict: check({ key, text: signedPart(record), signature, atMs: entry.atMs }) };
}

function missingText(from: number, to: number, seqs: ReadonlySet<number>): string {
  let end = from;
  while (end < to && !seqs.has(end + 1)) end += 1;
  return end === from ? `record ${from} is missing` : `records ${from} to ${end} are missing`;
}

function cutOff(head: KnownHead, chain: string | null, lines: readonly Line[], seen: ReadonlyMap<number, Line>, last: number): ActivityFinding[] {
  const finding = (kind: ActivityFindingKind, line: number | null, detail: string): ActivityFinding[] => [{ kind, line, seq: head.seq, detail }];
  if (lines.length === 0) return finding('cut', null, `all ${head.seq} records are gone`);
  if (chain !== head.chain) return finding('changed', 1, `another ledger, ${chain ?? 'without a record'}, stands in place of ${head.chain}`);
  if (last < head.seq) {
    const from = last + 1;
    return finding('cut', lines.length, from === head.seq ? `record ${from} was cut off at the end` : `records ${from} to ${head.seq} were cut off at the end`);
  }
  const there = seen.get(head.seq);
  if (there !== undefined && there.hash !== head.hash) return finding('changed', there.number, `record ${head.seq} is another one than was noted before`);
  return [];
}
