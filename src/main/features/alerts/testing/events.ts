import type { AlertEvidence } from '../../../../shared/model/alert.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { noonMs } from './watch.ts';

export const testEvidence = (change: Partial<AlertEvidence> = {}): AlertEvidence => ({
  ...{ ruleId: 'cpu', serverId: 'srv_a', serverName: 'gpu-1', subject: '', metric: 'cpuUsedRatio', condition: 'threshold', comparator: '>', threshold: 0.8 },
  ...{ value: 0.934, atMs: noonMs, sinceMs: noonMs - 300_000, recent: [[noonMs, 0.934]] },
  ...change,
});

export const testEvent = (change: Partial<AlertEvent> = {}): AlertEvent => ({
  ...{ id: 'cpu/srv_a@1000.1', key: 'cpu/srv_a', kind: 'raised', why: null, atMs: noonMs, cause: 'cpu', title: 'CPU is busy', severity: 'warning', level: 1 },
  ...{ raisedAtMs: 1000, flapping: false, runbook: 'triage', serverIds: ['srv_a'], evidence: [testEvidence()], who: null },
  ...change,
});
