import type { StackId } from '../../../../shared/model/ids.ts';
import type { ProbeCheck, ProbeFields, ProbeResult } from '../../../../shared/model/probe.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import type { EngineContainer } from '../engines/engineContainers.ts';
import { probeDns, systemResolve } from './dnsProbe.ts';
import type { HttpWants } from './httpJudgement.ts';
import { probeHttp } from './httpProbe.ts';
import { type KnownQuestion, variedQuestion } from './knownAnswer.ts';
import { type LlmCheck, probeLlm, spentTokens } from './llmProbe.ts';
import { addressOf, isService, openTo, type ProbeAddress } from './probeAddress.ts';
import type { ProbeOutcome } from './probeOutcome.ts';
import type { OpenStream } from './probePorts.ts';
import { serverResolve } from './serverResolve.ts';
import { probeTcp } from './tcpProbe.ts';
import { probeTls, withTls } from './tlsProbe.ts';

/** What running a probe needs; all of one server. */
export interface CheckPorts {
  remote: Pick<RemoteServer, 'forward' | 'exec'>;
  /** Containers that run there now, where the name of a service has to be found. */
  containers(): Promise<readonly EngineContainer[]>;
  /** A stored secret; null: there is none of this name. */
  secret(name: string): Promise<string | null>;
  /** Secrets of the stack's release that runs there. */
  stackSecrets(stack: StackId): Promise<Readonly<Record<string, string>>>;
  nowMs(): number;
  clock(): number;
}

/** What came of it; `unready`: what it needs is not there, so that nothing was asked. */
export type CheckAnswer = { outcome: ProbeOutcome<string>; excerpt: string | null; tokens: number | null } | { unready: string };

type CheckOf<K extends ProbeCheck['kind']> = Extract<ProbeCheck, { kind: K }>;
interface Run {
  fields: ProbeFields;
  ports: CheckPorts;
  signal: AbortSignal;
}

/** What of an LLM probe is asked at its `call`th time. */
export function llmCheckOf(fields: ProbeFields, check: CheckOf<'llm'>, call: number, headers: Readonly<Record<string, string>> = {}): LlmCheck {
  const url = new URL(check.url);
  const { api, model, stream, maxTokens } = check;
  const basePath = url.pathname.replace(/\/+$/, '');
  return {
    ...{ name: fields.name, timeoutMs: fields.timeoutMs, maxTokens, question: questionOf(check.question) ?? variedQuestion(call) },
    target: { api, host: url.host, model, stream, basePath, headers },
  };
}

/** Runs a probe once. Rejects with the signal's reason, or with what reading the containers fails with. `call`: the number of the call. */
export async function runCheck(ports: CheckPorts, fields: ProbeFields, call: number, signal: AbortSignal): Promise<CheckAnswer> {
  const { check } = fields;
  const run: Run = { fields, ports, signal };
  switch (check.kind) {
    case 'http':
      return runHttp(run, check);
    case 'llm':
      return runLlm(run, check, call);
    case 'tcp': {
      const address = await reached(run, check);
      if (address === null) return noContainer(check.host);
      const { send, says } = check;
      const words = { ...(send === undefined ? {} : { send }), ...(says === undefined ? {} : { says }) };
      return plain(await probeTcp(probing(run, openTo(fields.from, ports.remote, address)), { name: fields.name, timeoutMs: fields.timeoutMs, ...words }));
    }
    case 'tls': {
      const address = await reached(run, check);
      if (address === null) return noContainer(check.host);
      const { minDays, minVersion, chain, serverName = check.host } = check;
      const asked = { name: fields.name, serverName, timeoutMs: fields.timeoutMs, wants: { minDays, minVersion, chain } };
      return plain(await probeTls(probing(run, openTo(fields.from, ports.remote, address)), asked, ports.nowMs()));
    }
    case 'dns': {
      const resolve = fields.from === 'server' ? serverResolve(ports.remote) : systemResolve();
      const { record: name, type, wanted, match } = check;
      return plain(await probeDns({ clock: ports.clock, signal }, resolve, { name, type, wanted, match, timeoutMs: fields.timeoutMs }));
    }
  }
}

async function runHttp(run: Run, check: CheckOf<'http'>): Promise<CheckAnswer> {
  const { fields } = run;
  const given = await headersOf(run, check);
  if ('unready' in given) return given;
  const way = await wayTo(run, check, given.secrets.length > 0 || Object.keys(given.headers).some((name) => letsIn.test(name)));
  if ('unready' in way) return way;
  const { url, open } = way;
  const { method, body, wants } = check;
  const outcome = await probeHttp(probing(run, open), {
    ...{ name: fields.name, host: url.host, path: `${url.pathname}${url.search}`, method, headers: given.headers, timeoutMs: fields.timeoutMs },
    ...{ wants: wantsOf(wants), secrets: given.secrets, ...(body === undefined ? {} : { body }) },
  });
  const { holds, proof, failure, values, excerpt } = outcome;
  return { outcome: { holds, proof, failure, values }, excerpt: excerpt === '' ? null : excerpt, tokens: null };
}

async function runLlm(run: Run, check: CheckOf<'llm'>, call: number): Promise<CheckAnswer> {
  const { fields, ports } = run;
  const way = await wayTo(run, check, check.key !== undefined);
  if ('unready' in way) return way;
  const key = check.key === undefined ? null : await ports.secret(check.key);
  if (check.key !== undefined && key === null) return { unready: `there is no secret "${check.key}"` };
  const llm = llmCheckOf(fields, check, call, key === null ? {} : { Authorization: `Bearer ${key}` });
  const { holds, proof, failure, values, answer, ...rest } = await probeLlm(probing(run, way.open), llm);
  const used = spentTokens({ holds, proof, failure, values, answer, ...rest }, llm);
  return { outcome: { holds, proof, failure, values }, excerpt: answer === '' ? null : answer, tokens: used };
}

const plain = ({ holds, proof, failure, values }: ProbeOutcome<string>): CheckAnswer => ({
  ...{ outcome: { holds, proof, failure, values }, excerpt: null, tokens: null },
});
const noContainer = (service: string): CheckAnswer => ({ unready: `${service} has no container that the server reaches` });
const probing = ({ ports, signal }: Run, open: OpenStream) => ({ open, clock: () => ports.clock(), signal });

/** Headers that let in, whatever their values are called. */
const letsIn = /^(proxy-)?authorization$|^cookie$|(api|auth)[-_]?(key|token)$/i;

/** Where the address leads, and the way there, with TLS where it says so: to whoever it is, unless something secret goes along. */
async function wayTo(run: Run, check: CheckOf<'http' | 'llm'>, secret: boolean): Promise<{ url: URL; open: OpenStream } | { unready: string }> {
  const { fields, ports } = run;
  const url = new URL(check.url);
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isTls ? 443 : 80));
  const place = await reached(run, { host, port });
  if (place === null) return { unready: `${host} has no container that the server reaches` };
  const open = openTo(fields.from, ports.remote, place);
  const trust = secret && !check.ownCertificate ? { nowMs: ports.nowMs() } : undefined;
  return { url, open: isTls ? withTls(open, host, trust) : open };
}

async function reached({ fields, ports }: Run, { host, port }: ProbeAddress): Promise<ProbeAddress | null> {
  if (fields.from === 'laptop' || fields.stack === undefined || !isService(host)) return { host, port };
  return addressOf({ host, port }, fields.stack, await ports.containers());
}

/** Headers with their secrets: stored ones by name, and `$NAME` of the stack's release in values. */
async function headersOf(
  { fields, ports }: Run,
  { headers, secretHeaders }: CheckOf<'http'>,
): Promise<{ headers: Record<string, string>; secrets: string[] } | { unready: string }> {
  const found: Record<string, string> = { ...headers };
  const secrets: string[] = [];
  for (const [name, secret] of Object.entries(secretHeaders)) {
    const value = await ports.secret(secret);
    if (value === null) return { unready: `there is no secret "${secret}"` };
    found[name] = value;
    secrets.push(value);
  }
  const { stack } = fields;
  if (stack === undefined || !Object.values(headers).some((value) => /\$[A-Z]/.test(value))) return { headers: found, secrets };
  const own = await ports.stackSecrets(stack);
  for (const [name, text] of Object.entries(headers)) {
    found[name] = text.replaceAll(/\$([A-Z][A-Z0-9_]*)/g, (whole, key: string) => {
      const value = own[key];
      if (value !== undefined) secrets.push(value);
      return value ?? whole;
    });
  }
  return { headers: found, secrets };
}

/** Without what was not given: absent and undefined are two things for the types. */
function wantsOf({ status, headers, contains, lacks, json, firstByteMs, totalMs }: CheckOf<'http'>['wants']): HttpWants {
  return {
    status,
    ...(headers === undefined ? {} : { headers }),
    ...(contains === undefined ? {} : { contains }),
    ...(lacks === undefined ? {} : { lacks }),
    ...(json === undefined ? {} : { json }),
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
  };
}

function questionOf(given: CheckOf<'llm'>['question']): KnownQuestion | null {
  if (given === undefined) return null;
  const asked = (given.prompt.match(/\d{1,15}(?:\.\d{1,15})?/g) ?? []).map(Number).filter((number) => number !== given.answer);
  return { ...given, asked };
}

/** The result to keep of an answer. */
export function resultOf({ outcome, excerpt, tokens }: Exclude<CheckAnswer, { unready: string }>, atMs: number): ProbeResult {
  const values = Object.fromEntries(Object.entries(outcome.values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
  const failure = outcome.failure === null ? null : { code: outcome.failure.code, detail: outcome.failure.detail.slice(0, 2000) };
  return { atMs, holds: outcome.holds, proof: outcome.proof.slice(0, 2000), failure, values, excerpt: excerpt?.slice(0, 1000) ?? null, tokens };
}
