import type { Facts } from '../../../../shared/model/facts.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { PersonAnswer } from '../../../../shared/model/question.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { StepEnd } from '../../../../shared/model/stepCondition.ts';
import type { PlainStep, StackAction } from '../../../../shared/model/workflowStep.ts';
import type { CellContext, CellOutcome } from '../../../operations/operations.ts';
import type { MaintenancePort } from './maintenancePort.ts';

/** What steps need from the rest of the core. */
export interface StepPorts {
  /** Last known facts; null: never read. */
  facts(serverId: ServerId): Facts | null;
  /** The record as it is now; throws `server.not-found`. */
  server(serverId: ServerId): Server;
  /** Makes a proved login the one by which the server is reached from now on. */
  switchLogin(serverId: ServerId, user: string): Promise<void>;
  /** Value of a stored secret; throws `secret.not-found`. */
  openSecret(name: string): Promise<string>;
  /** Does what the stack feature does, as a part of this operation where it changes anything; resolves with the line that the matrix shows. */
  stackAction(request: StackActionRequest, context: CellContext): Promise<CellOutcome>;
  /** Who an answer to an approval shows to consent: somebody else, by their own key. Throws `workflow.approval-invalid`, `approval.unusable`. */
  checkApproval(statement: string, answer: PersonAnswer): Promise<{ name: string; key: string }>;
  /** When servers may be interrupted. */
  maintenance: MaintenancePort;
}

/** One action of a stack step, filled in. */
export interface StackActionRequest {
  action: StackAction;
  stack: string;
  server: Server;
  values: Readonly<Record<string, string>>;
  checkOnly: boolean;
}

/** One step on one server, ready to run. */
export interface StepRun<Step extends PlainStep = PlainStep> {
  step: Step;
  /** The step that stands for its workflow in the one around it; absent: the run's own. */
  scope?: string | undefined;
  /** Steps that this run leaves out, since it begins later. */
  leftOut?: ReadonlySet<string>;
  /** Values of all inputs for this server, by name. */
  inputs: Readonly<Record<string, string>>;
  server: Pick<Server, 'name' | 'host' | 'port' | 'environment'>;
  /** Changes nothing and asks nobody; what is not as it should be is a finding. */
  checkOnly: boolean;
  /** Who started the run. */
  startedBy: string;
  /** SHA-256 of the definition with its sub-workflows as it was frozen into the run, in hex. */
  definitionHash(): string;
  /** Why it may interrupt servers outside of their windows; null: it may not. */
  outsideWindow: { who: string; reason: string } | null;
}

/** How a step ended: the cell's outcome, and what later steps may look at. */
export interface StepResult {
  outcome: CellOutcome;
  end: StepEnd;
  answer?: string;
}

/** A check that said no where nothing is changed: the cell is skipped with exit 1, which an audit counts as a finding. */
export function finding(detail: string): StepResult {
  return { outcome: { state: 'skipped', detail, exitCode: 1 }, end: 'finding' };
}
