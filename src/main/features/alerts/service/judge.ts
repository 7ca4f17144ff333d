import type { Alert, AlertEventView, AlertRecord, AlertsStatus } from '../../../../shared/model/alert.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import type { StoredChannel } from '../delivery/channelsRepo.ts';
import { enqueue } from '../delivery/outboxRules.ts';
import { routed } from '../delivery/routingRules.ts';
import type { DeliveriesRepo, StoredDelivery } from '../delivery/storedDelivery.ts';
import { acknowledge, unacknowledge } from '../evaluator/acknowledgeRules.ts';
import { isWrong } from '../evaluator/conditionRules.ts';
import { createEvaluator, type Tick } from '../evaluator/evaluateRules.ts';
import { type EvaluatorState, emptyState } from '../evaluator/evaluatorState.ts';
import type { AlertEvent, EvaluatorInput, Sample, ServerInput } from '../evaluator/evaluatorTypes.ts';
import type { Replay } from '../evaluator/replay.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import type { AlertsRepo } from './alertsRepo.ts';
import { alertIdOf, eventView, heldAlertView, openAlertView, recordAfter, type ViewContext } from './alertViewRules.ts';
import { AwayAlerts } from './awayAlerts.ts';
import { ConnectionKeeper } from './connectionKeeper.ts';
import { GapJudge } from './gapJudge.ts';
import type { RulesService } from './rulesService.ts';
import { SampleIntake } from './sampleIntake.ts';
import type { SilencesService } from './silencesService.ts';

/** A state in which nothing began or ended is kept so often, so that little is lost with the program. */
const keptEveryMs = 30_000;

/** What was found of hours without a watcher is told when nothing more of it has come for so long. */
const usualDigestAfterMs = 60_000;

/** What judging needs beside the ports. */
export interface JudgeParts {
  ports: AlertsPorts;
  repo: AlertsRepo;
  deliveries: DeliveriesRepo;
  rules: RulesService;
  silences: SilencesService;
  channels(): readonly StoredChannel[];
  /** Takes what was put into the outbox. */
  queued(deliveries: readonly StoredDelivery[]): void;
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
  readonly #incidents = new Map<string, string>();
  #state: EvaluatorState;
  #evaluate: ReturnType<typeof createEvaluator>;
  #held: Tick['held'] = [];
  #computerOut = false;
  #keptAtMs = 0;
  #keptShape = '';

  constructor(parts: JudgeParts) {
    this.#parts = parts;
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
    for (const [key, alert] of present) if (JSON.stringify(this.alerts.get(key)) !== JSON.stringify(alert)) this.alerts.set(key, alert);
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

  /** Keeps a state with its events and what is to be sent, all or nothing. */
  #keep(state: EvaluatorState, events: readonly AlertEvent[], { nowMs, servers }: EvaluatorInput, note: string | null = null): void {
    const { ports, repo, deliveries, channels, queued } = this.#parts;
    const shape = shapeOf(state);
    if (events.length > 0 || shape !== this.#keptShape || nowMs - this.#keptAtMs >= keptEveryMs || nowMs < this.#keptAtMs) {
      const byId = new Map(servers.map((server) => [server.id, server]));
      const added: StoredDelivery[] = [];
      ports.database.transaction(() => {
        repo.saveState(state, nowMs);
        const records = new Map<string, AlertRecord>();
        for (const event of events) {
          const id = alertIdOf(event);
          const record = recordAfter(records.get(id) ?? repo.record(id), event, byId);
          records.set(id, record);
          repo.save(record);
          repo.addEvent(id, eventView(event, event.kind === 'acknowledged' ? note : null));
        }
        const before = [...records.keys()].flatMap((id) => deliveries.of(id));
        const told = channels()
          .filter(({ fields }) => fields.enabled)
          .map(routed);
        for (const delivery of enqueue(before, events, told, nowMs).slice(before.length)) {
          const stored = deliveries.insert(alertIdOf(delivery.event), delivery);
          if (stored !== null) added.push(stored);
        }
      });
      this.#keptAtMs = nowMs;
      this.#keptShape = shape;
      queued(added);
    }
    this.#state = state;
    for (const event of events) ports.log('alerts.event', { kind: event.kind, key: event.key, severity: event.severity, level: event.level });
  }
}

/** What a restart must not lose: which conditions and alerts there are, and how they stand. */
function shapeOf({ conditions, alerts, graceUntilMs }: EvaluatorState): string {
  const phases = Object.entries(conditions).map(([key, { phase, missing }]) => `${key} ${phase} ${missing}`);
  const open = Object.values(alerts).map(({ key, sequence, held, acknowledged }) => `${key} ${sequence} ${held} ${acknowledged?.atMs}`);
  return [graceUntilMs, ...phases, ...open].join('\n');
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
