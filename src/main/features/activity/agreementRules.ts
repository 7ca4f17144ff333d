import type { ActivityFinding } from '../../../shared/model/activity.ts';
import { canonical, readLine } from './ledgerLine.ts';

/** What the two places hold. */
export interface TwoPlaces {
  /** The server's lines. */
  lines: readonly string[];
  serverId: string;
  /** Chain of this computer's ledger; null: it has none. */
  chain: string | null;
  /** This computer's lines by their number. */
  own: ReadonlyMap<number, string>;
  /** Numbers of those that the server has confirmed. */
  confirmed: readonly number[];
}

/** Where a server's copy and this computer's ledger tell different stories of what this computer did there. */
export function verifyAgreement({ lines, serverId, chain, own, confirmed }: TwoPlaces): ActivityFinding[] {
  const findings: ActivityFinding[] = [];
  const there = new Set<number>();
  for (const [index, line] of lines.entries()) {
    const record = readLine(line);
    const [from, number] = record?.origin?.split('#') ?? [];
    if (record === null || from !== chain || number === undefined) continue;
    const seq = Number(number);
    const place = { line: index + 1, seq: record.seq };
    if (there.has(seq)) findings.push({ ...place, kind: 'inserted', detail: `record ${seq} of this computer's ledger stands there twice` });
    there.add(seq);
    const ownRecord = readLine(own.get(seq) ?? '');
    if (ownRecord === null) {
      findings.push({ ...place, kind: 'missing-here', detail: `it is record ${seq} of this computer's ledger, where there is none` });
      continue;
    }
    const expected = { ...ownRecord.entry, servers: ownRecord.entry.servers.filter(({ id }) => id === serverId) };
    if (canonical(expected) !== canonical(record.entry))
      findings.push({ ...place, kind: 'differs', detail: `record ${seq} of this computer's ledger says something else` });
  }
  for (const seq of confirmed)
    if (!there.has(seq))
      findings.push({ kind: 'missing-there', line: null, seq, detail: `record ${seq} of this computer's ledger was confirmed there and is gone` });
  return findings;
}
