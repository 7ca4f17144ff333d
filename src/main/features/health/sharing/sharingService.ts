import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RemoteWrite, RemoteWriteCounts } from '../../../../shared/model/metricsSharing.ts';
import type { Database } from '../../../database/database.ts';
import type { HealthFeed } from '../feed/healthFeed.ts';
import { RemoteWriter, type RemoteWriterPorts } from './remoteWriter.ts';
import { type KeptRemoteWrite, SharingRepo } from './sharingRepo.ts';

/** What sharing stands on. */
export interface SharingPorts extends RemoteWriterPorts {
  database: Database;
  feed: HealthFeed;
}

/** Figures for other programs. */
export interface SharingService {
  status(): { scrape: { sinceMs: number } | null; remoteWrite: (KeptRemoteWrite & { counts: RemoteWriteCounts }) | null };
  /** Switches the page on with a new token, which is returned this once; or off. */
  scrape(on: boolean): string | null;
  /** Whether the page may be given to somebody who shows this token. */
  judge(token: string): 'off' | 'refused' | 'given';
  /** Writes figures there from now on; null: nowhere. What waited for another target is dropped. */
  remoteWrite(target: RemoteWrite | null): Promise<void>;
  close(): Promise<void>;
}

/** Makes the service, and goes on writing to where an earlier life of the core wrote. */
export function createSharingService(ports: SharingPorts): SharingService {
  const repo = new SharingRepo(ports.database);
  let writer: RemoteWriter | null = null;
  const begin = () => {
    const target = repo.get('sharing.remoteWrite');
    writer = target === null ? null : new RemoteWriter(target, ports);
  };
  begin();
  let turn: Promise<void> = Promise.resolve();
  const stop = ports.feed.subscribe((look) => writer?.add(look));
  const end = async () => {
    const before = writer;
    writer = null;
    await before?.close();
  };
  return {
    status() {
      const scrape = repo.get('sharing.scrape');
      const target = repo.get('sharing.remoteWrite');
      return {
        scrape: scrape === null ? null : { sinceMs: scrape.sinceMs },
        remoteWrite: target === null || writer === null ? null : { ...target, counts: writer.counts() },
      };
    },
    scrape(on) {
      const token = on ? `ph_${randomBytes(32).toString('base64url')}` : null;
      repo.set('sharing.scrape', token === null ? null : { tokenHash: hash(token), sinceMs: ports.nowMs() }, ports.nowMs());
      return token;
    },
    judge(token) {
      const scrape = repo.get('sharing.scrape');
      if (scrape === null) return 'off';
      return timingSafeEqual(Buffer.from(scrape.tokenHash), Buffer.from(hash(token))) ? 'given' : 'refused';
    },
    async remoteWrite(target) {
      // One after the other: of two that come at once the first must not be left behind, writing on.
      const changed = turn.then(async () => {
        await end();
        repo.set('sharing.remoteWrite', target === null ? null : { ...target, sinceMs: ports.nowMs() }, ports.nowMs());
        begin();
      });
      turn = changed.catch(() => {});
      await changed;
    },
    async close() {
      stop();
      await turn;
      await end();
    },
  };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
