import { AppError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import { type ActivityService, createActivityService } from '../features/activity/activityService.ts';
import { witnessMutations } from '../features/activity/witnessMutations.ts';
import { type ApprovalsService, createApprovalsService } from '../features/identity/approvalsService.ts';
import { createIdentityService, type IdentityService } from '../features/identity/identityService.ts';
import type { SecretsService } from '../features/secrets/secretsService.ts';
import type { StepPorts } from '../features/workflows/steps/stepRun.ts';
import type { SecretMask } from '../operations/masking/secretMask.ts';
import type { Operations } from '../operations/operations.ts';
import type { Remote } from '../remote/remote.ts';
import type { Witness } from '../rpc/clientSession.ts';
import type { Log } from './fileLog.ts';

/** Who signs, what they consented to, and the ledger of what was changed. */
export interface LedgerParts {
  identity: IdentityService;
  approvals: ApprovalsService;
  activity: ActivityService;
  witness: Witness;
  checkApproval: StepPorts['checkApproval'];
}

/** Makes identity, approvals and ledger, and has every change told to the ledger. */
export function wireLedger(parts: {
  database: Database;
  directory: string;
  secrets: SecretsService;
  operations: Operations;
  remote: Remote;
  mask: SecretMask;
  servers: { all(): readonly Server[]; byId(id: ServerId): Server | undefined };
  select: (selector: string) => Server[];
  who: () => string;
  nowMs: () => number;
  log: Log;
}): LedgerParts {
  const { database, directory, secrets, operations, remote, mask, servers, select, who, nowMs, log } = parts;
  const identity = createIdentityService({ database, secrets, who, nowMs });
  const approvals = createApprovalsService({ identity, operations, nowMs });
  const activity = createActivityService({
    ...{ database, directory, operations, select, who, nowMs, log },
    identity: {
      sign: (text) => identity.sign(text),
      check: (signed) => identity.check(signed),
      nameOf: (key) => identity.nameOf(key),
      keys: () => identity.people().map(({ publicKey }) => publicKey),
    },
    remote: (id) => remote.server(id),
    onReached: (listener) => remote.onState((id, { state }) => state === 'connected' && listener(id)),
    server: (id) => servers.byId(id) ?? null,
    mask: (data) => mask.data(data),
  });
  const named = (server: Server | undefined) => (server === undefined ? null : { id: server.id, name: server.name });
  const witness = witnessMutations({
    record: (entry) => activity.record(entry),
    serverByName: (name) => named(servers.all().find((server) => server.name === name)),
    serverById: (id) => named(servers.byId(id as ServerId)),
    select: (selector) => orNone(() => select(selector).map(({ id, name }) => ({ id, name }))),
    targets: (id) => orNone(() => operations.get(id as OperationId).targets.map(({ serverId, name }) => ({ id: serverId, name }))),
  });
  return { identity, approvals, activity, witness, checkApproval: async (statement, answer) => approvals.check(statement, answer.attestation) };
}

/** What was asked for with words that fit nothing concerns no server. */
function orNone<T>(look: () => T[]): T[] {
  try {
    return look();
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
