import { generatedLog } from '../../src/main/rpc/generatedLog.ts';
import { logStream } from '../../src/main/rpc/logStream.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { RemoteWrite } from '../../src/shared/model/metricsSharing.ts';

/** Implements `sharing` of the contract: what is switched on is kept, and nothing goes anywhere. */
export function sharingHandlers() {
  let scrape: { sinceMs: number } | null = null;
  let target: (RemoteWrite & { sinceMs: number }) | null = null;
  const counts = {
    ...{ sentSamples: 48_210, sentBatches: 25, refusedSamples: 0, droppedSamples: 0, waitingSamples: 120, retries: 1, lastFailure: null },
  };
  return {
    status: os.sharing.status.handler(() => ({
      scrape,
      remoteWrite: target === null ? null : { ...target, counts: { ...counts, lastSentAtMs: Date.now() - 3_000 } },
    })),
    scrape: os.sharing.scrape.handler(({ input }) => {
      scrape = input.on ? { sinceMs: Date.now() } : null;
      return { token: input.on ? 'ph_simulated' : null };
    }),
    remoteWrite: os.sharing.remoteWrite.handler(({ input }) => {
      target = input.target === null ? null : { ...input.target, sinceMs: Date.now() };
      return {};
    }),
    page: os.sharing.page.handler(({ context, signal }) => {
      const pieces = (async function* () {
        yield { state: 'off' as const, text: '' };
      })();
      return logStream(context.client, generatedLog(pieces), { afterSeq: -1 }, signal);
    }),
  };
}
