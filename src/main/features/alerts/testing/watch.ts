import { type AlertRule, alertRuleSchema } from '../../../../shared/model/alertRule.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { createEvaluator } from '../evaluator/evaluateRules.ts';
import { type EvaluatorState, emptyState, readState, writeState } from '../evaluator/evaluatorState.ts';
import {
  type AlertEvent,
  defaultSettings,
  type EvaluatorConfig,
  type EvaluatorInput,
  type EvaluatorSettings,
  type ServerInput,
} from '../evaluator/evaluatorTypes.ts';

/** A rule on the CPU that fires after a minute above 0.8 and is over after half a minute below 0.7, unless changed. */
export function testRule(change: Partial<Record<keyof AlertRule, unknown>> = {}): AlertRule {
  return alertRuleSchema.parse({
    ...{ id: 'cpu', title: 'CPU is busy', explanation: 'The processors have too much to do.', metric: 'cpuUsedRatio', on: 'server', comparator: '>' },
    ...{ value: 0.8, clear: 0.7, sustainedS: 60, clearS: 30, missing: { policy: 'keep', afterS: 300 }, severity: 'warning', schedule: 'environment' },
    ...{ runbook: null, references: [] },
    ...change,
  });
}

/** Tells when a server does not answer, after 90 s. */
export const unreachableRule = testRule({
  ...{ id: 'server-unreachable', title: 'Server does not answer', metric: 'serverReachable', comparator: '==', value: 0, clear: undefined, sustainedS: 90 },
  ...{ clearS: 0, severity: 'critical' },
});

/** Tells that it is this computer, after 30 s. */
export const offlineRule = testRule({
  ...{ id: 'computer-offline', title: 'This computer has lost its network', metric: 'computerOffline', on: 'computer', group: 'fleet', comparator: '==' },
  ...{ value: 1, clear: undefined, sustainedS: 30, clearS: 0, schedule: 'always' },
});

export const testServer = (name: string, change: Partial<ServerInput> = {}): ServerInput => ({
  ...{ id: `srv_${name}`, name, environment: 'production', zone: null, via: null, stacks: [], engines: [], hardware: 'gpu', connection: 'connected' },
  ...{ subjects: {}, samples: [] },
  ...change,
});

export const reading = (metric: string, value: number, subject = ''): Reading => ({ subject, metric, value });

/** What is the case from one moment on. */
export interface Situation {
  /** Readings by name of the server; none: no sample came. */
  values?: Record<string, Reading[] | undefined>;
  connection?: Record<string, ServerInput['connection']>;
  online?: boolean | null;
  maintenance?: EvaluatorInput['maintenance'];
  silences?: EvaluatorInput['silences'];
}

/** 2026-11-23, a Monday, 12:00 UTC. */
export const noonMs = Date.UTC(2026, 10, 23, 12);

/** A fleet watched by an evaluator, with a clock in the test's hand. Its state goes through text at every tick, as after a restart. */
export class Watch {
  nowMs: number;
  state: EvaluatorState = emptyState;
  readonly events: AlertEvent[] = [];
  servers: ServerInput[];
  readonly #evaluate: ReturnType<typeof createEvaluator>;

  constructor(
    rules: readonly AlertRule[],
    servers: ServerInput[] = [testServer('a')],
    { settings, startMs = noonMs, ...config }: Partial<Omit<EvaluatorConfig, 'settings'>> & { settings?: Partial<EvaluatorSettings>; startMs?: number } = {},
  ) {
    this.servers = servers;
    this.nowMs = startMs;
    this.#evaluate = createEvaluator({ rules, hours: [], environmentHours: {}, ...config, settings: { ...defaultSettings, ...settings } });
  }

  /** One tick at the present time, with samples of this moment or those given. */
  tick(situation: Situation, samples?: Record<string, ServerInput['samples']>): AlertEvent[] {
    const { values = {}, connection = {}, online = null, maintenance = [], silences = [] } = situation;
    const servers = this.servers.map((server): ServerInput => {
      const readings = values[server.name];
      const own = samples?.[server.name] ?? (readings === undefined ? [] : [{ atMs: this.nowMs, readings }]);
      return { ...server, connection: connection[server.name] ?? server.connection, samples: own };
    });
    const outcome = this.#evaluate(this.state, { nowMs: this.nowMs, servers, online, maintenance, silences });
    this.state = readState(writeState(outcome.state)) ?? emptyState;
    this.events.push(...outcome.events);
    return outcome.events;
  }

  /** Ticks every `everyS` for a time; returns what happened, with seconds since noon. */
  go(seconds: number, situation: Situation, everyS = 10): string[] {
    const told: string[] = [];
    for (const endMs = this.nowMs + seconds * 1000; this.nowMs < endMs; ) {
      this.nowMs += everyS * 1000;
      told.push(...this.tick(situation).map((event) => this.#line(event)));
    }
    return told;
  }

  #line({ kind, why, key, severity, level, atMs, flapping }: AlertEvent): string {
    const words = [`${(atMs - noonMs) / 1000}s`, kind, ...(why === null ? [] : [why]), key, severity, ...(level === 1 ? [] : [`level ${level}`])];
    return [...words, ...(flapping ? ['flapping'] : [])].join(' ');
  }
}
