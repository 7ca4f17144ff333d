import { z } from 'zod';
import { operationIdSchema, workflowIdSchema } from '../model/ids.ts';
import {
  escalationSchema,
  incidentIdSchema,
  incidentLevelSchema,
  incidentPlanSchema,
  incidentSchema,
  incidentSourceSchema,
  onCallSchema,
  timelineItemSchema,
} from '../model/incident.ts';
import { operationSchema } from '../model/operation.ts';
import { guardedFields, mutationFields, procedure, selectorSchema, stateStream } from './base.ts';
import { runFields } from './workflows.ts';

const byId = { id: incidentIdSchema };
const one = z.object({ incident: incidentSchema });
const words = z.string().trim().min(1).max(16_384);

/** Records that people work on when something is wrong. */
export const incidentsContract = {
  /** Open ones first, the newest first among them. */
  list: procedure.input(z.object({ open: z.boolean().optional() })).output(z.object({ incidents: z.array(incidentSchema) })),
  watch: procedure.input(z.object({})).output(stateStream(incidentSchema)),
  show: procedure.input(z.object(byId)).output(
    z.object({
      incident: incidentSchema,
      timeline: z.array(timelineItemSchema),
      /** Null once it is closed. */
      escalation: escalationSchema.nullable(),
      /** Collections of evidence, the first before anything was changed. */
      evidence: z.array(operationIdSchema),
    }),
  ),
  /** Opens one. Evidence of its servers is collected at once unless that is not wanted. */
  open: procedure
    .input(
      z.object({
        ...mutationFields,
        title: z.string().trim().min(1).max(200),
        level: incidentLevelSchema,
        selector: selectorSchema.optional(),
        stacks: z.array(z.string().max(63)).max(50).default([]),
        source: incidentSourceSchema.default({ kind: 'person' }),
        note: words.optional(),
        collect: z.boolean().default(true),
      }),
    )
    .output(z.object({ incident: incidentSchema, evidence: operationIdSchema.nullable() })),
  note: procedure.input(z.object({ ...mutationFields, ...byId, text: words })).output(one),
  evidence: procedure.input(z.object({ ...mutationFields, ...byId })).output(z.object({ operation: operationSchema })),
  /** Works it from a runbook. Evidence is collected first where there is none yet; `withoutEvidence`: not even then. */
  run: procedure
    .input(
      z.object({
        ...guardedFields,
        ...byId,
        workflow: workflowIdSchema,
        /** Absent: the servers of the incident. */
        selector: selectorSchema.optional(),
        ...runFields,
        withoutEvidence: z.boolean().default(false),
      }),
    )
    .output(z.object({ operation: operationSchema })),
  /** Puts an operation that was started elsewhere into the timeline. */
  link: procedure.input(z.object({ ...mutationFields, ...byId, operationId: operationIdSchema })).output(one),
  /** To another level, up or down. */
  escalate: procedure.input(z.object({ ...mutationFields, ...byId, level: incidentLevelSchema, reason: z.string().trim().min(1).max(1000) })).output(one),
  contacted: procedure
    .input(z.object({ ...mutationFields, ...byId, contact: z.string().max(120), reached: z.boolean(), text: z.string().max(1000).default('') }))
    .output(one),
  close: procedure.input(z.object({ ...mutationFields, ...byId, resolution: words })).output(one),
  /** A draft in Markdown: what happened, and the questions that people have to answer. */
  postmortem: procedure.input(z.object(byId)).output(z.object({ markdown: z.string() })),
  plan: procedure
    .input(z.object({}))
    .output(z.object({ plan: incidentPlanSchema, onCall: onCallSchema.nullable(), savedAtMs: z.number().nullable(), who: z.string().nullable() })),
  /** The same from YAML or JSON. Throws `input.invalid` with every problem. */
  importPlan: procedure.input(z.object({ ...mutationFields, text: z.string().max(262_144) })).output(z.object({})),
  savePlan: procedure.input(z.object({ ...mutationFields, plan: incidentPlanSchema })).output(z.object({})),
};
