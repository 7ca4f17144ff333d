import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { StackState } from '../release/releaseRules.ts';
import type { StackServer } from '../release/stackServer.ts';
import { isUp, type LiveProject } from './liveRules.ts';
import { lookAtLive } from './lookAt.ts';

/** What a plan was made for: a server that is not like this any more has moved. */
export const planMarkSchema = z.object({
  planId: z.string(),
  current: z.string().nullable(),
  /** Newest release, good or not. */
  newest: z.string().nullable(),
  /** Container by name: its id, and whether it works. */
  containers: z.record(z.string(), z.string()),
});
export type PlanMark = z.infer<typeof planMarkSchema>;

/** Marks what a plan was made for. */
export function markOf(planId: string, state: StackState, live: LiveProject): PlanMark {
  return {
    planId,
    current: state.current?.id ?? null,
    newest: state.releases[0]?.id ?? null,
    containers: Object.fromEntries(live.containers.map((container) => [container.name, `${container.id} ${isUp(container) ? 'up' : 'down'}`])),
  };
}

/** What has moved between two marks, as a phrase; null: nothing. */
export function movedBetween(before: PlanMark, now: PlanMark): string | null {
  if (before.current !== now.current) return `${now.current ?? 'no release'} is current, and not ${before.current ?? 'none'}`;
  if (before.newest !== now.newest) return `release ${now.newest ?? '?'} was made`;
  for (const name of new Set([...Object.keys(before.containers), ...Object.keys(now.containers)])) {
    const [was, is] = [before.containers[name], now.containers[name]];
    if (was === is) continue;
    if (was === undefined) return `the container ${name} is new`;
    if (is === undefined) return `the container ${name} is gone`;
    return was.split(' ')[0] === is.split(' ')[0]
      ? `the container ${name} ${is.endsWith('up') ? 'works again' : 'does not run any more'}`
      : `${name} is another container`;
  }
  return null;
}

/** Refuses a deploy whose plan was made for another state of the server. To be called once the deploy lock is held. Throws `guard.plan-stale`. */
export async function refuseStalePlan(server: StackServer, mark: PlanMark): Promise<void> {
  const [state, live] = await Promise.all([server.state(), lookAtLive(server)]);
  const what = movedBetween(mark, markOf(mark.planId, state, live));
  if (what !== null) throw new AppError('guard.plan-stale', { server: server.serverName, plan: mark.planId, what });
}
