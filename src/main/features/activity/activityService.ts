import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { ActivityCopy, ActivityEntry, ActivityFilter, ActivityRecord, VerifiedLedger } from '../../../shared/model/activity.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { ActivityRepo } from './activityRepo.ts';
import { verifyAgreement } from './agreementRules.ts';
import { createDeliveries } from './deliveries.ts';
import { readServerLedger } from './deliverToServer.ts';
import { matches } from './filterRules.ts';
import { openHeadFile } from './headFile.ts';
import { firstPrev, hashOf, makeLine, readLine } from './ledgerLine.ts';
import type { NewEntry } from './newEntry.ts';
import { recordOperations } from './recordOperations.ts';
import { type Verdict, verifyLines } from './verifyRules.ts';

/** What the ledger needs from the rest of the core. */
export interface ActivityPorts {
  database: Database;
  /** Data directory: the head is noted in a file of its own there. */
  directory: string;
  operations: Operations;
  identity: {
    sign(text: string): { key: string; signature: string } | null;
    check(signed: { key: string; text: string; signature: string; atMs: number }): Verdict;
    nameOf(key: string): string | null;
    /** Public keys of everybody who is known, one a line. */
    keys(): string[];
  };
  remote(id: ServerId): Pick<RemoteServer, 'exec' | 'stateDirectory'>;
  /** Tells whenever a server is reached. */
  onReached(listener: (id: ServerId) => void): () => void;
  /** Null where the server is gone from the inventory. */
  server(id: ServerId): { id: ServerId; name: string; demo: boolean } | null;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): { id: ServerId; name: string }[];
  mask<T>(data: T): T;
  who(): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Waits before what could not be delivered is tried again, in milliseconds; a test is in a hurry. */
  retryMs?: number;
}

/** The record of every change. */
export interface ActivityService {
  record(entry: NewEntry): void;
  /** Newest first. */
  list(filter: ActivityFilter & { beforeSeq?: number | undefined; limit: number }): {
    records: (ActivityRecord & { signedBy: string | null })[];
    more: boolean;
    total: number;
  };
  readonly head: KeyedState<{ seq: number; hash: string }>;
  readonly copies: KeyedState<ActivityCopy>;
  /** Never throws for what it finds; a server out of reach is a finding. Throws `selector.invalid`, `selector.no-match`. */
  verify(request: { selector?: string | undefined; laptopOnly: boolean }): Promise<{ ok: boolean; ledgers: VerifiedLedger[] }>;
  /** Throws what connecting throws. */
  export(request: { server?: string | undefined; afterSeq: number; limit: number }): Promise<{ lines: string[]; next: number | null; keys: string[] }>;
  /** Takes up deliveries of an earlier life, and entries of operations that it had no time for. Called once, before operations are recovered. */
  resume(): void;
  /** Resolves when nothing is being delivered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the service; from then on operations that change servers are recorded. */
export function createActivityService(ports: ActivityPorts): ActivityService {
  const { identity, nowMs } = ports;
  const repo = new ActivityRepo(ports.database);
  const headFile = openHeadFile(ports.directory, (error) => ports.log('activity.head-file-failed', { error: String(error) }));
  const head = new KeyedState<{ seq: number; hash: string }>();
  const deliveries = createDeliveries({ ...ports, repo, sign: (text) => identity.sign(text), newChain: () => `server-${randomBytes(9).toString('hex')}` });
  let chain = repo.chain();
  const last = repo.head();
  if (last !== null) head.set('head', { seq: last.seq, hash: last.hash });

  const record = ({ dedupe, onServers, ...given }: NewEntry) => {
    if (dedupe !== null && repo.has(dedupe)) return;
    const before = repo.head();
    chain ??= `laptop-${randomBytes(9).toString('hex')}`;
    const entry: ActivityEntry = { ...ports.mask(given), atMs: nowMs(), who: ports.who() };
    const seq = (before?.seq ?? 0) + 1;
    const key = identity.sign('')?.key ?? '';
    const line = makeLine({ chain, entry, key, prev: before?.hash ?? firstPrev, seq }, (text) => identity.sign(text)?.signature ?? '');
    const hash = hashOf(line);
    const servers = onServers ? entry.servers.filter(({ id }) => ports.server(id)?.demo === false) : [];
    repo.append({ seq, line, hash, dedupe, atMs: entry.atMs }, servers);
    headFile.note({ chain, seq, hash });
    head.set('head', { seq, hash });
    for (const { id } of servers) deliveries.wake(id);
  };
  const operations = recordOperations(ports.operations, repo, record);

  const laptop = (): VerifiedLedger => {
    const lines = repo.lines(0, Number.MAX_SAFE_INTEGER).map(({ line }) => line);
    const noted = headFile.read();
    const findings = verifyLines(lines, identity.check, noted === null ? [] : [noted]);
    return { server: null, chain: repo.chain(), records: lines.length, head: repo.head()?.hash ?? null, findings };
  };
  /** A ledger that was found whole is to be found so again: what others wrote last is noted, too. */
  const noteSeen = (id: ServerId, line: string) => {
    const seen = readLine(line);
    if (seen !== null && seen.seq > (repo.copyHead(id)?.seq ?? 0)) repo.noteCopyHead(id, { chain: seen.chain, seq: seen.seq, hash: hashOf(line) }, nowMs());
  };
  const onServer = async (server: { id: ServerId; name: string }): Promise<VerifiedLedger> => {
    const known = repo.copyHead(server.id);
    try {
      const lines = await readServerLedger(ports.remote(server.id), server);
      const own = new Map(repo.lines(0, Number.MAX_SAFE_INTEGER).map(({ seq, line }) => [seq, line]));
      const agreement = verifyAgreement({ lines, serverId: server.id, chain: repo.chain(), own, confirmed: repo.confirmed(server.id) });
      const findings = verifyLines(lines, identity.check, known === null ? [] : [known]);
      const lastLine = lines.at(-1);
      if (findings.length === 0 && lastLine !== undefined) noteSeen(server.id, lastLine);
      return {
        ...{ server: server.name, chain: lines.length === 0 ? null : (readLine(lines[0] ?? '')?.chain ?? null), records: lines.length },
        head: lastLine === undefined ? null : hashOf(lastLine),
        findings: [...findings, ...agreement],
      };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const finding = { kind: 'unreachable' as const, line: null, seq: null, detail: `its copy could not be read (${error.code})` };
      return { server: server.name, chain: known?.chain ?? null, records: 0, head: null, findings: [finding] };
    }
  };

  return {
    record,
    head,
    copies: deliveries.copies,
    list({ beforeSeq, limit, ...filter }) {
      const found: (ActivityRecord & { signedBy: string | null })[] = [];
      let more = false;
      repo.backwards(beforeSeq ?? Number.MAX_SAFE_INTEGER, (each) => {
        // Clocks are set back by less than a day: what stands before that is older, too.
        if (filter.sinceMs !== undefined && each.entry.atMs < filter.sinceMs - 86_400_000) return false;
        if (!matches(each.entry, filter)) return true;
        if (found.length === limit) {
          more = true;
          return false;
        }
        found.push({ ...each, signedBy: identity.nameOf(each.key) });
        return true;
      });
      return { records: found, more, total: repo.head()?.seq ?? 0 };
    },
    async verify({ selector, laptopOnly }) {
      const copies = repo.copies().flatMap(({ serverId, delivered }) => (delivered > 0 ? (ports.server(serverId as ServerId) ?? []) : []));
      const servers = laptopOnly ? [] : selector === undefined ? copies : ports.select(selector);
      await deliveries.settled();
      const ledgers = [laptop(), ...(await Promise.all(servers.map(onServer)))];
      return { ok: ledgers.every(({ findings }) => findings.length === 0), ledgers };
    },
    async export({ server, afterSeq, limit }) {
      const keys = identity.keys();
      if (server !== undefined) {
        const [found] = ports.select(server);
        if (found === undefined) throw new AppError('server.not-found', { name: server });
        return { lines: await readServerLedger(ports.remote(found.id), found), next: null, keys };
      }
      const page = repo.lines(afterSeq, limit);
      return { lines: page.map(({ line }) => line), next: page.length < limit ? null : (page.at(-1)?.seq ?? null), keys };
    },
    resume() {
      operations.catchUp();
      deliveries.resume();
    },
    settled: () => deliveries.settled(),
    async close() {
      operations.stop();
      await deliveries.close();
      headFile.close();
    },
  };
}
