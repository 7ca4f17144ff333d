import { Link, useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { InputsForm, problemOf } from '../../ui/InputsForm.tsx';
import { Select } from '../../ui/Select.tsx';
import { type IncidentChoice, IncidentField } from '../incidents/IncidentField.tsx';
import { StrategyField, type StrategyName, strategies } from '../targets/StrategyField.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { OutsideWindowField } from './OutsideWindowField.tsx';
import { useInputOffers } from './useInputOffers.ts';

type RunRequest = Parameters<typeof client.workflows.run>[0];

interface RunFormProps {
  workflow: WorkflowDefinition;
  on: string;
  /** The one step that is wanted. */
  only: string | undefined;
  /** The incident that it belongs to. */
  incident: string | undefined;
}

/** Starts a run: where, with what, in which order, and for which incident. */
export function RunForm({ workflow, on, only, incident }: RunFormProps) {
  const navigate = useNavigate();
  const [selector, setSelector] = useState(on);
  const [inputs, setInputs] = useState<Record<string, string>>({});
  const [checkOnly, setCheckOnly] = useState(false);
  const [strategy, setStrategy] = useState<StrategyName>('one-by-one');
  const [from, setFrom] = useState('');
  const [outsideWindow, setOutsideWindow] = useState('');
  const targets = useTargets(selector);
  const offers = useInputOffers(workflow, targets.rows.length > 0 ? selector : null);
  const [worked, setWorked] = useState<IncidentChoice>(incident ?? 'none');
  const [title, setTitle] = useState(workflow.title);
  const start = useAction(
    async (request: RunRequest) => {
      if (worked === 'none') return client.workflows.run(request);
      const { id, ...rest } = request;
      return client.incidents.run({ ...rest, workflow: id, id: worked === 'new' ? await openIncident(request) : worked });
    },
    ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }),
  );
  const openIncident = async ({ requestId, selector: servers }: RunRequest) => {
    const source = { kind: 'runbook', name: workflow.title } as const;
    const opened = await client.incidents.open({ requestId, title: title.trim(), level: 1, selector: servers, source });
    setWorked(opened.incident.id);
    return opened.incident.id;
  };
  const missing = workflow.inputs.filter((input) => problemOf(input, inputs) !== null);
  const ready = targets.rows.length > 0 && missing.length === 0 && !(worked === 'new' && title.trim() === '');
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready)
          void start.run({
            id: workflow.id,
            selector,
            inputs,
            checkOnly,
            strategy: strategies[strategy],
            ...(outsideWindow.trim() !== '' && { outsideWindow: outsideWindow.trim() }),
            ...(only !== undefined ? { only: [only] } : from === '' ? {} : { from }),
          });
      }}
    >
      <TargetField selector={selector} targets={targets} onChange={setSelector} />
      {workflow.inputs.length > 0 && <InputsForm definitions={workflow.inputs} values={inputs} onChange={setInputs} offers={offers} />}
      {(workflow.kind === 'runbook' || incident !== undefined) && <IncidentField value={worked} onChange={setWorked} title={title} onTitle={setTitle} />}
      <StrategyField value={strategy} onChange={setStrategy} />
      {only !== undefined && (
        <p className="rounded border border-accent/40 px-3 py-2">
          Only the step <code className="font-mono text-sm">{only}</code> runs.{' '}
          <Link to="/workflows/$id" params={{ id: workflow.id }} search={on === '' ? {} : { on }} className="text-accent hover:underline">
            Run all of them
          </Link>
        </p>
      )}
      {workflow.steps.length > 1 && only === undefined && (
        <Field label="Begin with" hint={from === '' ? undefined : 'The steps before it are left out, and the record says so.'} className="max-w-[380px]">
          {(field) => (
            <Select
              {...field}
              field
              value={from}
              options={[{ value: '', label: 'the first step' }, ...workflow.steps.slice(1).map(({ id, title }) => ({ value: id, label: title }))]}
              onChange={setFrom}
            />
          )}
        </Field>
      )}
      <Checkbox checked={checkOnly} onChange={setCheckOnly}>
        Only check
        <span className="block text-sm text-faint">Looks at every step and changes nothing</span>
      </Checkbox>
      {start.error && <ErrorPanel error={start.error} />}
      <OutsideWindowField error={start.error} reason={outsideWindow} onChange={setOutsideWindow} />
      <div className="flex items-center gap-3">
        <Button type="submit" variant="primary" icon={Play} busy={start.busy} disabled={!ready}>
          {checkOnly ? 'Check' : 'Run'} {targets.rows.length > 0 ? `on ${count(targets.rows.length, 'server')}` : ''}
        </Button>
        {missing.length > 0 && <span className="text-muted">Still needed: {missing.map((input) => input.title).join(', ')}</span>}
      </div>
      <ActionConfirm action={start} title={`Run “${workflow.title}” in production`} verb="Run it" inlineError />
    </form>
  );
}
