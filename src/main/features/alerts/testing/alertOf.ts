import type { Alert } from '../../../../shared/model/alert.ts';
import { testEvidence } from './events.ts';
import { noonMs } from './watch.ts';

/** An open alert as it is shown. */
export const testAlertView = (change: Partial<Alert> = {}): Alert => ({
  ...{ key: 'cpu/srv_a', state: 'open', cause: 'cpu', title: 'CPU is busy', explanation: 'Too much to do.', severity: 'warning', level: 1, sinceMs: noonMs },
  ...{ raisedAtMs: noonMs + 60_000, servers: [{ id: 'srv_a', name: 'gpu-1' }], stacks: [], subjects: [], rules: ['cpu'], evidence: [testEvidence()] },
  ...{ flapping: false, acknowledged: null, hold: null, escalatesAtMs: null, runbook: null, incident: null },
  ...change,
});
