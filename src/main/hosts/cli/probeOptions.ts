import { InvalidArgumentError } from 'commander';
import { isPlainCredential } from '../../../shared/model/credentialHeader.ts';
import { type ProbeFields, probeFieldsSchema } from '../../../shared/model/probe.ts';
import { UsageError } from './cliErrors.ts';

/** What `probes add` takes. */
export interface ProbeOptions {
  server: string;
  from?: 'server' | 'laptop';
  stack?: string;
  interval?: number;
  timeout?: number;
  http?: string;
  tcp?: string;
  tls?: string;
  dns?: string;
  llm?: string;
  /** Of http. */
  status?: string;
  contains?: string;
  lacks?: string;
  want?: string[];
  header?: Record<string, string>;
  secretHeader?: Record<string, string>;
  post?: string;
  /** Of tcp. */
  send?: string;
  says?: string;
  /** Of tls, http and llm. */
  ownCertificate?: boolean;
  /** Of tls. */
  days?: number;
  serverName?: string;
  /** Of dns. */
  type?: string;
  record?: string[];
  /** Of llm. */
  model?: string;
  api?: string;
  stream?: boolean;
  prompt?: string;
  answer?: number;
  maxTokens?: number;
  key?: string;
  callsPerDay?: number;
  tokensPerDay?: number;
}

const kinds = ['http', 'tcp', 'tls', 'dns', 'llm'] as const;

/** The probe that options name. Throws UsageError. */
export function probeFieldsOf(name: string, options: ProbeOptions): ProbeFields {
  const named = kinds.filter((kind) => options[kind] !== undefined);
  if (named.length !== 1) throw new UsageError('Say what to ask: one of --http, --tcp, --tls, --dns and --llm.');
  const { server, from, stack, interval, timeout } = options;
  const given = { name, server, from, stack, intervalS: interval, timeoutMs: timeout === undefined ? undefined : timeout * 1000, check: checkOf(options) };
  const parsed = probeFieldsSchema.safeParse(without(given));
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
}

function checkOf(options: ProbeOptions): Record<string, unknown> {
  const { http, tcp, tls, dns, llm } = options;
  if (http !== undefined) return httpOf(http, options);
  if (tcp !== undefined) return without({ kind: 'tcp', ...placeOf(tcp), send: unescaped(options.send), says: options.says });
  if (tls !== undefined) {
    const { days: minDays, serverName, ownCertificate } = options;
    return without({ kind: 'tls', ...placeOf(tls, 443), minDays, serverName, chain: ownCertificate === true ? false : undefined });
  }
  if (dns !== undefined) return without({ kind: 'dns', record: dns, type: options.type, wanted: options.record });
  const { model, api, stream, prompt, answer, maxTokens, key, ownCertificate, callsPerDay = 500, tokensPerDay = 100_000 } = options;
  if (model === undefined) throw new UsageError('--llm needs --model: the name that the engine knows it by.');
  if ((prompt === undefined) !== (answer === undefined)) throw new UsageError('--prompt and --answer belong together.');
  const question = prompt === undefined ? undefined : { prompt, answer };
  return without({ kind: 'llm', url: llm, model, api, stream, question, maxTokens, key, ownCertificate, limits: { callsPerDay, tokensPerDay } });
}

function httpOf(url: string, { status = '200', contains, lacks, want, header, secretHeader, post, ownCertificate }: ProbeOptions): Record<string, unknown> {
  const plain = Object.entries(header ?? {}).find(([name, value]) => isPlainCredential(name, value));
  if (plain !== undefined) {
    throw new UsageError(
      `The header ${plain[0]} lets somebody in, and a command line is read by others on this computer and kept by the shell: change that value. ` +
        `Store the new one with "pilothouse secrets set NAME", and give --secret-header ${plain[0]}=NAME. Nothing was added.`,
    );
  }
  const wants = without({ status: status.split(',').map(Number), contains, lacks, json: want?.map(ruleOf) });
  const sent = { method: post === undefined ? undefined : 'POST', body: post, headers: header, secretHeaders: secretHeader, ownCertificate };
  return without({ kind: 'http', url, ...sent, wants });
}

/** `PATH=VALUE`, `PATH>NUMBER`, `PATH<NUMBER`, or `PATH` alone: it has to be there. Values are JSON where they can be read as such. */
function ruleOf(text: string): Record<string, unknown> {
  const match = /^([^=<>]+)(?:([=<>])(.*))?$/s.exec(text);
  const [, path = '', sign, value = ''] = match ?? [];
  if (path === '') throw new UsageError(`"${text}" is no place in an answer: PATH, PATH=VALUE, PATH>NUMBER or PATH<NUMBER is expected.`);
  if (sign === undefined) return { path, exists: true };
  if (sign === '=') return { path, is: readValue(value) };
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new UsageError(`"${text}" needs a number.`);
  return sign === '>' ? { path, above: number } : { path, below: number };
}

function readValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

function placeOf(text: string, usual?: number): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const port = match?.[3] === undefined ? usual : Number(match[3]);
  if (match === null || port === undefined) throw new UsageError(`"${text}" is no address: HOST:PORT is expected.`);
  return { host: match[1] ?? match[2] ?? '', port };
}

/** `\r`, `\n` and `\t` as they are typed in a shell. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\([rnt])/g, (_all, letter: string) => ({ r: '\r', n: '\n', t: '\t' })[letter] ?? '');
}

/** A number, whole or not. */
export function number(value: string): number {
  const read = Number(value);
  if (value.trim() === '' || !Number.isFinite(read)) throw new InvalidArgumentError('a number is expected.');
  return read;
}

function without(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
