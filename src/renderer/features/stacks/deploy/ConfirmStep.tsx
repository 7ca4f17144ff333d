import type { ReactNode } from 'react';
import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { Field, Input } from '../../../ui/Field.tsx';
import { count } from '../../../ui/format.ts';
import { Section } from '../../../ui/PageHeader.tsx';
import type { StrategyName } from '../../targets/StrategyField.tsx';
import { secondsWords } from '../gateWords.ts';
import { PlanTotalsList } from '../PlanView.tsx';

const orders: Record<StrategyName, string> = {
  canary: 'One server first; the rest only when its gates have passed.',
  'one-by-one': 'One server after the other; the first failure stops the rest.',
  all: 'All servers at once.',
};

interface ConfirmStepProps {
  stack: StackDefinition;
  plans: readonly DeployPlan[];
  targets: readonly FleetRow[];
  order: StrategyName;
  failures: number | null;
  soakS: number | null;
  accepted: readonly string[];
  note: string;
  onNote(note: string): void;
  /** What went wrong at the last try. */
  error: ReactNode;
}

/** The last step before anything changes: what will happen in numbers, in which order, and what brings it back. */
export function ConfirmStep({ stack, plans, targets, order, failures, soakS, accepted, note, onNote, error }: ConfirmStepProps) {
  const production = targets.filter((row) => row.server.environment === 'production').map((row) => row.server.name);
  return (
    <Section title={`Deploy ${stack.title} on ${count(plans.length, 'server')}`}>
      <div className="flex max-w-[760px] flex-col gap-4 pt-2">
        <PlanTotalsList plans={plans} />
        <dl className="grid grid-cols-[110px_1fr] gap-x-4 gap-y-1.5">
          <dt className="text-muted">Servers</dt>
          <dd>
            {plans.map(({ serverName, from, release }, index) => (
              <span key={serverName}>
                {index > 0 && ', '}
                {serverName}{' '}
                <span className="font-mono text-xs text-faint">
                  {from ?? 'new'} → {release}
                </span>
              </span>
            ))}
          </dd>
          <dt className="text-muted">Order</dt>
          <dd>
            {plans.length === 1 ? 'There is one server.' : orders[order]}
            {plans.length > 1 && failures !== null && failures > 0 && ` ${count(failures, 'server')} may fail before the rest is not begun.`}
            {soakS !== null && ` Each is watched for ${secondsWords(soakS)} after its gates.`}
          </dd>
          <dt className="text-muted">Way back</dt>
          <dd>
            {stack.gates.length > 0
              ? `${count(stack.gates.length, 'health gate')} must pass on each server; otherwise its previous release comes back by itself, with its values and files.`
              : 'There are no health gates: whether it works is for you to see, and the release before can be gone back to.'}
          </dd>
          {accepted.length > 0 && (
            <>
              <dt className="text-muted">Accepted</dt>
              <dd className="text-warn">Errors of lint: {accepted.join(', ')}. It stands in the note of the release.</dd>
            </>
          )}
          {production.length > 0 && (
            <>
              <dt className="text-muted">Production</dt>
              <dd className="text-warn">
                {production.length <= 4 ? production.join(', ') : count(production.length, 'server')}: you will be asked for the name.
              </dd>
            </>
          )}
        </dl>
        <Field label="Note" hint="Stands with the release on every server">
          {(field) => <Input {...field} autoFocus value={note} maxLength={500} placeholder="why" onChange={(event) => onNote(event.target.value)} />}
        </Field>
        {error}
      </div>
    </Section>
  );
}
