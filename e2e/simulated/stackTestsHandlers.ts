import { os } from '../../src/main/rpc/procedures.ts';
import type { StackLock, StackTestResult } from '../../src/shared/contract/stackTests.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { World } from './world.ts';

const passed = { passed: true, reason: '', figures: null };

/** Tests with every way to end; of every third server one fails. */
function results(index: number): StackTestResult[] {
  const broken = index % 3 === 2;
  return [
    { ...passed, title: 'containers healthy', kind: 'containers', tookMs: 190, answer: '' },
    {
      ...{
        title: 'The gateway answers',
        kind: 'http',
        passed: !broken,
        tookMs: 64,
        answer: broken ? '{"gateway":"degraded"}' : '{"gateway":"ok"}',
        figures: null,
      },
      reason: broken ? 'it answered 200, but gateway is degraded, ok is expected' : '',
    },
    {
      ...passed,
      ...{ title: 'The model answers', kind: 'chat', tookMs: 3120, answer: 'One, two, three, four, five …' },
      figures: { gate: 'The model answers', model: 'qwen2.5-coder:7b', samples: 20, firstTokenMs: 212, tokensPerS: 41.7, counted: 'usage', via: 'channel' },
    },
  ];
}

/** Implements `stackTests` of the contract. */
export function stackTestsHandlers(world: World) {
  return {
    run: os.stackTests.run.handler(({ input }) => ({
      reports: world.select(input.selector).map((row, index) => {
        const head = { serverId: row.server.id, serverName: row.server.name };
        const current = row.stacks.find(({ stackId }) => stackId === input.id);
        if (current !== undefined) return { ...head, release: current.release ?? 'r1', results: results(index), error: null };
        const error = { code: 'stack.not-deployed' as const, data: { server: row.server.name, stack: input.id } };
        return { ...head, release: null, results: [], error };
      }),
    })),
  };
}

/** Implements `stackLocks` of the contract: the second server of the fleet is being deployed to, by a laptop that is silent. */
export function stackLocksHandlers(world: World) {
  const freed = new Set<string>();
  const second = world.rows.values()[1]?.server.id;
  const lockOf = (row: ReturnType<World['select']>[number]): StackLock => ({
    ...{ serverId: row.server.id, serverName: row.server.name, error: null },
    holder:
      row.server.id !== second || freed.has(row.server.name)
        ? null
        : {
            ...{ operationId: 'op_01k9simulated' as OperationId, who: 'Grace', why: 'deploys PrivaXAI' },
            ...{ sinceMs: Date.now() - 1_260_000, silenceS: 340, leaseS: 60, limitS: 21_600 },
          },
  });
  return {
    list: os.stackLocks.list.handler(({ input }) => ({ locks: world.select(input.selector).map((row) => lockOf(row)) })),
    takeOver: os.stackLocks.takeOver.handler(({ input }) => {
      const rows = world.select(input.server);
      world.guard(rows, input.confirm, input.server, 'take the deploy lock away');
      const [row] = rows;
      if (row === undefined) throw new AppError('server.not-found', { name: input.server });
      freed.add(row.server.name);
      return { lock: lockOf(row) };
    }),
  };
}
