import type { ErrorCode } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/model/operation.ts';

/** Exit codes of the command line, documented in the user guide. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, needsPerson: 4, refused: 5, partly: 6, interrupted: 130 } as const;

const { failed, usage, unreachable, needsPerson, refused } = exitCodes;

/** The exit code of every error: the compiler refuses a table with one missing. */
const errorExits: Record<ErrorCode, number> = {
  internal: failed,
  'input.invalid': usage,
  'outcome-unknown': needsPerson,
  'core.unavailable': failed,
  'core.locked': failed,
  'core.stopping': failed,
  'database.from-future': failed,
  'database.unreadable': failed,
  'stream.not-found': failed,
  'local.disk-full': failed,
  'local.no-room': failed,
  'local.file-unreadable': usage,
  'local.file-unwritable': failed,
  'server.not-found': usage,
  'server.name-taken': usage,
  'server.in-use': refused,
  'server.two-ways': usage,
  'server.untrusted': needsPerson,
  'selector.invalid': usage,
  'selector.no-match': usage,
  'import.unreadable': usage,
  'ssh.host-not-found': unreachable,
  'ssh.connection-refused': unreachable,
  'ssh.connect-timeout': unreachable,
  'ssh.network-unreachable': unreachable,
  'ssh.closed-before-login': unreachable,
  'ssh.handshake-failed': unreachable,
  'ssh.auth-key-refused': unreachable,
  'ssh.auth-password-refused': unreachable,
  'ssh.key-unreadable': unreachable,
  'ssh.key-passphrase-needed': unreachable,
  'ssh.agent-unavailable': unreachable,
  'ssh.password-missing': unreachable,
  'ssh.auth-answers-refused': unreachable,
  'ssh.login-needs-person': needsPerson,
  'ssh.certificate-unusable': unreachable,
  'ssh.certificate-refused': unreachable,
  'ssh.host-certificate-invalid': refused,
  'ssh.host-key-unknown': needsPerson,
  'ssh.host-key-changed': refused,
  'ssh.host-key-revoked': refused,
  'ssh.connection-lost': unreachable,
  'ssh.channel-refused': unreachable,
  'ssh.link-slow': unreachable,
  'ssh.link-silent': unreachable,
  'ssh.system-client-unavailable': unreachable,
  'sudo.unavailable': unreachable,
  'sudo.password-missing': unreachable,
  'sudo.password-wrong': unreachable,
  'sudo.needs-terminal': unreachable,
  'key.not-found': usage,
  'key.exists': usage,
  'key.unusable': usage,
  'key.carries-us': refused,
  'key.not-proved': failed,
  'remote.timeout': failed,
  'remote.disk-full': failed,
  'remote.permission-denied': failed,
  'remote.command-failed': failed,
  'remote.unparsable': failed,
  'remote.output-too-large': failed,
  'job.start-failed': failed,
  'job.lost': failed,
  'file.not-found': failed,
  'file.is-directory': failed,
  'file.not-directory': failed,
  'file.not-regular': failed,
  'file.exists': refused,
  'file.too-large': failed,
  'file.not-text': failed,
  'file.changed-underneath': refused,
  'file.owner-not-kept': refused,
  'transfer.checksum-mismatch': failed,
  'transfer.source-changed': failed,
  'tunnel.not-found': usage,
  'tunnel.name-taken': usage,
  'tunnel.port-taken': failed,
  'tunnel.target-refused': unreachable,
  'operation.not-found': usage,
  'operation.wrong-state': refused,
  'operation.lease-lost': refused,
  'guard.confirmation-needed': refused,
  'guard.plan-stale': refused,
  'guard.lint': refused,
  'lint.not-found': usage,
  'guard.deploy-locked': refused,
  'workflow.not-found': usage,
  'workflow.definition-invalid': refused,
  'workflow.input-invalid': usage,
  'workflow.step-failed': failed,
  'workflow.login-not-proved': failed,
  'stack.not-found': usage,
  'stack.definition-invalid': refused,
  'stack.parameter-invalid': usage,
  'stack.compose-malformed': refused,
  'stack.requirement-unmet': refused,
  'stack.not-deployed': failed,
  'stack.release-not-found': usage,
  'stack.gate-failed': failed,
  'stack.lock-lost': refused,
  'stack.deployed': refused,
  'stack.differs': refused,
  'stack.project-not-found': usage,
  'secret.not-rotatable': refused,
  'secret.command-failed': failed,
  'stack.pull-failed': failed,
  'stack.plan-not-found': usage,
  'stack.drift-gone': usage,
  'stack.drift-fixed': refused,
  'docker.missing': refused,
  'docker.daemon-down': failed,
  'docker.denied': refused,
  'terminal.not-found': usage,
  'terminal.closed': failed,
  'secret.not-found': usage,
  'secret.keystore-locked': needsPerson,
  'group.not-found': usage,
  'resource.not-found': usage,
  'resource.name-taken': usage,
  'document.not-found': usage,
  'document.exists': refused,
  'document.changed': refused,
  'catalogue.unusable': failed,
  'demo.unavailable': failed,
};

/** The exit code for an error of the registry. */
export function exitCodeOfError(code: ErrorCode): number {
  return errorExits[code];
}

/**
 * The exit code for how an operation ended: some targets failed is 6; all failed is what their errors have in common, or 1; one
 * that waits for a person or cannot be decided is 4.
 */
export function exitCodeOfOperation(operation: Operation): number {
  if (operation.state === 'succeeded') return exitCodes.done;
  if (operation.state === 'partly-failed') return exitCodes.partly;
  if (operation.state === 'waiting' || operation.state === 'needs-attention' || operation.state === 'paused') return needsPerson;
  if (operation.state === 'cancelled') return exitCodes.interrupted;
  const errors = [operation.error, ...operation.cells.map((cell) => cell.error)].filter((error) => error !== null);
  const codes = new Set(errors.map((error) => exitCodeOfError(error.code)));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : failed;
}
