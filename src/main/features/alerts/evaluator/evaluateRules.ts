import type { Reading } from '../../../../shared/model/reading.ts';
import { afterJump, clockJump } from './clockRules.ts';
import { connectionReadings, isBehindLost, isComputerOut, isUp, ownMetrics } from './connectionRules.ts';
import type { AlertState, ConditionState, EvaluatorState, ServerMemory } from './evaluatorState.ts';
import type { AlertEvent, EvaluatorConfig, EvaluatorInput, ServerInput } from './evaluatorTypes.ts';
import { wrongByRule } from './holdRules.ts';
import { type HeldAlert, heldAlert, membersByAlert } from './memberRules.ts';
import { type Ended, endLost, indexRules, type Observed, observe, type RuleIndex, takeReadings, takeSamples } from './observeRules.ts';
import { type AlertContext, followAlert, raiseAlert } from './openAlertRules.ts';
import { computerId } from './scopeRules.ts';

/** A tick's outcome: what is to be remembered, and what happened, by key. */
export interface Evaluation {
  state: EvaluatorState;
  events: AlertEvent[];
}

/** What is known after a tick besides: for whoever shows it. */
export interface Tick extends Evaluation {
  /** Alerts that hold and were not told. */
  held: HeldAlert[];
  /** The fault is on our side. */
  computerOut: boolean;
  /** What each connection says; of one that is doubtful nothing bad. */
  connections: { serverId: string; readings: Reading[] }[];
}

/**
 * Makes an evaluator of rules. It is a function of what it is given, and changes nothing: the same state and input give the same outcome.
 * What came and went within one tick, as in samples that were filled in after sleep, is no event.
 */
export function createEvaluator(config: EvaluatorConfig): (state: EvaluatorState, input: EvaluatorInput) => Tick {
  const index = indexRules(config);
  return (state, input) => evaluate(state, input, config, index);
}

function evaluate(given: EvaluatorState, input: EvaluatorInput, config: EvaluatorConfig, index: RuleIndex): Tick {
  const { nowMs } = input;
  const { settings } = config;
  const jump = clockJump(given.lastTickMs, nowMs, settings);
  const before = jump === 'none' ? given : afterJump(given, nowMs, jump, settings, index);
  const observed = observe(before.conditions);
  const { conditions } = observed;
  const servers = new Map<string, ServerInput>([...input.servers.map((server) => [server.id, server] as const), [computerId, thisComputer]]);

  const memory: Record<string, ServerMemory> = {};
  for (const server of input.servers) {
    const known = before.servers[server.id] ?? { name: server.name, upAtMs: null, upSinceMs: null, sampleAtMs: null, heardMs: 0 };
    const up = isUp(server) ? { upAtMs: nowMs, upSinceMs: known.upSinceMs ?? nowMs } : { upSinceMs: null };
    memory[server.id] = takeSamples(observed, index, server, { ...known, name: server.name, ...up });
  }
  const computerOut = isComputerOut(input, memory, settings);
  const connections = takeConnections(observed, index, input, memory, { computerOut, inGrace: nowMs < before.graceUntilMs });
  const ended = endLost(conditions, index, servers, memory);

  const holds = { input, index, servers, computerOut, wrong: wrongByRule(conditions) };
  const elapsedMs = jump === 'none' && before.lastTickMs !== null ? nowMs - before.lastTickMs : 0;
  const outcome = stepAlerts(before, conditions, ended, { holds, settings, nowMs, elapsedMs });
  return {
    state: { version: 1, lastTickMs: nowMs, graceUntilMs: before.graceUntilMs, servers: memory, conditions, ...outcome.state },
    events: outcome.events,
    held: outcome.held,
    computerOut,
    connections,
  };
}

/** Takes what the connections say. Where the fault may be ours or lies on the way, windows about servers begin anew when it is over. */
function takeConnections(
  observed: Observed,
  index: RuleIndex,
  input: EvaluatorInput,
  memory: Readonly<Record<string, ServerMemory>>,
  { computerOut, inGrace }: { computerOut: boolean; inGrace: boolean },
): Tick['connections'] {
  const { nowMs, servers } = input;
  const byId = new Map(servers.map((server) => [server.id, server]));
  const hidden = servers.filter((server) => computerOut || isBehindLost(server, byId));
  dropPending(observed.conditions, index, new Set(hidden.map(({ id }) => id)));
  const connections = servers.flatMap((server) => {
    const known = memory[server.id];
    if (known === undefined) return [];
    return [{ serverId: server.id, server, readings: connectionReadings(server, known, nowMs, inGrace || hidden.includes(server)) }];
  });
  for (const { server, readings } of connections) takeReadings(observed, index, server, { atMs: nowMs, heardMs: 0, readings });
  takeReadings(observed, index, thisComputer, { atMs: nowMs, heardMs: 0, readings: input.computer ?? [] });
  if (computerOut && inGrace) return connections;
  const readings = [{ subject: '', metric: 'computerOffline', value: computerOut ? 1 : 0 }];
  takeReadings(observed, index, thisComputer, { atMs: nowMs, heardMs: 0, readings });
  return connections;
}

/** Forgets that connections of some servers seemed lost, where that was not long enough to be an alert. */
function dropPending(conditions: Record<string, ConditionState>, { byId }: RuleIndex, serverIds: ReadonlySet<string>): void {
  if (serverIds.size === 0) return;
  for (const [key, { ruleId, serverId, phase }] of Object.entries(conditions)) {
    const metric = byId.get(ruleId)?.metric;
    if (phase === 'pending' && serverIds.has(serverId) && ownMetrics.some((own) => own === metric)) delete conditions[key];
  }
}

function stepAlerts(
  before: EvaluatorState,
  conditions: Readonly<Record<string, ConditionState>>,
  ended: Ended,
  context: AlertContext,
): { state: Pick<EvaluatorState, 'alerts' | 'raises'>; events: AlertEvent[]; held: HeldAlert[] } {
  const { nowMs, settings } = context;
  const members = membersByAlert(conditions, context.holds);
  const alerts: Record<string, AlertState> = {};
  const raises: Record<string, number[]> = {};
  for (const [key, times] of Object.entries(before.raises)) {
    const kept = times.filter((atMs) => nowMs - atMs < settings.flap.windowS * 1000);
    if (kept.length > 0) raises[key] = kept;
  }
  const events: AlertEvent[] = [];
  const held: HeldAlert[] = [];
  for (const key of [...new Set([...Object.keys(before.alerts), ...members.keys()])].sort()) {
    const open = before.alerts[key];
    const own = members.get(key) ?? [];
    const times = [...(raises[key] ?? []), nowMs];
    const step = open === undefined ? raiseAlert(key, own, times, context) : followAlert(open, own, endOf(open, ended), context);
    if (step.state !== null) alerts[key] = step.state;
    else if (open === undefined) held.push(...heldAlert(key, own, context.holds));
    if (step.event === null) continue;
    events.push(step.event);
    if (step.event.kind === 'raised') raises[key] = times;
  }
  return { state: { alerts, raises }, events, held };
}

/** How the series of an alert ended in this tick; null: they did not. */
function endOf({ members }: AlertState, ended: Ended): AlertState['ending'] {
  const ends = members.flatMap((key) => ended.get(key.replace(/\?$/, '')) ?? []);
  return ends.includes('noData') ? 'noData' : (ends[0] ?? null);
}

/** This computer, as rules about it see it. */
const thisComputer: ServerInput = {
  ...{ id: computerId, name: 'this computer', environment: 'production', zone: null, via: null, stacks: [], engines: [], hardware: null },
  ...{ connection: 'connected', subjects: {}, samples: [] },
};
