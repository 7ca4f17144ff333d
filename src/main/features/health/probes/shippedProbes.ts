import { createHash } from 'node:crypto';
import type { ServerId, StackId } from '../../../../shared/model/ids.ts';
import { type ProbeCheck, type ProbeFields, type ProbeId, probeFieldsSchema } from '../../../../shared/model/probe.ts';
import type { Expectation, HealthGate } from '../../../../shared/model/stackDefinition.ts';

/** Seconds between two runs, of a plain question and of one to a model. */
const intervals = { http: 30, llm: 300 } as const;
/** A model on a processor is slow with its first answer. */
const timeouts = { http: 10_000, llm: 120_000 } as const;

/** A probe that comes with a stack. */
export interface ShippedProbe {
  id: ProbeId;
  fields: ProbeFields;
}

/**
 * The probes that come with a release: its gates and smoke tests that only read, and those that ask a model, which may use so much in a day.
 * What posts something else is left to a person.
 */
export function shippedProbes(server: { id: ServerId; name: string }, stack: StackId, tests: readonly HealthGate[]): ShippedProbe[] {
  const found = new Map<string, ShippedProbe>();
  for (const test of tests) {
    const check = checkOf(test);
    if (check === null || test.kind === 'containers') continue;
    const kind = check.kind === 'llm' ? 'llm' : 'http';
    const fields = probeFieldsSchema.safeParse({
      ...{ name: test.title, server: server.name, stack, from: 'server', intervalS: intervals[kind], timeoutMs: timeouts[kind], check },
    });
    const mark = JSON.stringify(check.kind === 'llm' ? [check.url, check.model] : test);
    if (fields.success && !found.has(mark)) found.set(mark, { id: shippedId(server.id, stack, test.title), fields: fields.data });
  }
  return [...found.values()];
}

/** The same for the same question of a stack on a server, whatever its release. */
function shippedId(server: ServerId, stack: StackId, title: string): ProbeId {
  return `probe_${createHash('sha256')
    .update(JSON.stringify([server, stack, title]))
    .digest('hex')
    .slice(0, 16)}` as ProbeId;
}

function checkOf(test: HealthGate): ProbeCheck | null {
  if (test.kind === 'chat') {
    const url = URL.parse(test.url);
    const base = /^(.*?)\/v1\/chat\/completions$/.exec(url?.pathname ?? '')?.[1];
    // A key that is the release's own is not a stored secret: such a model is asked where it takes none.
    if (url === null || base === undefined || Object.keys(test.headers ?? {}).length > 0) return null;
    const limits = { callsPerDay: 500, tokensPerDay: 100_000 };
    return { kind: 'llm', url: `${url.origin}${base}`, api: 'openai-chat', model: test.model, stream: true, maxTokens: 512, ownCertificate: false, limits };
  }
  if (test.kind !== 'http' || (test.method ?? (test.body === undefined ? 'GET' : 'POST')) !== 'GET') return null;
  const rules = (test.expect ?? []).flatMap(ruleOf);
  const whole = test.expect?.find(({ path, contains }) => path === '' && contains !== undefined)?.contains;
  const wants = { status: test.status, ...(whole === undefined ? {} : { contains: whole }), ...(rules.length === 0 ? {} : { json: rules }) };
  return { kind: 'http', url: test.url, method: 'GET', headers: test.headers ?? {}, secretHeaders: {}, ownCertificate: false, wants };
}

type Rules = NonNullable<Extract<ProbeCheck, { kind: 'http' }>['wants']['json']>;

function ruleOf({ path, equals, atLeast, contains }: Expectation): Rules {
  if (path === '') return [];
  return [
    ...(equals === undefined ? [] : [{ path, is: equals }]),
    ...(atLeast === undefined ? [] : [{ path, atLeast }]),
    ...(contains === undefined ? [] : [{ path, contains }]),
  ];
}
