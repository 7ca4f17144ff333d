import { OutputCollector } from '../../src/main/features/exec/collectOutput.ts';
import { compare } from '../../src/main/features/exec/compareRules.ts';
import { groupKey, toGroup } from '../../src/main/features/exec/groupRules.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import type { ExecGroup, PastCommand } from '../../src/shared/contract/exec.ts';
import type { Operation, OutputEntry } from '../../src/shared/model/operation.ts';
import { simulatedResult } from './execResults.ts';
import type { World } from './world.ts';

function collected(output: readonly OutputEntry[], serverId: string, stream: OutputEntry['stream']) {
  const collector = new OutputCollector();
  for (const entry of output) if (entry.serverId === serverId && entry.stream === stream) collector.take(Buffer.from(entry.data, entry.encoding));
  return collector.end();
}

function groupsOf(operation: Operation, output: readonly OutputEntry[]): Map<string, ExecGroup> {
  const byServer = Map.groupBy(output, (entry) => entry.serverId ?? '');
  const results = operation.cells.flatMap((cell, place) => {
    if (cell.state === 'pending' || cell.state === 'running') return [];
    const own = byServer.get(cell.serverId) ?? [];
    return [{ place, cell, stdout: collected(own, cell.serverId, 'stdout'), stderr: collected(own, cell.serverId, 'stderr') }];
  });
  return new Map([...Map.groupBy(results, groupKey)].map(([key, members]) => [key, toGroup(key, members)]));
}

/** Implements `exec` of the contract over the simulated world, with the core's own rules for groups and differences. */
export function execHandlers(world: World) {
  const { operations } = world;
  return {
    start: os.exec.start.handler(({ input }) => {
      const rows = world.select(input.selector);
      world.guard(rows, input.confirm, input.selector, `Runs ${input.command[0]} on ${rows.length} servers.`);
      const title = input.command.join(' ');
      world.commands.unshift({ command: input.command, sudo: input.sudo, selector: input.selector });
      const results = (place: number) => simulatedResult(place, rows[place]?.server.name ?? '');
      const strategy = input.strategy ?? { kind: 'all', concurrency: 32 };
      return { operation: operations.start({ kind: 'exec', title, subject: null, rows, steps: [{ id: 'run', title }], who: 'Mara', results, strategy }) };
    }),
    groups: os.exec.groups.handler(async function* ({ input, context, signal }) {
      const state = new KeyedState<ExecGroup>();
      const look = () => {
        const groups = groupsOf(operations.get(input.id), operations.entries(input.id));
        for (const [key] of state.entries()) if (!groups.has(key)) state.delete(key);
        for (const [key, group] of groups) if (JSON.stringify(state.get(key)) !== JSON.stringify(group)) state.set(key, group);
      };
      look();
      const leave = operations.parts(input.id).subscribe(() => queueMicrotask(look));
      try {
        yield* stateStream(context.client, state, signal);
      } finally {
        leave();
      }
    }),
    compare: os.exec.compare.handler(({ input }) => {
      const output = operations.entries(input.id);
      return {
        streams: (['stdout', 'stderr'] as const).map((stream) =>
          compare(stream, collected(output, input.base, stream), collected(output, input.other, stream)),
        ),
      };
    }),
    history: os.exec.history.handler(({ input }) => {
      const runs = operations.list().filter((operation) => operation.kind === 'exec');
      const words = input.search.toLowerCase().split(/\s+/).filter(Boolean);
      const commands = world.commands.map(({ command, sudo, selector }, index): PastCommand | null => {
        const last = runs.find((run) => run.title === command.join(' ')) ?? runs[index % Math.max(1, runs.length)];
        if (!last || !words.every((word) => `${command.join(' ')} ${selector}`.toLowerCase().includes(word))) return null;
        const { id, state, who } = last;
        return {
          ...{ command, sudo, timeoutS: 600, selector, strategy: last.strategy, runs: 1 + (index % 4) },
          last: { id, state, who, createdAtMs: last.createdAtMs - index * 5_400_000, targetCount: last.targets.length },
        };
      });
      return { commands: commands.filter((each) => each !== null).slice(0, input.limit) };
    }),
  };
}
