import { AppError } from '../../../../shared/errors.ts';
import type { ProbeId, ProbeResult } from '../../../../shared/model/probe.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { probeReadings } from './probeOutcome.ts';
import type { ProbeSpending } from './probeSpending.ts';
import type { LiveProbe } from './probeStanding.ts';
import type { ProbesRepo } from './probesRepo.ts';
import { type CheckPorts, resultOf, runCheck } from './runCheck.ts';

/** What running probes needs. */
export interface ProbeRunsPorts {
  repo: ProbesRepo;
  spending: ProbeSpending;
  checkPorts(live: LiveProbe): CheckPorts;
  /** Told of every outcome. */
  told(look: HealthLook): void;
  changed(id: ProbeId): void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** An outcome that is as the one before is written down so often only. */
const writtenMs = 600_000;

/** Runs a probe once, within its limits, and keeps what it found. The result; null: it was limited, or what it needs is not there. */
export async function runProbe(ports: ProbeRunsPorts, live: LiveProbe, signal: AbortSignal): Promise<ProbeResult | null> {
  const { id, fields } = live.stored;
  const turn = ports.spending.take(id, fields);
  if ('refused' in turn) {
    live.limitedUntilMs = turn.untilMs;
    ports.changed(id);
    return null;
  }
  live.limitedUntilMs = null;
  live.running = true;
  ports.changed(id);
  let used: number | null = null;
  try {
    const answer = await runCheck(ports.checkPorts(live), fields, turn.call, signal);
    if ('unready' in answer) {
      used = 0;
      live.problem = answer.unready;
      return null;
    }
    used = answer.tokens ?? 0;
    // A server need not reach the networks of its containers: what came with a stack and was never reached says nothing of it.
    if (live.stored.origin === 'shipped' && live.last === null && answer.outcome.failure?.code === 'unreachable') {
      live.problem = `${answer.outcome.failure.detail}; the server may not reach the network of its containers`;
      return null;
    }
    live.problem = null;
    const result = resultOf(answer, ports.nowMs());
    keep(ports, live, result);
    ports.told({ serverId: live.stored.serverId, atMs: result.atMs, readings: probeReadings(id, answer.outcome) });
    return result;
  } catch (error) {
    // What it may have used is not known: what was set aside stays counted.
    if (!signal.aborted) {
      live.problem = AppError.is(error, 'tunnel.target-refused') ? error.data.reason : 'it could not be run: its server is not reached';
      ports.log('probes.not-run', { id, reason: String(error) });
    }
    return null;
  } finally {
    live.running = false;
    if (used !== null) turn.settle(used);
    ports.changed(id);
  }
}

function keep({ repo }: ProbeRunsPorts, live: LiveProbe, result: ProbeResult): void {
  const { stored, last } = live;
  if (last === null || last.holds !== result.holds) live.sinceMs = result.atMs;
  live.last = result;
  const written = stored.last;
  if (written !== null && written.holds === result.holds && result.atMs - written.atMs < writtenMs) return;
  stored.last = result;
  repo.found(stored.id, result, live.sinceMs ?? result.atMs);
}
