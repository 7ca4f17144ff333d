import { isDeepStrictEqual } from 'node:util';
import type { Alert, AlertEventView, AlertsStatus } from '../../../../shared/model/alert.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import { acknowledge, unacknowledge } from '../evaluator/acknowledgeRules.ts';
import { isWrong } from '../evaluator/conditionRules.ts';
import { createEvaluator, type Tick } from '../evaluator/evaluateRules.ts';
import { type EvaluatorState, emptyState } from '../evaluator/evaluatorState.ts';
import type { AlertEvent, EvaluatorInput, Sample, ServerInput } from '../evaluator/evaluatorTypes.ts';
import type { Replay } from '../evaluator/replay.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import { alertIdOf, heldAlertView, openAlertView, type ViewContext } from './alertViewRules.ts';
import { AwayAlerts } from './awayAlerts.ts';
import { ConnectionKeeper } from './connectionKeeper.ts';
import { GapJudge } from './gapJudge.ts';
import type { RulesService } from './rulesService.ts';
import { SampleIntake } from './sampleIntake.ts';
import type { SilencesService } from './silencesService.ts';
import { StateKeeper, type StateKeeperParts } from './stateKeeper.ts';

/** What was found of hours without a watcher is told when nothing more of it has come for so long. */
const usualDigestAfterMs = 60_000;

/** What judging needs beside the ports. */
export interface JudgeParts extends Omit<StateKeeperParts, 'database'> {
  ports: AlertsPorts;
  rules: RulesService;
  silences: SilencesService;
  /** What is known of this computer: whether its sign of life goes out, and what is told arrives. */
  computer(): Reading[];
  outbox(): Pick<AlertsStatus, 'waiting' | 'givenUp'>;
}

/** Judges what is measured, keeps what comes of it, and tells it to whoever watches. */
export class Judge {
  readonly alerts = new KeyedState<Alert>();
  readonly status = new KeyedState<AlertsStatus>();
  /** What was filled in of hours without a watcher. */
  readonly gaps: GapJudge;
  /** Whether this core watches: else nothing is judged, and what is shown is how it stood last. */
  watching = false;
  readonly #parts: JudgeParts;
  readonly #intake = new SampleIntake();
  readonly #away: AwayAlerts;
  readonly #connections: ConnectionKeeper;
  readonly #keeper: StateKeeper;
  readonly #incidents = new Map<string, string>();
  #state: EvaluatorState;
  #evaluate: ReturnType<typeof createEvaluator>;
  #held: Tick['held'] = [];
  #computerOut = false;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
    this.#keeper = new StateKeeper({ ...parts, database: parts.ports.database });
    this.#state = parts.repo.state() ?? emptyState;
    this.#evaluate = createEvaluator(parts.rules.config());
    const { ports, rules, silences } = parts;
    this.#connections = new ConnectionKeeper(ports.keep);
    this.#away = new AwayAlerts({ ...parts, database: ports.database });
    this.gaps = new GapJudge({
      config: () => rules.config(),
      server: (id) => this.situation().servers.find((server) => server.id === id),
      asked: (fromMs, untilMs) => ({ maintenance: ports.maintenance(fromMs, untilMs), silences: silences.judged(fromMs) }),
      judged: (replay) => this.#takePast(replay),
      nowMs: ports.nowMs,
      log: ports.log,
    });
    for (const { id, incident } of parts.repo.open()) if (incident !== null) this.#incidents.set(id, incident);
  }

  /** Rules have changed. */
  reload(): void {
    this.#evaluate = createEvaluator(this.#parts.rules.config());
  }

  /** Takes what was measured, to be judged by the next tick. */
  heard(serverId: string, atMs: number, readings: readonly Reading[]): void {
    this.gaps.heard(serverId, atMs, this.#state);
    this.#intake.add(serverId, atMs, readings);
  }

  /** One look at everything: what came in since the last one, connections, people's wishes and the clock. */
  tick(): void {
    const input = this.situation(this.#intake.take());
    const { state, events, held, computerOut, connections } = this.#evaluate(this.#state, input);
    this.#connections.take(connections, input.nowMs);
    this.#keep(state, events, input);
    this.#held = held;
    this.#computerOut = computerOut;
    this.gaps.tick(input);
    this.#tellAway(input.nowMs);
    this.show(input);
  }

  /** Servers and what people want, as they are now. */
  situation(samples: ReadonlyMap<string, readonly Sample[]> = new Map()): EvaluatorInput {
    const { ports, silences } = this.#parts;
    const nowMs = ports.nowMs();
    const servers = ports.servers();
    const byName = new Map(servers.map(({ id, name }) => [name, id]));
    return {
      nowMs,
      servers: servers.map((server): ServerInput => {
        const { id, name, environment, jump } = server;
        return { id, name, environment, via: jump === null ? null : (byName.get(jump) ?? null), ...ports.situation(server), samples: samples.get(id) ?? [] };
      }),
      // That nothing speaks against our network does not say that it works: then the evaluator looks for itself.
      online: ports.network().state === 'offline' ? false : null,
      computer: this.#parts.computer(),
      maintenance: ports.maintenance(nowMs, nowMs + 1),
      silences: silences.judged(),
    };
  }

  /** Tells watchers how all alerts stand. */
  show(input: EvaluatorInput = this.situation()): void {
    const { rules } = this.#parts;
    const config = rules.config();
    const context: ViewContext = {
      ...{ input, state: this.#state, settings: config.settings },
      servers: new Map(input.servers.map((server) => [server.id, server])),
      wrongRules: new Set(Object.values(this.#state.conditions).flatMap((condition) => (isWrong(condition) ? [condition.ruleId] : []))),
      rule: (id) => rules.byId(id),
      incidentOf: (id) => this.#incidents.get(id) ?? null,
    };
    const present = new Map<string, Alert>();
    for (const alert of Object.values(this.#state.alerts)) present.set(alert.key, openAlertView(alert, context));
    for (const held of this.#held) if (!present.has(held.key)) present.set(held.key, heldAlertView(held, context));
    for (const [key] of this.alerts.entries()) if (!present.has(key)) this.alerts.delete(key);
    for (const [key, alert] of present) if (!isDeepStrictEqual(this.alerts.get(key), alert)) this.alerts.set(key, alert);
    this.showStatus();
  }

  /** Tells watchers whether anybody judges, and what waits to be sent. */
  showStatus(): void {
    const { rules, ports, outbox } = this.#parts;
    const { lastTickMs, graceUntilMs } = this.#state;
    this.status.set('status', {
      ...{ id: 'status', watching: this.watching, judgedAtMs: lastTickMs, computerOut: this.#computerOut },
      ...{ graceUntilMs: graceUntilMs > ports.nowMs() ? graceUntilMs : null, rules: rules.config().rules.length, ...outbox() },
    });
  }

  /** Judges no more, and keeps how all stands: from there on the next program judges what is filled in. */
  async close(): Promise<void> {
    await this.gaps.close();
    if (this.watching) this.#parts.repo.saveState(this.#state, this.#parts.ports.nowMs());
    this.watching = false;
  }

  isOpen(key: string): boolean {
    return this.#state.alerts[key] !== undefined;
  }

  /** Ids of open alerts, from their raise to their end. */
  idOf(key: string): string | null {
    const alert = this.#state.alerts[key];
    return alert === undefined ? null : alertIdOf(alert);
  }

  /** Notes that somebody looks after open alerts. To be called in a transaction with what belongs to it. */
  acknowledge(keys: readonly string[], by: { who: string; untilMs: number | null; note: string | null }): void {
    const nowMs = this.#parts.ports.nowMs();
    const input = this.situation();
    let state = this.#state;
    const events: AlertEvent[] = [];
    for (const key of keys) {
      const outcome = acknowledge(state, key, by, nowMs);
      if (outcome === null) continue;
      state = outcome.state;
      events.push(...outcome.events);
    }
    this.#keep(state, events, input, by.note);
  }

  /** Nobody looks after them any more; told to nobody. */
  unacknowledge(keys: readonly string[], who: string): void {
    const nowMs = this.#parts.ports.nowMs();
    for (const key of keys) {
      const state = unacknowledge(this.#state, key);
      if (state === null) continue;
      this.note(key, { kind: 'unacknowledged', who, note: null, atMs: nowMs });
      this.#keep(state, [], this.situation());
    }
  }

  /** Puts what a person did into the history of an open alert. */
  note(key: string, { kind, who, note, atMs }: Pick<AlertEventView, 'kind' | 'who' | 'note' | 'atMs'>): void {
    const alert = this.#state.alerts[key];
    if (alert === undefined) return;
    const { severity, level, title, flapping } = alert;
    const id = alertIdOf(alert);
    this.#parts.repo.addEvent(id, { id: `${id}/${kind}/${atMs}`, kind, why: null, atMs, severity, level, title, flapping, who, note, evidence: [] });
  }

  /** Notes the incident that was opened for an alert. */
  linkIncident(key: string, incident: string): void {
    const id = this.idOf(key);
    const record = id === null ? undefined : this.#parts.repo.record(id);
    if (id === null || record === undefined) return;
    this.#incidents.set(id, incident);
    this.#parts.repo.save({ ...record, incident });
  }

  /** How many open alerts each rule has. */
  openByRule(): Map<string, number> {
    return countOf(Object.values(this.#state.alerts).flatMap(({ evidence }) => [...new Set(evidence.map(({ ruleId }) => ruleId))]));
  }

  /** How many alerts each silence holds, by its id. */
  heldBySilence(): Map<string, number> {
    return countOf(this.alerts.values().flatMap(({ hold }) => (hold?.reason === 'silence' && hold.id !== null ? [hold.id] : [])));
  }

  /** Goes on as if a server had been heard all along; what began and ended in the meantime is kept, and told later. */
  #takePast(replay: Replay): void {
    const { ports, repo } = this.#parts;
    const state = replay.continued(this.#state);
    const servers = new Map(this.situation().servers.map((server) => [server.id, server]));
    let over = 0;
    ports.database.transaction(() => {
      over = this.#away.keep(replay.over(), servers);
      repo.saveState(state, ports.nowMs());
    });
    this.#state = state;
    ports.log('alerts.gap-judged', { serverId: replay.serverId, over });
  }

  #tellAway(nowMs: number): void {
    const { ports, queued } = this.#parts;
    if (this.#away.waiting > 0 && this.gaps.isQuiet(ports.times?.digestAfterMs ?? usualDigestAfterMs)) queued(this.#away.tell(nowMs));
  }

  #keep(state: EvaluatorState, events: readonly AlertEvent[], input: EvaluatorInput, note: string | null = null): void {
    this.#keeper.keep(state, events, input, note);
    this.#state = state;
    const { log } = this.#parts.ports;
    for (const { kind, key, severity, level } of events) log('alerts.event', { kind, key, severity, level });
  }
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
