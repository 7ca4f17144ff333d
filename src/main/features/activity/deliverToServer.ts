import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import type { ActivityRepo, PendingLine } from './activityRepo.ts';
import { appendScript, readScript } from './activityScripts.ts';
import { firstPrev, hashOf, makeLine, readLine } from './ledgerLine.ts';
import type { KnownHead } from './verifyRules.ts';

/** What delivering needs. */
export interface DeliveryPorts {
  repo: ActivityRepo;
  remote(id: ServerId): Pick<RemoteServer, 'exec' | 'stateDirectory'>;
  sign(text: string): { key: string; signature: string } | null;
  newChain(): string;
  nowMs(): number;
}

const batch = 50;
const timeoutMs = 60_000;
/** Somebody else may write in between so many times before we come again later. */
const mostTries = 8;

/**
 * Brings a server what it is still to get of this computer's ledger, in order, exactly once: each line carries its origin, and after an answer that
 * was lost the server is asked which origins it has. `mayBeThere`: an earlier try ended without an answer. Throws what connecting throws.
 */
export async function deliverToServer(ports: DeliveryPorts, server: { id: ServerId; name: string }, mayBeThere: boolean): Promise<void> {
  const { repo, nowMs } = ports;
  const remote = ports.remote(server.id);
  const { path, sudo } = await remote.stateDirectory();
  let head: { hash: string; next: KnownHead } | null = mayBeThere ? null : expected(repo.copyHead(server.id));
  for (let tries = 0; tries < mostTries; ) {
    const pending = repo.pending(server.id, batch);
    if (pending.length === 0) return;
    const origins = pending.flatMap(({ line }) => originOf(line));
    const made = head === null ? null : linesFor(ports, server.id, pending, head.next);
    const { exitCode, stdout, stderr } = await remote.exec({
      ...{ script: appendScript, sudo, timeoutMs, lane: 'control' },
      env: { PH_DIRECTORY: path, PH_HEAD: head?.hash ?? 'look', PH_ORIGINS: origins.join(' ') },
      stdin: Buffer.from(made === null ? '' : made.lines.map((line) => `${line}\n`).join(''), 'utf8'),
    });
    if (exitCode !== 0) {
      throw new AppError('remote.command-failed', { server: server.name, what: 'write the ledger', exitCode, signal: null, output: stderr.slice(-2000) });
    }
    if (made !== null && stdout.startsWith('APPENDED')) {
      repo.delivered(server.id, made.seqs, nowMs());
      repo.noteCopyHead(server.id, made.head, nowMs());
      head = expected(made.head);
      tries = 0;
      continue;
    }
    tries += 1;
    const { last, has } = parseHead(stdout);
    repo.delivered(
      server.id,
      pending.filter(({ line }) => originOf(line).some((origin) => has.has(origin))).map(({ seq }) => seq),
      nowMs(),
    );
    head = { hash: hashOf(last), next: whatFollows(last, repo.copyHead(server.id), ports.newChain) };
  }
  throw new AppError('remote.timeout', { server: server.name, what: 'write the ledger, while others write to it', seconds: timeoutMs / 1000 });
}

/** The whole ledger of a server, in lines. */
export async function readServerLedger(remote: Pick<RemoteServer, 'exec' | 'stateDirectory'>, server: { name: string }): Promise<string[]> {
  const { path, sudo } = await remote.stateDirectory();
  const lines: string[] = [];
  for (;;) {
    const env = { PH_DIRECTORY: path, PH_FROM: String(lines.length + 1), PH_LINES: String(pageLines) };
    const { exitCode, stdout, stderr } = await remote.exec({ script: readScript, sudo, env, timeoutMs, lane: 'control', maxOutputBytes: 64 * 1024 * 1024 });
    if (exitCode !== 0) {
      throw new AppError('remote.command-failed', { server: server.name, what: 'read the ledger', exitCode, signal: null, output: stderr.slice(-2000) });
    }
    const page = stdout.split('\n');
    if (page.at(-1) === '') page.pop();
    for (const line of page) lines.push(line);
    if (page.length < pageLines) return lines;
  }
}

const pageLines = 5000;

function expected(known: KnownHead | null): { hash: string; next: KnownHead } | null {
  return known === null ? null : { hash: known.hash, next: known };
}

/** Origins are part of the record, so that they hold for whoever reads the file. */
function originOf(line: string): string[] {
  const record = readLine(line);
  return record === null ? [] : [`${record.chain}#${record.seq}`];
}

function parseHead(stdout: string): { last: string; has: Set<string> } {
  const [first = '', ...rest] = stdout.split('\n');
  const isEmpty = first === 'HEAD 0';
  const last = isEmpty ? '' : (rest.shift() ?? '');
  return { last, has: new Set(rest.flatMap((line) => (line.startsWith('HAS ') ? [line.slice(4)] : []))) };
}

/**
 * Where a chain goes on. Where the file ends before what was seen there earlier, it goes on after that: what was cut stays missing for everybody
 * to see. A last line that cannot be read is chained to as it is.
 */
function whatFollows(last: string, known: KnownHead | null, newChain: () => string): KnownHead {
  const record = readLine(last);
  if (record !== null && (known === null || record.seq >= known.seq)) return { chain: record.chain, seq: record.seq, hash: hashOf(last) };
  if (known !== null) return known;
  return { chain: newChain(), seq: last === '' ? 0 : 1, hash: last === '' ? firstPrev : hashOf(last) };
}

function linesFor(ports: DeliveryPorts, serverId: ServerId, pending: readonly PendingLine[], after: KnownHead) {
  const lines: string[] = [];
  const seqs: number[] = [];
  let { seq, hash } = after;
  for (const each of pending) {
    seqs.push(each.seq);
    const record = readLine(each.line);
    if (record === null) continue;
    seq += 1;
    const entry = { ...record.entry, servers: record.entry.servers.filter(({ id }) => id === serverId) };
    const unsigned = { chain: after.chain, entry, origin: `${record.chain}#${record.seq}`, prev: hash, seq };
    const key = ports.sign('')?.key ?? '';
    const line = makeLine({ ...unsigned, key }, (text) => ports.sign(text)?.signature ?? '');
    lines.push(line);
    hash = hashOf(line);
  }
  return { lines, seqs, head: { chain: after.chain, seq, hash } };
}
