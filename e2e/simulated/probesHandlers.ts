import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Engine } from '../../src/shared/model/engine.ts';
import type { StackId } from '../../src/shared/model/ids.ts';
import { type Probe, type ProbeFields, type ProbeId, type ProbeResult, probeFieldsSchema } from '../../src/shared/model/probe.ts';
import { probeIdOf } from './healthNoise.ts';
import type { World } from './world.ts';

const idOf = (text: string) => probeIdOf(text) as ProbeId;

function resultOf({ check }: ProbeFields, atMs: number): ProbeResult {
  const common = { atMs, holds: true, failure: null };
  if (check.kind === 'llm') {
    const values = { connectS: 0.012, firstTokenS: 0.182, interTokenP50S: 0.021, interTokenP95S: 0.034, tokensPerSecond: 46.2, correct: 1 };
    return { ...common, proof: 'The model answers: answered "7"', values, excerpt: '7', tokens: 31 };
  }
  return {
    ...common,
    proof: 'The API is well: answered 200',
    values: { connectS: 0.008, firstByteS: 0.021, totalS: 0.022 },
    excerpt: '{"ok":true}',
    tokens: null,
  };
}

/** Implements `probes` of the contract, and what `health` tells of engines, over what runs in the simulated world. */
export function probesHandlers(world: World) {
  const state = new KeyedState<Probe>();
  const put = (origin: Probe['origin'], given: ProbeFields, seed: string): Probe => {
    const [row] = world.select(given.server);
    if (row === undefined) throw new AppError('server.not-found', { name: given.server });
    const nowMs = Date.now();
    const last = origin === 'shipped' ? resultOf(given, nowMs - 12_000) : null;
    const probe: Probe = {
      ...{
        id: idOf(seed),
        origin,
        fields: given,
        serverId: row.server.id,
        state: given.paused ? 'paused' : last === null ? 'waiting' : 'holds',
        running: false,
      },
      via: 'forward' as const,
      ...{ problem: null, last, sinceMs: last === null ? null : nowMs - 7_200_000, nextAtMs: given.paused ? null : nowMs + 18_000, limitedUntilMs: null },
      spent24h: given.check.kind === 'llm' ? { calls: 212, tokens: 6_572 } : null,
    };
    state.set(probe.id, probe);
    return probe;
  };
  let filled = false;
  const fill = () => {
    if (filled) return;
    filled = true;
    for (const { server, stacks } of world.rows.values()) {
      for (const { stackId } of stacks.slice(0, 2)) {
        const common = { server: server.name, stack: stackId };
        const llm = { kind: 'llm', url: 'http://gateway:3000/openai', model: 'llama3.1:8b' };
        put('shipped', probeFieldsSchema.parse({ ...common, name: 'The model answers', intervalS: 300, check: llm }), `l${server.id}${stackId}`);
        const http = { kind: 'http', url: 'http://127.0.0.1:3000/health', wants: { status: [200] } };
        put('shipped', probeFieldsSchema.parse({ ...common, name: 'Gateway is healthy', intervalS: 30, check: http }), `h${server.id}${stackId}`);
      }
    }
  };
  const find = (which: string): Probe => {
    const found = state.get(which) ?? state.values().find(({ fields }) => fields.name === which);
    if (found === undefined) throw new AppError('probe.not-found', { name: which });
    return found;
  };
  const chosen = (selector: string | undefined) => {
    fill();
    const ids = selector === undefined ? null : new Set<string>(world.select(selector).map(({ server }) => server.id));
    return state.values().filter(({ serverId }) => ids === null || ids.has(serverId));
  };
  return {
    watch: os.probes.watch.handler(({ input, context, signal }) => {
      const ids = new Set(chosen(input.selector).map(({ id }) => id));
      const seen = new KeyedState<Probe>();
      for (const id of ids) seen.set(id, find(id));
      const whole = input.selector === undefined ? state : seen;
      return stateStream(context.client, whole, signal);
    }),
    list: os.probes.list.handler(({ input }) => ({ probes: chosen(input.selector) })),
    add: os.probes.add.handler(({ input }) => ({ probe: put('own', input.fields, Date.now().toString(36)) })),
    edit: os.probes.edit.handler(({ input }) => {
      const probe = { ...find(input.probe), fields: input.fields, state: input.fields.paused ? ('paused' as const) : ('waiting' as const) };
      state.set(probe.id, probe);
      return { probe };
    }),
    remove: os.probes.remove.handler(({ input }) => {
      const { id } = find(input.probe);
      state.delete(id);
      return { id };
    }),
    run: os.probes.run.handler(({ input }) => {
      const before = find(input.probe);
      const result = resultOf(before.fields, Date.now());
      const probe: Probe = { ...before, last: result, state: 'holds', sinceMs: before.sinceMs ?? result.atMs };
      state.set(probe.id, probe);
      return { probe, result };
    }),
  };
}

/** Engines of the stacks that run in the simulated world. */
export function enginesOf(world: World, selector: string): Engine[] {
  const nowMs = Date.now();
  return world.select(selector).flatMap(({ server, stacks }) =>
    stacks.map(({ stackId, health }) => ({
      ...{ serverId: server.id, serverName: server.name, container: `ph-${stackId}-model-1`, kind: 'vllm' as const, stack: stackId as StackId },
      ...{ service: 'model', image: 'vllm/vllm-openai:v0.11.0', host: '172.18.0.4', port: 8000, models: ['llama-3.1-8b'], up: health !== 'down' },
      ...{
        state: health === 'down' ? ('down' as const) : ('working' as const),
        flatSinceMs: null,
        observedAtMs: nowMs - 6_000,
        problem: null,
        via: 'forward' as const,
      },
    })),
  );
}
