import type { DeployPlan, KeptPlan } from '../../../../shared/contract/stackPlans.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { InputValues } from '../../../../shared/model/inputDefinition.ts';
import type { LintFinding } from '../../../../shared/model/lint.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { Database } from '../../../database/database.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { type RenderedStack, sourceHash } from '../definition/renderStack.ts';
import type { ReadBlob } from '../release/releaseFiles.ts';
import type { SecretStore } from '../release/secretSource.ts';
import { planDeploy } from './planDeploy.ts';
import type { PlanMark } from './planMark.ts';
import { newPlanId, PlansRepo, type StoredPlan } from './plansRepo.ts';

/** A stack as it is to be on one server. */
export interface PlannedStack {
  server: Server;
  stack: RenderedStack;
}

/** What of a stack is wanted, and where its values begin. */
export interface PlanChoice {
  parameters: InputValues;
  profiles?: string[] | undefined;
  roles?: Record<string, string> | undefined;
  base?: 'definition' | 'current' | undefined;
}

/** A plan as it is asked for. */
export interface PlanRequest extends PlanChoice {
  id: string;
  selector: string;
  secrets?: Record<string, string> | undefined;
  registry?: boolean | undefined;
}

/** What plans need. */
export interface PlansPorts {
  database: Database;
  rendered(request: PlanChoice & { id: string; selector: string }): Promise<PlannedStack[]>;
  /** What the lint rules find in a stack; absent: none are asked. */
  lint?: (planned: PlannedStack) => Promise<LintFinding[]>;
  remote(serverId: ServerId): RemoteServer;
  secrets: SecretStore;
  readBlob?: ReadBlob | undefined;
  who(): string;
}

/** A plan that is about to be carried out. */
export interface OpenPlan {
  choice: PlanChoice;
  /** By name of the server. */
  marks: Record<string, PlanMark>;
  /** Throws `guard.plan-stale` where what would be deployed is not what was planned. */
  check(stacks: readonly PlannedStack[], secretNames: readonly string[]): void;
}

/** Plans: made on servers, kept on this computer. */
export interface PlansService {
  make(request: PlanRequest): Promise<{ planId: string; plans: DeployPlan[] }>;
  list(filter: { stackId?: string | undefined; limit: number }): KeptPlan[];
  /** Throws `stack.plan-not-found`. */
  get(planId: string): KeptPlan;
  /** Throws `stack.plan-not-found`, also for a plan of another stack. */
  open(planId: string, stackId: string): OpenPlan;
}

/** Makes the service. */
export function createPlansService(ports: PlansPorts): PlansService {
  const repo = new PlansRepo(ports.database);
  return {
    async make(request) {
      const { id, selector, secrets = {}, registry = true, ...choice } = request;
      const all = await ports.rendered(request);
      const planId = newPlanId();
      const made = await Promise.all(
        all.map(async (planned) => {
          const findings = (await ports.lint?.(planned)) ?? [];
          const { server, stack } = planned;
          return planDeploy(ports.remote(server.id), server.name, {
            planId,
            stack,
            secrets,
            store: ports.secrets,
            readBlob: ports.readBlob,
            registry,
            findings,
          });
        }),
      );
      const [first] = all;
      if (first === undefined) throw new AppError('selector.no-match', { selector });
      const plans = made.map(({ plan }) => plan);
      const byServer = <T>(of: (index: number) => T) => Object.fromEntries(all.map(({ server }, index) => [server.name, of(index)]));
      const stored: StoredPlan = {
        plan: {
          id: planId,
          stackId: first.stack.stackId as KeptPlan['stackId'],
          selector,
          who: ports.who(),
          createdAtMs: Date.now(),
          parameters: choice.parameters,
          serverIds: all.map(({ server }) => server.id),
          plans,
        },
        request: {
          parameters: choice.parameters,
          ...(choice.profiles === undefined ? {} : { profiles: choice.profiles }),
          ...(choice.roles === undefined ? {} : { roles: choice.roles }),
          base: choice.base ?? 'definition',
          secretNames: Object.keys(secrets).sort(),
          sources: byServer((index) => sourceHash(all[index]?.stack ?? first.stack)),
        },
        marks: Object.fromEntries(made.map(({ plan, mark }) => [plan.serverName, mark])),
      };
      repo.insert(stored);
      return { planId, plans };
    },
    list: (filter) => repo.list(filter),
    get: (planId) => repo.get(planId).plan,
    open(planId, stackId) {
      const { plan, request, marks } = repo.get(planId);
      if (plan.stackId !== stackId) throw new AppError('stack.plan-not-found', { id: planId });
      const { secretNames, sources, ...choice } = request;
      return {
        choice,
        marks,
        check(stacks, given) {
          const stale = (server: string, what: string) => new AppError('guard.plan-stale', { server, plan: planId, what });
          const names = stacks.map(({ server }) => server.name);
          const other = [...names.filter((name) => !(name in sources)), ...Object.keys(sources).filter((name) => !names.includes(name))];
          if (other[0] !== undefined) throw stale(other[0], 'it was made for other servers');
          for (const { server, stack } of stacks)
            if (sourceHash(stack) !== sources[server.name]) throw stale(server.name, 'the stack has another definition on this computer now');
          if ([...given].sort().join() !== secretNames.join())
            throw stale(names[0] ?? '', `it was made ${secretNames.length === 0 ? 'without new secrets' : `with values for ${secretNames.join(', ')}`}`);
        },
      };
    },
  };
}
