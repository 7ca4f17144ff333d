import type { Alert, AlertEvidence } from '../../../shared/model/alert.ts';

/** Evidence of a value above a limit, held for ten minutes. */
export function testEvidence(metric: string, subject: string, value: number, threshold: number): AlertEvidence {
  return {
    ...{ ruleId: 'rule', serverId: 'srv_1', serverName: 'gpu-1', subject, metric, condition: 'threshold', comparator: '>', threshold, value },
    ...{ atMs: 600_000, sinceMs: 0, recent: [[0, threshold] as [number, number], [600_000, value] as [number, number]] },
  };
}

/** An open alert of a cause on a server, unless changed. */
export function testAlert(cause: string, server: string, change: Partial<Alert> = {}): Alert {
  return {
    ...{ key: `${cause}/srv_${server}`, state: 'open', cause, title: `${cause} is wrong`, explanation: null, severity: 'warning', level: 1, sinceMs: 0 },
    ...{ raisedAtMs: 0, servers: [{ id: `srv_${server}`, name: server }], stacks: [], subjects: [], rules: [cause], evidence: [], flapping: false },
    ...{ acknowledged: null, hold: null, escalatesAtMs: null, runbook: null, incident: null },
    ...change,
  };
}
