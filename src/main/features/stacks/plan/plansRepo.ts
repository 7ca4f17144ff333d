import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type KeptPlan, keptPlanSchema } from '../../../../shared/contract/stackPlans.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';
import { planMarkSchema } from './planMark.ts';

/** How many plans are kept; older ones go. */
const kept = 100;

/** What a plan was asked for, without the values of secrets. */
const plannedRequestSchema = z.object({
  parameters: z.record(z.string(), z.string()),
  profiles: z.array(z.string()).optional(),
  roles: z.record(z.string(), z.string()).optional(),
  base: z.enum(['definition', 'current']).default('definition'),
  secretNames: z.array(z.string()),
  /** By name of the server: see `sourceHash`. */
  sources: z.record(z.string(), z.string()),
});

const marksSchema = z.record(z.string(), planMarkSchema);

/** A plan with what is needed to carry it out. */
export interface StoredPlan {
  plan: KeptPlan;
  request: z.infer<typeof plannedRequestSchema>;
  /** By name of the server. */
  marks: z.infer<typeof marksSchema>;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new id of a plan. */
export function newPlanId(): string {
  return `plan_${[...randomBytes(16)].map((byte) => base32[byte % 32]).join('')}`;
}

/** The plans that were made on this computer. */
export class PlansRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert({ plan, request, marks }: StoredPlan): void {
    const { query } = this.#database;
    const row = {
      ...{ id: plan.id, stack_id: plan.stackId, created_at_ms: plan.createdAtMs },
      ...{ request: JSON.stringify(request), marks: JSON.stringify(marks), plan: JSON.stringify(plan) },
    };
    this.#database.transaction(() => {
      this.#database.run(query.insertInto('stack_plans').values(row));
      const newest = query.selectFrom('stack_plans').select('id').orderBy('created_at_ms', 'desc').orderBy('id').limit(kept);
      this.#database.run(query.deleteFrom('stack_plans').where('id', 'not in', newest));
    });
  }

  /** Newest first. */
  list(filter: { stackId?: string | undefined; limit: number }): KeptPlan[] {
    let query = this.#database.query.selectFrom('stack_plans').select(['id', 'plan']).orderBy('created_at_ms', 'desc').limit(filter.limit);
    if (filter.stackId !== undefined) query = query.where('stack_id', '=', filter.stackId);
    return this.#database.all(query).map((row) => this.#read(keptPlanSchema, row.plan, 'plan', row.id));
  }

  /** Throws `stack.plan-not-found`. */
  get(id: string): StoredPlan {
    const row = this.#database.first(this.#database.query.selectFrom('stack_plans').selectAll().where('id', '=', id));
    if (row === undefined) throw new AppError('stack.plan-not-found', { id });
    return {
      plan: this.#read(keptPlanSchema, row.plan, 'plan', id),
      request: this.#read(plannedRequestSchema, row.request, 'request', id),
      marks: this.#read(marksSchema, row.marks, 'marks', id),
    };
  }

  #read<S extends z.ZodType>(schema: S, text: string, column: string, key: string): z.infer<S> {
    return parseJsonColumn(schema, text, { file: this.#database.file, table: 'stack_plans', column, key });
  }
}
