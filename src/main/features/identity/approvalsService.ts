import type { ApprovalRequest } from '../../../shared/contract/identity.ts';
import { AppError } from '../../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Operations } from '../../operations/operations.ts';
import { attestationCode, readAttestation, readRequest, requestCode, signedText, statementMark } from './approvalRules.ts';
import type { IdentityService } from './identityService.ts';

/** What approvals need from the rest of the core. */
export interface ApprovalsPorts {
  identity: IdentityService;
  operations: Operations;
  nowMs(): number;
}

/** Who consented, by which key. */
export interface Approver {
  name: string;
  key: string;
}

/** Consent by another key. */
export interface ApprovalsService {
  /** Throws `operation.wrong-state` where no cell of the step waits for approval. */
  request(id: OperationId, stepId: string): Promise<{ code: string; request: ApprovalRequest }>;
  /** Throws `approval.unusable`. */
  read(code: string): ApprovalRequest;
  /** Signs as the person of this computer. Throws `workflow.approval-invalid` where they started the run. */
  sign(request: { code: string; hours: number }): Promise<{ attestation: string; expiresAtMs: number }>;
  /** Checks, then answers. Throws `workflow.approval-invalid`, `approval.unusable`, `operation.wrong-state`. */
  give(request: {
    requestId: RequestId;
    id: OperationId;
    stepId: string;
    attestation: string;
  }): Promise<{ operation: Operation; by: string; servers: ServerId[] }>;
  /** Who an attestation shows to consent to a statement. Throws `workflow.approval-invalid`, `approval.unusable`. */
  check(statement: string, attestation: string | undefined): Approver;
}

/** Makes the service. */
export function createApprovalsService({ identity, operations, nowMs }: ApprovalsPorts): ApprovalsService {
  const asking = (id: OperationId, stepId: string) => {
    const operation = operations.get(id);
    const found = operation.cells.flatMap(({ state, question, serverId, ...cell }) =>
      cell.stepId === stepId && state === 'waiting' && question?.kind === 'approval' && question.statement !== undefined
        ? [{ serverId, statement: question.statement }]
        : [],
    );
    if (found.length === 0) throw new AppError('operation.wrong-state', { id, state: operation.state, wanted: 'a step that waits for approval' });
    return found;
  };
  const check = (statement: string, code: string | undefined): Approver => {
    const { signature, ...signed } = readAttestation(code ?? '');
    const { key, signedAtMs: atMs } = signed;
    const name = identity.nameOf(key) ?? key;
    const invalid = (because: string) => new AppError('workflow.approval-invalid', { who: name, because });
    if (key === identity.fingerprint()) throw invalid('it is signed with the key of the computer that started the run');
    const verdict = identity.check({ key, text: signedText(signed), signature, atMs });
    if (verdict === 'unknown-key') throw invalid('nobody is known here by that key ("pilothouse identity add")');
    if (verdict === 'bad') throw invalid('its signature is wrong: it was changed on the way');
    // When it was signed is what the signer says: a key that is revoked by now counts no more, whenever that was.
    if (verdict === 'revoked-key' || identity.people().some((person) => person.fingerprint === key && person.revokedAtMs !== null))
      throw invalid('that key was revoked');
    if (identity.people().some((person) => person.fingerprint === key && person.self)) throw invalid('it is signed with a key of this computer');
    if (nowMs() >= signed.expiresAtMs) throw invalid(`it held until ${new Date(signed.expiresAtMs).toISOString()}`);
    if (signed.expiresAtMs - signed.signedAtMs > longestMs) throw invalid('it claims to hold for more than a week');
    if (!signed.statements.includes(statementMark(statement))) throw invalid('it was given to something else: another run, step, server or definition');
    return { name, key };
  };

  return {
    async request(id, stepId) {
      const statements = asking(id, stepId).map(({ statement }) => statement);
      const { name, fingerprint } = await identity.open();
      const carried = { statements, startedBy: { name: operations.get(id).who || name, fingerprint } };
      return { code: requestCode(carried), request: { ...carried, own: true } };
    },
    read(code) {
      const request = readRequest(code);
      return { ...request, own: request.startedBy.fingerprint === identity.fingerprint() };
    },
    async sign({ code, hours }) {
      const { statements, startedBy } = readRequest(code);
      const own = await identity.open();
      if (startedBy.fingerprint === own.fingerprint)
        throw new AppError('workflow.approval-invalid', { who: own.name, because: 'this computer started the run, and another person has to approve it' });
      const signedAtMs = nowMs();
      const expiresAtMs = signedAtMs + hours * 3_600_000;
      const signed = { statements: statements.map(statementMark), signedAtMs, expiresAtMs, key: own.fingerprint };
      const signature = identity.sign(signedText(signed))?.signature ?? '';
      return { attestation: attestationCode({ ...signed, signature }), expiresAtMs };
    },
    async give({ id, stepId, attestation }) {
      const cells = asking(id, stepId);
      const { statements } = readAttestation(attestation);
      const fitting = cells.filter(({ statement }) => statements.includes(statementMark(statement)));
      const [first] = fitting.length === 0 ? cells : fitting;
      const approver = check(first?.statement ?? '', attestation);
      const servers = fitting.map(({ serverId }) => serverId);
      const operation = await operations.answer(id, servers, stepId, { value: 'approved', attestation, who: approver.name, atMs: nowMs() });
      return { operation, by: approver.name, servers };
    },
    check,
  };
}

const longestMs = 168 * 3_600_000;
