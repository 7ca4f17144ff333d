import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** The one word and mark of a server in a list. */
export interface ServerState {
  id: string;
  tone: Tone;
  word: string;
}

interface Rule {
  id: string;
  tone: Tone;
  applies(row: FleetRow): boolean;
  word(row: FleetRow): string;
}

const hotC = 78;
const fullRatio = 0.9;

/** What is behind a warning or a critical state, in a word or two; null where it cannot be told from the row. */
export function healthReason(row: FleetRow): string | null {
  const gpu = row.facts?.gpu;
  if (gpu?.state === 'hang') return 'GPU hangs';
  if (gpu?.state === 'driver-error') return 'driver error';
  if (row.stacks.some((stack) => stack.health === 'down')) return 'stack down';
  if (row.vitals?.gpus.some((each) => (each.temperatureC ?? 0) >= hotC)) return 'hot';
  if ((row.vitals?.diskUsedRatio ?? 0) >= fullRatio) return 'disk full';
  if (row.stacks.some((stack) => stack.health === 'degraded')) return 'stack degraded';
  return null;
}

/** Precedence, first that applies: what keeps us out, then what is broken, then what is being done, then the rest. */
const rules: readonly Rule[] = [
  { id: 'key-changed', tone: 'bad', applies: (row) => row.connection === 'key-changed', word: () => 'key changed' },
  { id: 'auth-failed', tone: 'bad', applies: (row) => row.connection === 'auth-failed', word: () => 'login refused' },
  { id: 'untrusted', tone: 'warn', applies: (row) => row.connection === 'untrusted', word: () => 'untrusted' },
  { id: 'unreachable', tone: 'bad', applies: (row) => row.connection === 'unreachable', word: () => 'unreachable' },
  { id: 'reconnecting', tone: 'off', applies: (row) => row.connection === 'reconnecting', word: () => 'reconnecting' },
  { id: 'critical', tone: 'bad', applies: (row) => row.health === 'critical', word: (row) => healthReason(row) ?? 'critical' },
  { id: 'busy', tone: 'busy', applies: (row) => row.activity !== null, word: (row) => row.activity?.title ?? 'busy' },
  { id: 'degraded', tone: 'warn', applies: (row) => row.connection === 'degraded', word: () => 'slow link' },
  { id: 'warning', tone: 'warn', applies: (row) => row.health === 'warning', word: (row) => healthReason(row) ?? 'warning' },
  { id: 'connecting', tone: 'off', applies: (row) => row.connection === 'connecting', word: () => 'connecting' },
  { id: 'stale', tone: 'unknown', applies: (row) => row.health === 'stale', word: () => 'stale' },
  { id: 'healthy', tone: 'good', applies: (row) => row.health === 'healthy', word: () => 'healthy' },
  { id: 'idle', tone: 'off', applies: (row) => row.connection === 'idle', word: () => 'not connected' },
  { id: 'unknown', tone: 'unknown', applies: () => true, word: () => 'unknown' },
];

/** The order in which states are listed when sorting: worst first. */
const severity = [
  'key-changed',
  'auth-failed',
  'unreachable',
  'critical',
  'untrusted',
  'reconnecting',
  'degraded',
  'warning',
  'stale',
  'busy',
  'connecting',
  'unknown',
  'idle',
  'healthy',
];

/** The state of a server by the one precedence table of connection, health and activity. */
export function serverState(row: FleetRow): ServerState {
  for (const rule of rules) if (rule.applies(row)) return { id: rule.id, tone: rule.tone, word: rule.word(row) };
  return { id: 'unknown', tone: 'unknown', word: 'unknown' };
}

/** Rank of a state for sorting, worst first. */
export function stateRank(row: FleetRow): number {
  return severity.indexOf(serverState(row).id);
}

/** Whether a person should look at this server now. */
export function needsAttention(row: FleetRow): boolean {
  const { tone } = serverState(row);
  return tone === 'bad' || tone === 'warn';
}

/** Whether the figures of a row can be relied on; otherwise they are shown dimmed. */
export function isCurrent(row: FleetRow): boolean {
  return (row.connection === 'connected' || row.connection === 'degraded') && row.health !== 'stale';
}
