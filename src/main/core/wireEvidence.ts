import { join } from 'node:path';
import { errorWording } from '../../shared/errorWording.ts';
import type { OperationId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';
import { auditsHandlers } from '../features/audits/auditsHandlers.ts';
import { createAuditsService, type FrozenAudit } from '../features/audits/auditsService.ts';
import { evidenceHandlers } from '../features/evidence/evidenceHandlers.ts';
import { createEvidenceService } from '../features/evidence/evidenceService.ts';
import type { FrozenWorkflow } from '../features/evidence/report/gatherReport.ts';
import { readScriptNotes } from '../features/workflows/steps/scriptNote.ts';
import { type WorkflowSpec, workflowSpecSchema } from '../features/workflows/workflowOperation.ts';
import type { Operations } from '../operations/operations.ts';
import { openRunRecords } from '../operations/runRecords.ts';
import { version } from './version.ts';

/** What runs leave behind, and audits: both read the journal, and know of workflows only what was frozen into a run. */
export function wireEvidence(parts: {
  database: Database;
  directory: string;
  resources: string;
  operations: Operations;
  mask: (text: string) => string;
  who: () => string;
  nowMs: () => number;
}) {
  const { database, directory, resources, operations, mask, who, nowMs } = parts;
  const records = openRunRecords(database, directory);
  const evidence = createEvidenceService({
    ...{ database, directory, fonts: join(resources, 'fonts'), operations, records, mask, who, version, nowMs },
    frozenWorkflow: (spec) => {
      const frozen = workflowSpecSchema.safeParse(spec).data;
      return frozen === undefined ? null : { workflow: frozenWorkflow(frozen), definition: frozen.definition };
    },
    partsIn: (entry) => readScriptNotes(entry),
    wording: (error) => errorWording(error),
  });
  const audits = createAuditsService({
    operations,
    frozenAudit: (id: OperationId) => {
      const frozen = workflowSpecSchema.safeParse(records.spec(id)).data;
      return frozen?.checkOnly === true ? frozenAudit(frozen) : null;
    },
  });
  return { evidence, handlers: { evidence: evidenceHandlers(evidence), audits: auditsHandlers(audits) } };
}

function plainSteps({ steps, definition }: WorkflowSpec) {
  return (steps ?? definition.steps.map((step) => ({ step }))).flatMap(({ step }) => (step.kind === 'workflow' ? [] : [step]));
}

function frozenWorkflow(spec: WorkflowSpec): FrozenWorkflow {
  const { id, version: of, inputs } = spec.definition;
  return {
    definition: { id, version: of, inputs },
    steps: plainSteps(spec).map((step) => ({
      ...{ id: step.id, kind: step.kind, why: step.why, severity: step.severity ?? null },
      question: step.kind === 'question' ? step.text : step.kind === 'approval' ? step.statement : null,
    })),
    ...{ inputs: spec.inputs, checkOnly: spec.checkOnly },
  };
}

function frozenAudit(spec: WorkflowSpec): FrozenAudit {
  const { id, version: of, title } = spec.definition;
  const checks = plainSteps(spec).map((step) => ({
    ...{
      stepId: step.id,
      title: step.title,
      group: step.group ?? null,
      why: step.why,
      note: step.note ?? null,
      severity: step.severity ?? ('medium' as const),
    },
    apply: step.kind === 'command' ? (step.apply ?? null) : null,
    risk: step.kind === 'command' ? step.risk : step.kind === 'reboot' ? 'reboot' : null,
    requirements: step.requirements ?? [],
  }));
  return { workflow: { id, version: of, title }, checks };
}
