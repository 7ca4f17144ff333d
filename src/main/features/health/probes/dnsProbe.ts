import { Resolver } from 'node:dns/promises';
import { cleanText } from './cleanText.ts';
import { limited, untilAborted } from './limited.ts';
import { codeOf, errorText } from './openStream.ts';
import { failed, judged, type ProbeOutcome } from './probeOutcome.ts';
import type { ProbePorts } from './probePorts.ts';

/** Records that are asked for. */
export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'TXT';

/** Asks for the records of a name; rejects with the codes of `node:dns`. From this computer, or by a command on a server. */
export type Resolve = (name: string, type: DnsType, signal: AbortSignal) => Promise<string[]>;

/** A name, and the records that it has to have: one of them at least, all of them, or these and no others. Without any: some record. */
export interface DnsCheck {
  name: string;
  type: DnsType;
  wanted?: readonly string[];
  match?: 'any' | 'all' | 'exactly';
  timeoutMs: number;
}

/** Resolves by the servers that this computer is set to, or by those given, as `10.0.0.2` or `[fd00::1]:5353`. */
export function systemResolve(servers?: readonly string[]): Resolve {
  return async (name, type, signal) => {
    const resolver = new Resolver();
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (type === 'TXT') return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
      if (type === 'CNAME') return await resolver.resolveCname(name);
      return type === 'A' ? await resolver.resolve4(name) : await resolver.resolve6(name);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** Asks once and judges the records. That there is none is an answer. */
export async function probeDns(
  { clock, signal }: Pick<ProbePorts, 'clock' | 'signal'>,
  resolve: Resolve,
  { name, type, wanted = [], match = 'any', timeoutMs }: DnsCheck,
): Promise<ProbeOutcome> {
  const limit = limited(signal, timeoutMs);
  const startedAt = clock();
  try {
    const found = await untilAborted(limit.signal, resolve(name, type, limit.signal), () => {});
    const values = { resolveS: (clock() - startedAt) / 1000 };
    const has = (record: string) => found.some((each) => (type === 'TXT' ? each === record : sameName(each, record)));
    const fits = match === 'any' ? wanted.some(has) : wanted.every(has) && (match === 'all' || found.length === wanted.length);
    const holds = found.length > 0 && (wanted.length === 0 || fits);
    const seen = found.length === 0 ? `has no ${type} record` : `resolves to ${cleanText(found.join(', ')).slice(0, 200)}`;
    return judged(name, [{ holds, text: holds || wanted.length === 0 ? seen : `${seen}; ${wanted.join(', ')} is wanted` }], values);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.isOver() || codeOf(error) === 'ETIMEOUT') return failed(name, { code: 'timed-out', detail: 'no name server answered in time' });
    const values = { resolveS: (clock() - startedAt) / 1000 };
    if (codeOf(error) === 'ENOTFOUND') return judged(name, [{ holds: false, text: 'there is no such name' }], values);
    if (codeOf(error) === 'ENODATA') return judged(name, [{ holds: false, text: `has no ${type} record` }], values);
    return failed(name, { code: 'unreachable', detail: `no name server answers: ${errorText(error)}` });
  } finally {
    limit.end();
  }
}

/** Names and addresses are the same in any case, and with or without the dot at their end. */
function sameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => each.toLowerCase().replace(/\.$/, ''));
  return a === b;
}
