import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { client, orpc } from '../../../client/client.ts';
import { useAction } from '../../../client/useAction.ts';
import { strategies } from '../../targets/StrategyField.tsx';
import { type Targets, useTargets } from '../../targets/useTargets.ts';
import { type DeployDraft, type DeployStep, draftOf, searchOf, wholeSelector } from './deployDraft.ts';
import { errorRules } from './planRules.ts';
import { useRunning } from './useRunning.ts';
import { missingValues } from './ValuesStep.tsx';

const route = getRouteApi('/stacks/$id/deploy');

/** Everything that the steps of one deploy share. */
export interface DeployFlow {
  draft: DeployDraft;
  change(changes: Partial<DeployDraft>): void;
  go(step: DeployStep): void;
  targets: Targets;
  running: InventoryRow[];
  runningValues: Record<string, string>[];
  secrets: Record<string, string>;
  setSecret(name: string, value: string | null): void;
  /** What is still needed, by title. */
  missing: string[];
  reachable: Record<DeployStep, boolean>;
  plan: UseQueryResult<{ planId: string; plans: DeployPlan[] }>;
  planSinceMs: number;
  note: string;
  setNote(note: string): void;
  deploy: ReturnType<typeof useDeploy>;
  start(): void;
}

function useDeploy() {
  const navigate = useNavigate();
  return useAction(client.stacks.deploy, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
}

const valuesOf = (rows: readonly InventoryRow[]) => rows.flatMap(({ release }) => (release === null ? [] : [release.parameters]));
const names = (rows: readonly FleetRow[]) => rows.map((row) => row.server.name).join(' ');

/** A deploy of a stack as its address has it. Each step is an address, so that back goes to the step before; secrets live only here. */
export function useDeployFlow(stack: StackDefinition): DeployFlow {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const draft = useMemo(() => draftOf(search), [search]);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [note, setNote] = useState('');
  const change = useCallback(
    (changes: Partial<DeployDraft>) => void navigate({ search: (before) => searchOf({ ...draftOf(before), ...changes }) as typeof before, replace: true }),
    [navigate],
  );
  const go = useCallback((step: DeployStep) => void navigate({ search: (before) => searchOf({ ...draftOf(before), step }) as typeof before }), [navigate]);
  const setSecret = (name: string, value: string | null) => setSecrets(({ [name]: _before, ...rest }) => (value === null ? rest : { ...rest, [name]: value }));

  const selector = wholeSelector(draft);
  const targets = useTargets(selector);
  const running = useRunning(stack.id, targets.rows);
  const runningValues = useMemo(() => valuesOf(running), [running]);
  const missing = missingValues({ stack, draft, targets: targets.rows, running: runningValues, secrets });
  const placed = targets.rows.length > 0 && (draft.roles === null || stack.roles.every(({ id }) => (draft.roles?.[id] ?? '').trim() !== ''));
  const planned = missing.length === 0 && placed;
  const choice = {
    ...{ id: stack.id, selector: selector || 'none', parameters: { ...draft.values }, base: draft.base, secrets },
    ...(draft.profiles === null ? {} : { profiles: [...draft.profiles] }),
    ...(draft.roles === null ? {} : { roles: { ...draft.roles } }),
  };
  const wanted = draft.step === 'plan' || draft.step === 'confirm';
  const begun = useRef({ key: '', atMs: 0 });
  const key = `${JSON.stringify(choice)} ${names(targets.rows)}`;
  if (wanted && begun.current.key !== key) begun.current = { key, atMs: Date.now() };
  const plan = useQuery({
    ...orpc.stacks.plan.queryOptions({ input: choice }),
    enabled: wanted && planned,
    staleTime: Number.POSITIVE_INFINITY,
    // Its key holds the secrets that were given: it goes with the page.
    gcTime: 0,
    retry: false,
  });
  const deploy = useDeploy();
  const start = () => {
    const { base: _base, ...rest } = choice;
    if (plan.data === undefined) return;
    const limits = { ...(draft.failures === null ? {} : { maxFailures: draft.failures }), ...(draft.soakS === null ? {} : { soakS: draft.soakS }) };
    const accept = errorRules(plan.data.plans).filter((rule) => draft.accepted.includes(rule));
    void deploy.run({
      ...rest,
      base: draft.base,
      planId: plan.data.planId,
      strategy: strategies[draft.order],
      ...limits,
      accept,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
  };
  return {
    ...{ draft, change, go, targets, running, runningValues, secrets, setSecret, missing, plan, note, setNote, deploy, start },
    planSinceMs: begun.current.atMs,
    reachable: {
      values: true,
      servers: true,
      plan: planned,
      confirm: planned && plan.data !== undefined && errorRules(plan.data.plans).every((rule) => draft.accepted.includes(rule)),
    },
  };
}
