import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import { fillText } from '../steps/stepText.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';

const excerpt = 400;
const maxBytes = 1024 * 1024;

/** Asks a URL from this laptop. Redirects are not followed: where they lead is part of the answer. */
export async function probeHttp(probe: Extract<LocalProbe, { type: 'http' }>, run: ProbeRun, signal: AbortSignal): Promise<ProbeAnswer> {
  const url = fillText(probe.url, run);
  const limit = AbortSignal.any([signal, AbortSignal.timeout((probe.timeoutS ?? 20) * 1000)]);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: limit });
    const text = await beginning(response);
    const wanted = probe.contains === undefined ? null : fillText(probe.contains, run);
    const fits = probe.status.includes(response.status);
    const has = wanted === null || text.includes(wanted);
    const proof = `${url} answered ${response.status}${fits ? '' : `; ${probe.status.join(' or ')} is wanted`}${has ? '' : `; it does not say "${wanted}"`}`;
    return { holds: fits && has, proof, lines: [`${url} ${response.status}`, text.slice(0, excerpt)] };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
    return { holds: false, proof: `${url} did not answer: ${why}`, lines: [`${url} ${why}`] };
  }
}

/** The answer's text, of an endless one the first of it. */
async function beginning(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, maxBytes).toString();
}
