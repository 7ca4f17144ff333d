import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { ValueSet } from '../../src/shared/contract/stackDay2.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationKind } from '../../src/shared/model/operation.ts';
import { driftOf, modelsOf, pruneListOf } from './deploymentData.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

const step = (title: string) => [{ id: 'work', title }];

/** Implements `stackDay2` of the contract. What is adopted, reverted or pruned is so from then on. */
export function stackDay2Handlers(world: World) {
  const settled = new Set<string>();
  const pruned = new Set<string>();
  const sets: ValueSet[] = [];

  const definition = (id: string) => {
    const found = stackCatalog.find((stack) => stack.id === id);
    if (!found) throw new AppError('stack.not-found', { id });
    return found;
  };
  /** Servers that hold the stack and can be asked; one alone that cannot throws why. */
  const asked = (id: string, selector: string): FleetRow[] => {
    const rows = world.select(selector);
    const reached = rows.filter((row) => row.connection === 'connected');
    const failure = rows.find((row) => row.connectionError !== null)?.connectionError;
    if (reached.length === 0 && failure) throw new AppError('ssh.connection-lost', { server: rows[0]?.server.name ?? selector });
    return reached.filter((row) => row.stacks.some((stack) => stack.stackId === id));
  };
  const releaseOf = (row: FleetRow, id: string) => row.stacks.find((stack) => stack.stackId === id)?.release ?? null;
  const begin = (kind: OperationKind, title: string, input: { id: string; selector: string; confirm?: string | undefined }, effect: string) => {
    const rows = asked(input.id, input.selector);
    world.guard(rows, input.confirm, input.selector, effect);
    return { operation: world.operations.start({ kind, title: `${title} ${input.id}`, subject: input.id, rows, steps: step(title), who: 'Mara' }) };
  };
  const settle = (input: { id: string; selector: string; items: string[] }) => {
    for (const row of asked(input.id, input.selector)) for (const item of input.items) settled.add(`${row.server.id}/${item}`);
  };
  const named = (services: readonly string[] | undefined, id: string) => (services?.length ? services.join(', ') : `All of ${id}`);

  return {
    drift: os.stackDay2.drift.handler(({ input }) => ({
      deployments: asked(input.id, input.selector).map((row) => driftOf(row, definition(input.id), releaseOf(row, input.id), settled, Date.now())),
    })),
    adopt: os.stackDay2.adopt.handler(({ input }) => {
      const started = begin(
        'rollout',
        'Adopting differences of',
        input,
        `A release with ${input.items.length} differences of the server is written and rolled out.`,
      );
      settle(input);
      return started;
    }),
    revert: os.stackDay2.revert.handler(({ input }) => {
      const started = begin(
        'stack-revert',
        'Reverting differences of',
        input,
        `${input.items.length} differences are taken back; containers may be made anew.`,
      );
      settle(input);
      return started;
    }),
    start: os.stackDay2.start.handler(({ input }) => begin('stack-start', 'Starting', input, `${named(input.services, input.id)} starts.`)),
    stop: os.stackDay2.stop.handler(({ input }) => begin('stack-stop', 'Stopping', input, `${named(input.services, input.id)} stops and does not answer.`)),
    restartWarnings: os.stackDay2.restartWarnings.handler(({ input }) => ({
      warnings: asked(input.id, input.selector)
        .slice(0, 1)
        .filter((row) => row.server.id.endsWith('0'))
        .map((row) => ({
          serverName: row.server.name,
          said: 'The definition of r18 was changed on disk after its containers were made: a restart starts them as they are and does not read it.',
        })),
    })),
    models: os.stackDay2.models.handler(({ input }) => ({ models: asked(input.id, input.selector).flatMap((row) => modelsOf(row, definition(input.id))) })),
    updateModel: os.stackDay2.updateModel.handler(({ input }) =>
      begin('rollout', `Updating ${input.model} of`, input, `${input.model} is pulled anew and takes the place of the one that answers now.`),
    ),
    prunable: os.stackDay2.prunable.handler(({ input }) => ({
      lists: stackCatalog
        .filter((stack) => input.id === undefined || stack.id === input.id)
        .flatMap((stack) =>
          asked(stack.id, input.selector).map((row) => pruneListOf(row, stack, releaseOf(row, stack.id), pruned.has(`${row.server.id}/${stack.id}`))),
        ),
    })),
    prune: os.stackDay2.prune.handler(({ input }) => {
      const started = begin('stack-prune', 'Pruning', input, `What no release needs any longer is removed, ${input.volumes?.length ?? 0} volumes among it.`);
      for (const row of asked(input.id, input.selector)) pruned.add(`${row.server.id}/${input.id}`);
      return started;
    }),
    valueSets: os.stackDay2.valueSets.handler(({ input }) => ({ sets: sets.filter((set) => input.id === undefined || set.stackId === input.id) })),
    changeValues: os.stackDay2.changeValues.handler(({ input }) => {
      const same = (set: ValueSet) => set.stackId === input.id && JSON.stringify(set.scope) === JSON.stringify(input.scope);
      const before = sets.find(same);
      const values = { ...before?.values, ...input.set };
      for (const name of input.unset ?? []) delete values[name];
      const set: ValueSet = { stackId: input.id, scope: input.scope, values, updatedAtMs: Date.now(), who: 'Mara' };
      if (before) sets.splice(sets.indexOf(before), 1);
      sets.push(set);
      return set;
    }),
  };
}
