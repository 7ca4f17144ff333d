import type { Generated } from 'kysely';

/** The tables of probes. */
export interface ProbeSchema {
  probes: ProbesTable;
  probe_spend: ProbeSpendTable;
}

/** Probes. One that came with a stack and was removed stays as a mark, so that it does not come back. */
export interface ProbesTable {
  id: string;
  origin: 'own' | 'shipped';
  server_id: string;
  /** JSON of `probeFieldsSchema`; the server's name in it is that of the time when it was written. */
  fields: string;
  /** The stack that it came with, and the release that it was read from. */
  stack: string | null;
  release: string | null;
  /** A person changed one that was shipped: it stays as it is. */
  edited: Generated<0 | 1>;
  removed: Generated<0 | 1>;
  /** JSON of `probeResultSchema`. */
  last: string | null;
  since_ms: number | null;
  created_at_ms: number;
}

/** What a probe used in an hour, counted from 1970. */
export interface ProbeSpendTable {
  probe_id: string;
  hour: number;
  calls: number;
  tokens: number;
}
