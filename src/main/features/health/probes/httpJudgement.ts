import { type JsonRule, judgeJson } from './jsonRules.ts';
import type { Finding } from './probeOutcome.ts';

/** What is wanted of an answer. A header's value is wanted within it, whatever its case; `null`: the header must not be there. */
export interface HttpWants {
  status: readonly number[];
  headers?: Readonly<Record<string, string | null>>;
  contains?: string;
  lacks?: string;
  json?: readonly JsonRule[];
  firstByteMs?: number;
  totalMs?: number;
}

/** What was answered. */
export interface HttpSeen {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  firstByteMs: number;
  totalMs: number;
}

/**
 * The health of a BankSight backend: its `status` is a constant, so it says nothing; what counts are the model, the GPU and the documents
 * that it has.
 */
export const bankSightHealth: HttpWants = {
  status: [200],
  json: [
    { path: 'checks.llm_loaded', is: true },
    { path: 'checks.gpu_available', is: true },
    { path: 'checks.vector_db_count', above: 0 },
  ],
};

/** Judges an answer; the status first, then what was wanted beyond it. */
export function judgeHttp(wants: HttpWants, seen: HttpSeen): Finding[] {
  return [
    judgeStatus(wants, seen),
    ...Object.entries(wants.headers ?? {}).map(([name, wanted]) => judgeHeader(name, wanted, seen.headers[name.toLowerCase()])),
    ...judgeText(wants, seen.body),
    ...judgePayload(wants.json ?? [], seen.body),
    ...judgeTime('first byte', wants.firstByteMs, seen.firstByteMs),
    ...judgeTime('whole answer', wants.totalMs, seen.totalMs),
  ];
}

function judgeStatus({ status }: HttpWants, seen: HttpSeen): Finding {
  const holds = status.includes(seen.status);
  return { holds, text: `answered ${seen.status}${holds ? '' : `, ${status.join(' or ')} is wanted`}` };
}

function judgeHeader(name: string, wanted: string | null, found: string | string[] | undefined): Finding {
  const value = Array.isArray(found) ? found.join(', ') : found;
  const shown = value === undefined ? `no header ${name}` : `${name}: ${value.slice(0, 100)}`;
  if (wanted === null) return { holds: value === undefined, text: value === undefined ? shown : `${shown}, which is not wanted` };
  const holds = value?.toLowerCase().includes(wanted.toLowerCase()) ?? false;
  return { holds, text: holds ? shown : `${shown}, "${wanted}" is wanted` };
}

function judgeText({ contains, lacks }: HttpWants, body: string): Finding[] {
  const findings: Finding[] = [];
  if (contains !== undefined) {
    const holds = body.includes(contains);
    findings.push({ holds, text: `it ${holds ? 'says' : 'does not say'} "${contains}"` });
  }
  if (lacks !== undefined) {
    const holds = !body.includes(lacks);
    findings.push({ holds, text: `it ${holds ? 'does not say' : 'says'} "${lacks}"` });
  }
  return findings;
}

function judgePayload(rules: readonly JsonRule[], body: string): Finding[] {
  if (rules.length === 0) return [];
  try {
    const payload: unknown = JSON.parse(body);
    return rules.map((rule) => judgeJson(payload, rule));
  } catch {
    return [{ holds: false, text: 'what it says is no JSON' }];
  }
}

function judgeTime(what: string, mostMs: number | undefined, foundMs: number): Finding[] {
  if (mostMs === undefined) return [];
  const holds = foundMs <= mostMs;
  return [{ holds, text: `${what} after ${Math.round(foundMs)} ms${holds ? '' : `, ${mostMs} ms at most are wanted`}` }];
}
