import { z } from 'zod';

/** Whether doing the same again can help: `never` without a change, `later` by itself, `after-fix` once a person changed something. */
export type Retry = 'never' | 'later' | 'after-fix';

/** Declares one expected failure: the shape of its data and whether a retry makes sense. */
function defineError<S extends z.ZodType>(data: S, options: { retry: Retry }): { data: S; retry: Retry } {
  return { data, retry: options.retry };
}

const text = z.string().max(4000);
const endpoint = z.object({ server: text, host: text, port: z.int() });
const file = z.object({ server: text, path: text });
/** Where it is known beforehand that something will not fit. */
const room = { neededBytes: z.number().optional(), freeBytes: z.number().optional() };

/**
 * Every expected failure by its code. Texts for people are in `errorWording.ts`; nothing matches on message text. Data never
 * holds secrets. What is not here is a bug and becomes `internal`.
 */
export const errorDefinitions = {
  internal: defineError(z.object({ correlationId: text }), { retry: 'never' }),
  'input.invalid': defineError(z.object({ issues: z.array(z.object({ path: text, message: text })).max(50) }), { retry: 'after-fix' }),
  'outcome-unknown': defineError(z.object({ what: text }), { retry: 'after-fix' }),

  'core.unavailable': defineError(z.object({ reason: text }), { retry: 'later' }),
  'core.locked': defineError(z.object({ pid: z.int().nullable(), directory: text }), { retry: 'later' }),
  'core.stopping': defineError(z.object({}), { retry: 'later' }),
  'database.from-future': defineError(z.object({ file: text, found: z.int(), supported: z.int() }), { retry: 'after-fix' }),
  'database.unreadable': defineError(z.object({ file: text, reason: text }), { retry: 'after-fix' }),
  'stream.not-found': defineError(z.object({ streamId: text }), { retry: 'never' }),
  'local.disk-full': defineError(z.object({ path: text }), { retry: 'after-fix' }),
  'local.no-room': defineError(z.object({ path: text, ...room }), { retry: 'after-fix' }),
  'local.file-unreadable': defineError(z.object({ path: text, reason: text }), { retry: 'after-fix' }),
  'local.file-unwritable': defineError(z.object({ path: text, reason: text }), { retry: 'after-fix' }),

  'server.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'server.name-taken': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'server.in-use': defineError(z.object({ name: text, by: text }), { retry: 'after-fix' }),
  'server.two-ways': defineError(z.object({ name: text, jump: text }), { retry: 'after-fix' }),
  'server.untrusted': defineError(z.object({ server: text }), { retry: 'after-fix' }),
  'selector.invalid': defineError(z.object({ selector: text, problem: text }), { retry: 'after-fix' }),
  'selector.no-match': defineError(z.object({ selector: text }), { retry: 'after-fix' }),
  'import.unreadable': defineError(z.object({ source: text, reason: text }), { retry: 'after-fix' }),

  'ssh.host-not-found': defineError(endpoint, { retry: 'after-fix' }),
  'ssh.connection-refused': defineError(endpoint, { retry: 'later' }),
  'ssh.connect-timeout': defineError(endpoint.extend({ seconds: z.number() }), { retry: 'later' }),
  'ssh.network-unreachable': defineError(endpoint.extend({ reason: text }), { retry: 'later' }),
  'ssh.closed-before-login': defineError(endpoint, { retry: 'later' }),
  'ssh.handshake-failed': defineError(endpoint.extend({ reason: text }), { retry: 'after-fix' }),
  'ssh.auth-key-refused': defineError(endpoint.extend({ user: text, method: text }), { retry: 'after-fix' }),
  'ssh.auth-password-refused': defineError(endpoint.extend({ user: text }), { retry: 'after-fix' }),
  'ssh.key-unreadable': defineError(z.object({ server: text, path: text, reason: text }), { retry: 'after-fix' }),
  'ssh.key-passphrase-needed': defineError(z.object({ server: text, path: text }), { retry: 'after-fix' }),
  'ssh.agent-unavailable': defineError(z.object({ server: text }), { retry: 'after-fix' }),
  'ssh.password-missing': defineError(z.object({ server: text }), { retry: 'after-fix' }),
  'ssh.auth-answers-refused': defineError(endpoint.extend({ user: text }), { retry: 'after-fix' }),
  'ssh.login-needs-person': defineError(z.object({ server: text, user: text, asks: text }), { retry: 'after-fix' }),
  'ssh.certificate-unusable': defineError(z.object({ server: text, path: text, reason: text }), { retry: 'after-fix' }),
  'ssh.certificate-refused': defineError(endpoint.extend({ user: text, keyId: text, reason: text }), { retry: 'after-fix' }),
  'ssh.host-certificate-invalid': defineError(endpoint.extend({ keyId: text, authority: text, reason: text }), { retry: 'after-fix' }),
  'ssh.host-key-unknown': defineError(endpoint.extend({ keyType: text, fingerprint: text }), { retry: 'after-fix' }),
  'ssh.host-key-changed': defineError(endpoint.extend({ keyType: text, expected: z.array(text), found: text }), { retry: 'after-fix' }),
  'ssh.host-key-revoked': defineError(endpoint.extend({ keyType: text, fingerprint: text }), { retry: 'never' }),
  'ssh.connection-lost': defineError(z.object({ server: text }), { retry: 'later' }),
  'ssh.channel-refused': defineError(z.object({ server: text, reason: text }), { retry: 'later' }),
  'ssh.link-slow': defineError(z.object({ server: text, roundTripMs: z.number() }), { retry: 'later' }),
  'ssh.link-silent': defineError(z.object({ server: text }), { retry: 'later' }),
  'ssh.system-client-unavailable': defineError(z.object({ server: text, reason: text }), { retry: 'after-fix' }),

  'sudo.unavailable': defineError(z.object({ server: text, user: text }), { retry: 'after-fix' }),
  'sudo.password-missing': defineError(z.object({ server: text, user: text }), { retry: 'after-fix' }),
  'sudo.password-wrong': defineError(z.object({ server: text, user: text }), { retry: 'after-fix' }),
  'sudo.needs-terminal': defineError(z.object({ server: text, user: text }), { retry: 'after-fix' }),
  'key.not-found': defineError(z.object({ key: text }), { retry: 'after-fix' }),
  'key.exists': defineError(z.object({ path: text }), { retry: 'after-fix' }),
  'key.unusable': defineError(z.object({ path: text, reason: text }), { retry: 'after-fix' }),
  'key.carries-us': defineError(z.object({ server: text, fingerprint: text }), { retry: 'after-fix' }),
  'key.not-proved': defineError(z.object({ server: text, fingerprint: text, because: text }), { retry: 'after-fix' }),

  'remote.timeout': defineError(z.object({ server: text, what: text, seconds: z.number() }), { retry: 'later' }),
  'remote.disk-full': defineError(z.object({ server: text, path: text, ...room }), { retry: 'after-fix' }),
  'remote.permission-denied': defineError(z.object({ server: text, what: text }), { retry: 'after-fix' }),
  'remote.command-failed': defineError(z.object({ server: text, what: text, exitCode: z.int().nullable(), signal: text.nullable(), output: text }), {
    retry: 'after-fix',
  }),
  'remote.unparsable': defineError(z.object({ server: text, what: text, excerpt: text }), { retry: 'never' }),
  'remote.output-too-large': defineError(z.object({ server: text, what: text, limitBytes: z.int() }), { retry: 'after-fix' }),
  'job.start-failed': defineError(z.object({ server: text, jobId: text, reason: text }), { retry: 'later' }),
  'job.lost': defineError(z.object({ server: text, jobId: text, by: z.enum(['reboot', 'kill', 'removal']) }), { retry: 'after-fix' }),

  'file.not-found': defineError(file, { retry: 'after-fix' }),
  'file.is-directory': defineError(file, { retry: 'after-fix' }),
  'file.not-directory': defineError(file, { retry: 'after-fix' }),
  'file.not-regular': defineError(file, { retry: 'after-fix' }),
  'file.exists': defineError(file, { retry: 'after-fix' }),
  'file.too-large': defineError(file.extend({ sizeBytes: z.number(), limitBytes: z.number() }), { retry: 'after-fix' }),
  'file.not-text': defineError(file, { retry: 'after-fix' }),
  'file.changed-underneath': defineError(file, { retry: 'after-fix' }),
  'file.owner-not-kept': defineError(file.extend({ owner: text, user: text }), { retry: 'after-fix' }),
  'transfer.checksum-mismatch': defineError(file, { retry: 'later' }),
  'transfer.source-changed': defineError(z.object({ path: text }), { retry: 'later' }),
  'tunnel.not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'tunnel.name-taken': defineError(z.object({ server: text, name: text }), { retry: 'after-fix' }),
  'tunnel.port-taken': defineError(z.object({ port: z.int(), reason: text }), { retry: 'after-fix' }),
  /** `forbidden`: its sshd lets nobody through to anywhere. */
  'tunnel.target-refused': defineError(endpoint.extend({ reason: text, forbidden: z.boolean().optional() }), { retry: 'after-fix' }),

  'operation.not-found': defineError(z.object({ id: text }), { retry: 'never' }),
  'operation.wrong-state': defineError(z.object({ id: text, state: text, wanted: text }), { retry: 'never' }),
  'operation.lease-lost': defineError(z.object({ id: text }), { retry: 'later' }),
  'guard.confirmation-needed': defineError(z.object({ expected: text, effect: text }), { retry: 'after-fix' }),
  'guard.plan-stale': defineError(z.object({ server: text, plan: text, what: text }), { retry: 'after-fix' }),
  'guard.lint': defineError(z.object({ stack: text, rules: z.array(text).max(50), findings: z.array(text).max(20) }), { retry: 'after-fix' }),
  'lint.not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'guard.deploy-locked': defineError(z.object({ server: text, who: text, sinceMs: z.number(), why: text }), { retry: 'later' }),

  'workflow.not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'workflow.definition-invalid': defineError(z.object({ source: text, issues: z.array(text).max(50) }), { retry: 'after-fix' }),
  'workflow.input-invalid': defineError(z.object({ name: text, problem: text }), { retry: 'after-fix' }),
  'workflow.step-failed': defineError(z.object({ server: text, step: text, phase: text, exitCode: z.int().nullable(), output: text }), { retry: 'after-fix' }),
  'guide.stop-fixed': defineError(z.object({ stop: text }), { retry: 'never' }),
  'schedule.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'schedule.exists': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'schedule.not-automatic': defineError(z.object({ name: text, because: text }), { retry: 'after-fix' }),
  'probe.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'probe.exists': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'probe.not-run': defineError(z.object({ name: text, reason: text }), { retry: 'later' }),
  'window.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'window.exists': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  /** `next`: the next window of the servers in words, with its zone; null: there is none to come. */
  'window.closed': defineError(z.object({ servers: text, what: text, next: text.nullable(), nextAtMs: z.number().nullable() }), { retry: 'later' }),
  'workflow.step-not-found': defineError(z.object({ id: text, step: text }), { retry: 'after-fix' }),
  'workflow.facts-missing': defineError(z.object({ server: text, what: text }), { retry: 'after-fix' }),
  'workflow.answered-no': defineError(z.object({ server: text, step: text, who: text }), { retry: 'after-fix' }),
  'workflow.approval-refused': defineError(z.object({ server: text, step: text, who: text }), { retry: 'after-fix' }),
  'workflow.approval-invalid': defineError(z.object({ who: text, because: text }), { retry: 'after-fix' }),
  'workflow.wait-ended': defineError(z.object({ server: text, step: text, seconds: z.number(), last: text }), { retry: 'after-fix' }),
  'workflow.reboot-missing': defineError(z.object({ server: text, seconds: z.number() }), { retry: 'after-fix' }),
  'workflow.guard-not-armed': defineError(z.object({ server: text, step: text, output: text }), { retry: 'after-fix' }),
  'workflow.guard-unclear': defineError(z.object({ server: text, step: text, stood: text }), { retry: 'after-fix' }),
  'workflow.lockout-averted': defineError(z.object({ server: text, step: text, seconds: z.number(), because: text }), { retry: 'after-fix' }),
  'workflow.login-not-proved': defineError(z.object({ server: text, user: text, because: text }), { retry: 'after-fix' }),

  'identity.key-unusable': defineError(z.object({ reason: text }), { retry: 'after-fix' }),
  'identity.person-not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'identity.person-exists': defineError(z.object({ name: text, fingerprint: text }), { retry: 'after-fix' }),
  'approval.unusable': defineError(z.object({ because: text }), { retry: 'after-fix' }),
  'incident.not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'incident.closed': defineError(z.object({ id: text }), { retry: 'after-fix' }),

  'stack.not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'stack.definition-invalid': defineError(z.object({ source: text, issues: z.array(text).max(50) }), { retry: 'after-fix' }),
  'stack.parameter-invalid': defineError(z.object({ name: text, problem: text }), { retry: 'after-fix' }),
  'stack.compose-malformed': defineError(z.object({ file: text, line: z.int().nullable(), problem: text }), { retry: 'after-fix' }),
  'stack.requirement-unmet': defineError(z.object({ server: text, shortfalls: z.array(text).max(20) }), { retry: 'after-fix' }),
  'stack.not-deployed': defineError(z.object({ server: text, stack: text }), { retry: 'after-fix' }),
  'stack.release-not-found': defineError(z.object({ server: text, stack: text, release: text }), { retry: 'after-fix' }),
  'stack.gate-failed': defineError(z.object({ server: text, stack: text, gate: text, reason: text, restored: text.nullable() }), { retry: 'after-fix' }),
  'stack.lock-lost': defineError(z.object({ server: text, stack: text, who: text, sinceMs: z.number(), why: text }), { retry: 'after-fix' }),
  'stack.deployed': defineError(z.object({ stack: text, servers: z.array(text).max(20) }), { retry: 'after-fix' }),
  'stack.differs': defineError(z.object({ server: text, project: text, differences: z.array(text).max(20) }), { retry: 'after-fix' }),
  'stack.project-not-found': defineError(z.object({ server: text, project: text }), { retry: 'after-fix' }),
  'secret.not-rotatable': defineError(z.object({ server: text, stack: text, name: text, reason: text }), { retry: 'after-fix' }),
  'secret.command-failed': defineError(z.object({ program: text, reason: text }), { retry: 'after-fix' }),
  'stack.pull-failed': defineError(z.object({ server: text, image: text, reason: text }), { retry: 'after-fix' }),
  'stack.plan-not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'stack.drift-gone': defineError(z.object({ server: text, item: text }), { retry: 'after-fix' }),
  'stack.drift-fixed': defineError(z.object({ server: text, item: text, way: z.enum(['adopt', 'revert']), reason: text }), { retry: 'after-fix' }),
  'docker.missing': defineError(z.object({ server: text, what: z.enum(['docker', 'compose']) }), { retry: 'after-fix' }),
  'docker.daemon-down': defineError(z.object({ server: text, reason: text }), { retry: 'after-fix' }),
  'docker.denied': defineError(z.object({ server: text, user: text }), { retry: 'after-fix' }),

  'backup.failed': defineError(z.object({ server: text, stack: text, service: text, reason: text }), { retry: 'after-fix' }),
  'backup.place-unusable': defineError(z.object({ place: text, reason: text }), { retry: 'after-fix' }),
  'backup.not-found': defineError(z.object({ server: text, stack: text, set: text }), { retry: 'after-fix' }),
  'backup.damaged': defineError(z.object({ set: text, place: text, problems: z.array(text).max(20) }), { retry: 'after-fix' }),
  'backup.differs': defineError(z.object({ server: text, service: text, set: text, differences: z.array(text).max(20) }), { retry: 'after-fix' }),
  'backup.restore-failed': defineError(z.object({ server: text, service: text, set: text, reason: text, wayBack: text.nullable() }), { retry: 'after-fix' }),

  'terminal.not-found': defineError(z.object({ terminalId: text }), { retry: 'never' }),
  'terminal.closed': defineError(z.object({ terminalId: text, reason: text }), { retry: 'never' }),
  'terminal.recording-not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'secret.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'secret.keystore-locked': defineError(z.object({ keystore: text, reason: text }), { retry: 'after-fix' }),
  'group.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'resource.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'resource.name-taken': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'document.not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'document.exists': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'document.changed': defineError(z.object({ name: text, version: z.int(), who: text }), { retry: 'after-fix' }),
  'evidence.file-too-large': defineError(z.object({ name: text, limitBytes: z.int() }), { retry: 'after-fix' }),
  'evidence.upload-broken': defineError(z.object({ name: text, reason: text }), { retry: 'after-fix' }),
  'evidence.file-not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'evidence.file-damaged': defineError(z.object({ name: text, reason: text }), { retry: 'never' }),
  'alert.not-found': defineError(z.object({ key: text }), { retry: 'after-fix' }),
  'alert.rule-not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'alert.rule-invalid': defineError(z.object({ id: text, problems: z.array(text).max(50) }), { retry: 'after-fix' }),
  'alert.silence-not-found': defineError(z.object({ id: text }), { retry: 'after-fix' }),
  'alert.channel-not-found': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'alert.channel-exists': defineError(z.object({ name: text }), { retry: 'after-fix' }),
  'audit.not-found': defineError(z.object({ what: text }), { retry: 'after-fix' }),
  'catalogue.unusable': defineError(z.object({ file: text, issues: z.array(text).max(50) }), { retry: 'after-fix' }),
  'demo.unavailable': defineError(z.object({ reason: text }), { retry: 'after-fix' }),
} as const;

export type ErrorCode = keyof typeof errorDefinitions;
export type ErrorData<C extends ErrorCode> = z.infer<(typeof errorDefinitions)[C]['data']>;

/** An expected failure. `code` decides what happens next; `data` fills the sentence a person reads. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly data: ErrorData<C>;

  constructor(code: C, data: ErrorData<C>, options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.data = data;
  }

  /** Whether `error` is an AppError of exactly this code, with its data typed. */
  static is<K extends ErrorCode>(error: unknown, code: K): error is AppError<K> {
    return error instanceof AppError && error.code === code;
  }
}

/** An error as stored in the journal and sent to clients. */
export const appErrorSchema = z.object({
  code: z.enum(Object.keys(errorDefinitions) as [ErrorCode, ...ErrorCode[]]),
  data: z.record(z.string(), z.unknown()),
});
export type SerializedError = z.infer<typeof appErrorSchema>;

/** Turns an AppError into the form that is stored and sent. */
export function serializeError(error: AppError): SerializedError {
  return { code: error.code, data: error.data as Record<string, unknown> };
}
