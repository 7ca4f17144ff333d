import type { SerializedError } from '../../../../shared/errors.ts';
import type { Attachment, RunNote, TimelineEvent } from '../../../../shared/model/evidence.ts';
import type { CellState, OperationKind, OperationState } from '../../../../shared/model/operation.ts';

/** One part of a step that ran: a script, a probe or an action, and how it ended. */
export interface ReportPart {
  part: string;
  exitCode: number | null;
  atMs: number;
}

/** What a person was asked and answered. */
export interface ReportAnswer {
  value: string;
  note: string;
  who: string;
  atMs: number;
  /** Names of the attached files. */
  files: string[];
  /** Of an approval: the signature by which it can be proved; null: it is none. */
  attestation: string | null;
}

/** What happened on one server in one step. */
export interface ReportCell {
  server: string;
  state: CellState;
  detail: string | null;
  attempt: number;
  exitCode: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  error: { sentence: string; next: string; error: SerializedError } | null;
  parts: ReportPart[];
  answers: ReportAnswer[];
}

/** A step with its cells, one for each server. */
export interface ReportStep {
  id: string;
  title: string;
  group: string | null;
  why: string | null;
  kind: string | null;
  /** What was asked, or consented to. */
  question: string | null;
  cells: ReportCell[];
}

/** The output of a cell: all of it by its hash, and the beginning and end as text. */
export interface ReportOutput {
  server: string | null;
  stepTitle: string | null;
  bytes: number;
  sha256: string;
  text: string;
  /** Bytes between beginning and end that are left out. */
  omitted: number;
}

/** What a check found wrong in an audit. */
export interface ReportFinding {
  server: string;
  step: string;
  severity: string;
  proof: string;
}

/** Everything that a report of a run says, whatever it is written in. Secrets are out of it. */
export interface RunReport {
  id: string;
  kind: OperationKind;
  title: string;
  subject: string | null;
  /** Of a workflow: the definition that ran, and the hash of it as it was frozen into the run. */
  definition: { id: string; version: number; sha256: string } | null;
  checkOnly: boolean;
  parentId: string | null;
  servers: string[];
  who: string;
  state: OperationState;
  outcome: string;
  createdAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  inputs: { title: string; name: string; value: string }[];
  steps: ReportStep[];
  findings: ReportFinding[];
  notes: (RunNote & { place: string | null })[];
  attachments: (Attachment & { place: string | null })[];
  timeline: (TimelineEvent & { server: string | null; step: string | null })[];
  timelineCut: boolean;
  output: { bytes: number; entries: number; sha256: string; dropped: boolean; cells: ReportOutput[] };
  generated: { atMs: number; by: string; version: string };
}
