import type { AttemptView } from '../../../../shared/model/alert.ts';
import type { Heartbeat } from '../../../../shared/model/alertChannel.ts';
import type { StoredHeartbeat } from './channelsRepo.ts';
import { attemptOf } from './retryRules.ts';
import { sendHttp } from './sendHttp.ts';

/** What the heartbeat needs. */
export interface HeartbeatPorts {
  stored(): StoredHeartbeat | null;
  address(): Promise<string | null>;
  nowMs(): number;
  timeoutMs: number;
}

/** Failures one after the other after which whoever listens believes that nobody watches. */
const failingAfter = 3;

/** Sends a sign of life again and again. */
export interface HeartbeatSender {
  view(): Heartbeat;
  /** Sends one now. Null: there is no address. */
  sendNow(): Promise<AttemptView | null>;
  /** Begins, or goes on by what was changed. */
  restart(): void;
  /** Ends it, with what is on its way: a receiver that hangs does not keep the program. */
  close(): void;
}

/** Makes the sender; it rests until `restart`. */
export function createHeartbeatSender(ports: HeartbeatPorts): HeartbeatSender {
  let timer: NodeJS.Timeout | null = null;
  const closing = new AbortController();
  let last: AttemptView | null = null;
  let lastSentAtMs: number | null = null;
  let failures = 0;
  const fields = () => ports.stored()?.fields ?? { enabled: false, method: 'GET' as const, intervalS: 60 };

  const sendNow = async (): Promise<AttemptView | null> => {
    const url = await ports.address();
    if (url === null) return null;
    const atMs = ports.nowMs();
    const outcome = await sendHttp({ url, method: fields().method, headers: {}, body: null, timeoutMs: ports.timeoutMs, signal: closing.signal });
    const tookMs = ports.nowMs() - atMs;
    const judged = outcome.kind === 'answered' ? attemptOf(outcome, ports.nowMs()) : null;
    const sent = judged?.outcome === 'sent';
    const problem = sent ? null : outcome.kind === 'answered' ? `HTTP ${outcome.status}` : outcome.problem;
    last = { atMs, tookMs, outcome: sent ? 'sent' : (judged?.outcome ?? (outcome.kind === 'lost' ? 'unknown' : 'failed')), problem };
    failures = sent ? 0 : failures + 1;
    if (sent) lastSentAtMs = atMs;
    return last;
  };
  const stop = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const beat = () => {
    // A locked keystore or a damaged value is a failure like another.
    sendNow().catch((error: unknown) => {
      failures += 1;
      last = { atMs: ports.nowMs(), tookMs: 0, outcome: 'failed', problem: error instanceof Error ? error.message : String(error) };
    });
  };

  return {
    view: () => ({ fields: fields(), host: ports.stored()?.host ?? null, lastSentAtMs, last, failures, failing: fields().enabled && failures >= failingAfter }),
    sendNow,
    restart() {
      stop();
      failures = 0;
      const { enabled, intervalS } = fields();
      if (!enabled || (ports.stored()?.host ?? null) === null) return;
      beat();
      timer = setInterval(beat, intervalS * 1000).unref();
    },
    close() {
      stop();
      closing.abort();
    },
  };
}
