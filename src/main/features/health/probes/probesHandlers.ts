import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Probe } from '../../../../shared/model/probe.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import { os } from '../../../rpc/procedures.ts';
import { stateStream } from '../../../rpc/stateStream.ts';
import type { ProbesService } from './probesService.ts';

/** Implements `probes` of the contract. `select` throws what a selector may be wrong by. */
export function probesHandlers(service: ProbesService, select: (selector: string) => readonly { id: ServerId }[]) {
  const idsOf = (selector: string | undefined) => (selector === undefined ? undefined : new Set(select(selector).map(({ id }) => id)));
  return {
    watch: os.probes.watch.handler(async function* ({ input, context, signal }) {
      const ids = idsOf(input.selector);
      if (ids === undefined) return yield* stateStream(context.client, service.state, signal);
      const { state, close } = ofServers(service.state, ids);
      try {
        yield* stateStream(context.client, state, signal);
      } finally {
        close();
      }
    }),
    list: os.probes.list.handler(({ input }) => ({ probes: service.list(idsOf(input.selector)) })),
    add: os.probes.add.handler(({ input }) => ({ probe: service.add(input) })),
    edit: os.probes.edit.handler(({ input }) => ({ probe: service.edit(input) })),
    remove: os.probes.remove.handler(({ input }) => ({ id: service.remove(input) })),
    run: os.probes.run.handler(({ input, signal }) => service.run(input, signal)),
  };
}

/** The part of a state that is of some servers. */
function ofServers(all: KeyedState<Probe>, ids: ReadonlySet<ServerId>): { state: KeyedState<Probe>; close(): void } {
  const state = new KeyedState<Probe>();
  const take = (key: string) => {
    const probe = all.get(key);
    if (probe !== undefined && ids.has(probe.serverId)) state.set(key, probe);
    else state.delete(key);
  };
  for (const [key] of all.entries()) take(key);
  return { state, close: all.subscribe(take) };
}
