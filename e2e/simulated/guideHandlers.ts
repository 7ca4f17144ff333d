import { guideHandlers as realHandlers } from '../../src/main/features/guide/guideHandlers.ts';
import { guideOf } from '../../src/main/features/guide/guideRules.ts';
import type { GuideStopId } from '../../src/shared/model/guide.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { World } from './world.ts';

/** Implements `guide` of the contract: the real rules; of the simulated servers every second one has its day 1 behind it. */
export function guideHandlers(world: World) {
  const choices = new Map<string, { stackId: string | null; passed: Partial<Record<GuideStopId, string>> }>();
  const of = async (name: string) => {
    const row = world.byName(name);
    const place = [...world.rows.values()].findIndex(({ server }) => server.id === row.server.id);
    const { stackId, passed } = choices.get(name) ?? { stackId: row.stacks[0]?.stackId ?? null, passed: {} };
    const run = { operationId: 'op_run0000000000000' as OperationId, state: 'succeeded' as const, atMs: Date.now() - 7_200_000 };
    return guideOf({
      ...{ row, stackId, passed, fit: { verdict: 'meets', requirements: [] } },
      runs: {
        day1: place % 2 === 0 ? { ...run, cells: ['done', 'done', 'satisfied', 'done', 'done'] } : null,
        hardening: place % 4 === 0 ? { ...run, state: 'waiting', cells: ['done', 'satisfied', 'done', 'done', 'waiting', 'pending'] } : null,
        deploy: null,
      },
    });
  };
  return realHandlers({
    of,
    async choose(name, stackId) {
      choices.set(name, { passed: {}, ...choices.get(name), stackId });
      return of(name);
    },
    async pass(name, stop, reason) {
      const { stackId = null, passed = {} } = choices.get(name) ?? {};
      choices.set(name, { stackId, passed: { ...passed, [stop]: reason } });
      return of(name);
    },
  });
}
