import type { AlertRecord } from '../../../../shared/model/alert.ts';
import type { Database } from '../../../database/database.ts';
import type { StoredChannel } from '../delivery/channelsRepo.ts';
import { enqueue } from '../delivery/outboxRules.ts';
import { routed } from '../delivery/routingRules.ts';
import type { DeliveriesRepo, StoredDelivery } from '../delivery/storedDelivery.ts';
import type { EvaluatorState } from '../evaluator/evaluatorState.ts';
import type { AlertEvent, EvaluatorInput } from '../evaluator/evaluatorTypes.ts';
import type { AlertsRepo } from './alertsRepo.ts';
import { alertIdOf, eventView, recordAfter } from './alertViewRules.ts';

/** A state in which nothing began or ended is kept so often, so that little is lost with the program. */
const keptEveryMs = 30_000;

/** What keeping needs. */
export interface StateKeeperParts {
  database: Database;
  repo: AlertsRepo;
  deliveries: DeliveriesRepo;
  channels(): readonly StoredChannel[];
  /** Takes what was put into the outbox. */
  queued(deliveries: readonly StoredDelivery[]): void;
}

/** Keeps what judging comes to. */
export class StateKeeper {
  readonly #parts: StateKeeperParts;
  #keptAtMs = 0;
  #keptShape = '';

  constructor(parts: StateKeeperParts) {
    this.#parts = parts;
  }

  /** Keeps a state with its events and what is to be sent, all or nothing; where nothing happened, now and then. `note`: what a person wrote. */
  keep(state: EvaluatorState, events: readonly AlertEvent[], { nowMs, servers }: Pick<EvaluatorInput, 'nowMs' | 'servers'>, note: string | null): void {
    const { database, repo, deliveries, channels, queued } = this.#parts;
    const shape = shapeOf(state);
    if (events.length === 0 && shape === this.#keptShape && nowMs - this.#keptAtMs < keptEveryMs && nowMs >= this.#keptAtMs) return;
    const byId = new Map(servers.map((server) => [server.id, server]));
    const added: StoredDelivery[] = [];
    database.transaction(() => {
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
}

/** What a restart must not lose: which conditions and alerts there are, and how they stand. */
function shapeOf({ conditions, alerts, graceUntilMs }: EvaluatorState): string {
  const phases = Object.entries(conditions).map(([key, { phase, missing }]) => `${key} ${phase} ${missing}`);
  const open = Object.values(alerts).map(({ key, sequence, held, acknowledged }) => `${key} ${sequence} ${held} ${acknowledged?.atMs}`);
  return [graceUntilMs, ...phases, ...open].join('\n');
}
