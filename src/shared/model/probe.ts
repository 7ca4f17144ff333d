import { z } from 'zod';
import { isPlainCredential } from './credentialHeader.ts';
import { hostSchema } from './hostName.ts';
import { serverIdSchema, stackIdSchema } from './ids.ts';
import { reachWaySchema } from './reachWay.ts';
import { labelSchema } from './server.ts';

/** Identifies a probe; its readings have the subject `probe:ID`. Form: `probe_` and 16 lower-case hexadecimal digits. */
export const probeIdSchema = z
  .string()
  .regex(/^probe_[0-9a-f]{16}$/)
  .brand<'ProbeId'>();
export type ProbeId = z.infer<typeof probeIdSchema>;

const port = z.int().min(1).max(65_535);
const milliseconds = z.int().min(1).max(600_000);
const words = z.string().min(1).max(1000);
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'a name of a header');
const headerValue = z
  .string()
  .max(2000)
  .refine((value) => !/[\r\n\0]/.test(value), 'one line');
const address = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), 'an address without a password');

/** A place in a payload, as `checks.llm_loaded` or `data.0.id`, and what is wanted there. */
const atPath = { path: z.string().min(1).max(200) };
const scalar = z.union([z.string().max(1000), z.number(), z.boolean()]);
export const probeJsonRuleSchema = z.union([
  z.strictObject({ ...atPath, is: scalar.nullable() }),
  z.strictObject({ ...atPath, oneOf: z.array(scalar).min(1).max(20) }),
  z.strictObject({ ...atPath, above: z.number() }),
  z.strictObject({ ...atPath, below: z.number() }),
  z.strictObject({ ...atPath, atLeast: z.number() }),
  z.strictObject({ ...atPath, contains: words }),
  z.strictObject({ ...atPath, exists: z.literal(true) }),
]);

/** What is wanted of an HTTP answer. A header's value is wanted within it; `null`: the header must not be there. */
export const httpWantsSchema = z.object({
  status: z.array(z.int().min(100).max(599)).min(1).max(20),
  headers: z.record(headerName, headerValue.nullable()).optional(),
  contains: words.optional(),
  lacks: words.optional(),
  json: z.array(probeJsonRuleSchema).max(16).optional(),
  firstByteMs: milliseconds.optional(),
  totalMs: milliseconds.optional(),
});

/** Interfaces of engines that a probe speaks. */
export const llmApiSchema = z.enum(['openai-chat', 'openai-completions', 'ollama-chat', 'ollama-generate']);

/** What a probe may use in a day, counted from midnight of this computer. */
export const spendLimitsSchema = z.object({ callsPerDay: z.int().min(1).max(100_000), tokensPerDay: z.int().min(1).max(1_000_000_000) });

/** Over https something secret goes only to whoever shows a certificate that holds; yes: to any, as it is one of one's own. */
const ownCertificate = z.boolean().default(false);

/**
 * What is asked, and what is wanted. In an address the name of a service stands for its container, where the probe is of a stack. Values of
 * `secretHeaders` and `key` are names of stored secrets; `key` goes as a bearer token.
 */
export const probeCheckSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    url: address,
    method: z.enum(['GET', 'POST']).default('GET'),
    headers: z.record(headerName, headerValue).default({}),
    secretHeaders: z.record(headerName, labelSchema).default({}),
    body: z.string().max(10_000).optional(),
    ownCertificate,
    wants: httpWantsSchema,
  }),
  /** It takes connections; `says`: and says this, after `send` where that is given. */
  z.object({ kind: z.literal('tcp'), host: hostSchema, port, send: words.optional(), says: words.optional() }),
  z.object({
    kind: z.literal('tls'),
    host: hostSchema,
    port: port.default(443),
    /** The name that its certificate has to be for; absent: the host. */
    serverName: hostSchema.optional(),
    minDays: z.int().min(0).max(3650).default(21),
    minVersion: z.enum(['1.2', '1.3']).default('1.2'),
    /** No: a certificate of one's own will do. */
    chain: z.boolean().default(true),
  }),
  z.object({
    kind: z.literal('dns'),
    record: z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/, 'a name of the DNS'),
    type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']).default('A'),
    /** None: some record will do. */
    wanted: z.array(words).max(32).default([]),
    match: z.enum(['any', 'all', 'exactly']).default('any'),
  }),
  z.object({
    kind: z.literal('llm'),
    /** What stands before `/v1` or `/api`, for example `http://vllm:8000`. */
    url: address,
    api: llmApiSchema.default('openai-chat'),
    model: z.string().min(1).max(200),
    stream: z.boolean().default(true),
    /** A question whose answer is a number; absent: small sums that vary, so that no cache answers. */
    question: z.object({ prompt: z.string().min(1).max(2000), answer: z.number() }).optional(),
    /** Of thinking and answer together. */
    maxTokens: z.int().min(1).max(32_768).default(1024),
    key: labelSchema.optional(),
    ownCertificate,
    limits: spendLimitsSchema.default({ callsPerDay: 500, tokensPerDay: 100_000 }),
  }),
]);
export type ProbeCheck = z.infer<typeof probeCheckSchema>;

/** What a person says about a probe. */
export const probeFieldsSchema = z.object({
  name: z.string().trim().min(1).max(120),
  /** Name of the server that it is about: its readings are that server's. */
  server: labelSchema,
  /** Who connects: the server, through the SSH connection, or this computer by itself, as its users would. */
  from: z.enum(['server', 'laptop']).default('server'),
  /** The stack that it looks at, where it is of one. */
  stack: stackIdSchema.optional(),
  /** Not more than ten minutes: a probe that says nothing for a quarter of an hour is told as failing. */
  intervalS: z.int().min(10).max(600).default(60),
  timeoutMs: z.int().min(100).max(600_000).default(10_000),
  paused: z.boolean().default(false),
  check: probeCheckSchema,
});
export type ProbeFields = z.infer<typeof probeFieldsSchema>;

/** The same as it is taken from a person: what lets somebody in is named, never given in plain, since headers are kept and shown as they are. */
export const probeGivenSchema = probeFieldsSchema.superRefine(({ check }, context) => {
  if (check.kind !== 'http') return;
  for (const [name, value] of Object.entries(check.headers)) {
    if (!isPlainCredential(name, value)) continue;
    const message = 'lets somebody in: store its value as a secret, and name that secret in secretHeaders';
    context.addIssue({ code: 'custom', path: ['check', 'headers', name], message });
  }
});

/** What a probe found at one time. */
export const probeResultSchema = z.object({
  atMs: z.number(),
  /** All was as wanted. */
  holds: z.boolean(),
  /** The line that proves it. */
  proof: z.string().max(2000),
  /** Why nothing could be judged; null: it could. */
  failure: z.object({ code: z.string().max(64), detail: z.string().max(2000) }).nullable(),
  /** What was measured, by metrics of the catalogue of probes. */
  values: z.record(z.string().max(64), z.number()),
  /** The beginning of what was answered; null: nothing, or it is of no interest. */
  excerpt: z.string().max(1000).nullable(),
  /** Tokens that it used; null: it asks no model. */
  tokens: z.int().nullable(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/**
 * `waiting`: it has not run yet; `limited`: what it may use in a day is used up, and it rests until `limitedUntilMs`; `unready`: what it
 * needs is not there, as a secret or the container, and `problem` says what.
 */
export const probeStateSchema = z.enum(['waiting', 'holds', 'fails', 'paused', 'limited', 'unready']);

/** A probe as it stands now. */
export const probeSchema = z.object({
  id: probeIdSchema,
  /** `shipped`: it came with a stack that runs on the server; removed, it does not come back by itself. */
  origin: z.enum(['own', 'shipped']),
  fields: probeFieldsSchema,
  serverId: serverIdSchema,
  state: probeStateSchema,
  running: z.boolean(),
  problem: z.string().nullable(),
  last: probeResultSchema.nullable(),
  /** Since when its outcome is what it is; null: it has none. */
  sinceMs: z.number().nullable(),
  /** When it runs next; null: it does not by itself now. */
  nextAtMs: z.number().nullable(),
  limitedUntilMs: z.number().nullable(),
  /** How its server is reached to ask; null: it was not yet, or this computer asks by itself. */
  via: reachWaySchema.nullable(),
  /** What it used in the last 24 hours; null: it asks no model. */
  spent24h: z.object({ calls: z.int(), tokens: z.int() }).nullable(),
});
export type Probe = z.infer<typeof probeSchema>;
