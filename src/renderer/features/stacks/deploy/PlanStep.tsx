import type { UseQueryResult } from '@tanstack/react-query';
import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import { toSerializedError } from '../../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../../client/streams.ts';
import { Button } from '../../../ui/Button.tsx';
import { useNowMs } from '../../../ui/clock.ts';
import { ErrorPanel } from '../../../ui/ErrorPanel.tsx';
import { count, formatElapsed } from '../../../ui/format.ts';
import { SkeletonRows } from '../../../ui/Skeleton.tsx';
import { Spinner } from '../../../ui/Spinner.tsx';
import type { Targets } from '../../targets/useTargets.ts';
import { PlanView } from '../PlanView.tsx';

/** A plan that is being worked out, with how long it has taken so far. */
function Working({ servers, sinceMs }: { servers: number; sinceMs: number }) {
  const now = useNowMs();
  return (
    <div>
      <p className="flex items-center gap-2 pb-3 text-muted">
        <Spinner />
        Asking {count(servers, 'server')} and the registries of their images
        <span className="text-faint">{formatElapsed(Math.max(0, now - sinceMs))}</span>
      </p>
      <SkeletonRows count={6} label="Working out the plan with the servers" />
    </div>
  );
}

/** Why there can be no plan yet. */
export function NoPlanYet({ missing, targets }: { missing: readonly string[]; targets: Targets }) {
  const fleet = useStateStream(fleetStore);
  if (fleet.status === 'loading') return <SkeletonRows count={6} label="Loading the servers" />;
  if (targets.error) return <ErrorPanel error={targets.error} />;
  return (
    <p className="text-muted">
      {missing.length > 0 ? `Before there can be a plan these are needed: ${missing.join(', ')}.` : 'Before there can be a plan servers have to be picked.'}
    </p>
  );
}

interface PlanStepProps {
  query: UseQueryResult<{ planId: string; plans: DeployPlan[] }>;
  servers: number;
  sinceMs: number;
  server: string | null;
  onServer(name: string): void;
  accepted: readonly string[];
  onAccept(rule: string, accepted: boolean): void;
}

/** The third step: what would happen, worked out with the servers. */
export function PlanStep({ query, servers, sinceMs, server, onServer, accepted, onAccept }: PlanStepProps) {
  if (query.error) {
    return <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Plan again</Button>} />;
  }
  if (!query.data) return <Working servers={servers} sinceMs={sinceMs} />;
  return <PlanView plans={query.data.plans} server={server} onServer={onServer} accepted={accepted} onAccept={onAccept} />;
}
