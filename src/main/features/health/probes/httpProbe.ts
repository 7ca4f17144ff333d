import { cleanText } from './cleanText.ts';
import { exchange } from './exchange.ts';
import { type HttpWants, judgeHttp } from './httpJudgement.ts';
import { failed, judged, type ProbeOutcome } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** An address that is asked, and what is wanted of its answer. */
export interface HttpCheck {
  /** As people call it, for the proof. */
  name: string;
  host: string;
  path: string;
  method?: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  wants: HttpWants;
  /** Values that must not be seen in a proof, as those of headers. */
  secrets?: readonly string[];
}

/** The outcome, with what was answered; null: nothing was. */
export interface HttpOutcome extends ProbeOutcome {
  status: number | null;
  /** The beginning of the answer, for a person. */
  excerpt: string;
}

const mostBytes = 1024 * 1024;

/** Asks once and judges the answer. Redirects are not followed: where they lead is part of the answer. Over TLS where the stream is. */
export async function probeHttp(ports: ProbePorts, check: HttpCheck): Promise<HttpOutcome> {
  const { name, host, path, method = 'GET', headers = {}, body, timeoutMs, wants, secrets = [] } = check;
  const seen = await exchange(ports, { method, host, path, headers, ...(body !== undefined && { body }), timeoutMs, maxBytes: mostBytes });
  if ('failure' in seen) {
    const values = seen.connectMs === null ? {} : { connectS: seen.connectMs / 1000 };
    return { ...failed(name, { ...seen.failure, detail: cleanText(seen.failure.detail, secrets) }, values), status: null, excerpt: '' };
  }
  const { answer, connectMs, firstByteMs, totalMs } = seen;
  const findings = judgeHttp(wants, { ...answer, firstByteMs, totalMs });
  const outcome = judged(name, findings, { connectS: connectMs / 1000, firstByteS: firstByteMs / 1000, totalS: totalMs / 1000 });
  return { ...outcome, proof: cleanText(outcome.proof, secrets), status: answer.status, excerpt: cleanText(answer.body, secrets) };
}
