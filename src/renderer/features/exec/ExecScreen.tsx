import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StrategyField, type StrategyName, strategies } from '../targets/StrategyField.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { splitWords } from './splitWords.ts';

const route = getRouteApi('/exec');

function ExecForm({ on }: { on: string }) {
  const navigate = useNavigate();
  const [selector, setSelector] = useState(on);
  const [line, setLine] = useState('');
  const [sudo, setSudo] = useState(false);
  const [strategy, setStrategy] = useState<StrategyName>('all');
  const targets = useTargets(selector);
  const words = splitWords(line);
  const start = useAction(client.exec.start, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const ready = words.ok && words.words.length > 0 && targets.rows.length > 0;
  const submit = () => {
    if (ready) void start.run({ selector, command: words.words, sudo, strategy: strategies[strategy] });
  };
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto border-t border-line px-4 py-4">
        <TargetField selector={selector} targets={targets} onChange={setSelector} autoFocus={!on} />
        <div className="flex max-w-[760px] flex-col gap-2.5">
          <Field
            label="Command"
            hint="Words as in a shell: quotes keep words together. No pipes or variables; for those run sh -c '…'."
            error={words.ok ? null : words.problem}
          >
            {(field) => (
              <Input
                {...field}
                autoFocus={on !== ''}
                value={line}
                className="font-mono"
                placeholder="docker ps"
                onChange={(event) => setLine(event.target.value)}
              />
            )}
          </Field>
          {words.ok && words.words.length > 1 && (
            <p className="flex flex-wrap items-center gap-1">
              <span className="pr-1 text-sm text-faint">Words:</span>
              {words.words.map((word, index) => (
                <code key={`${index}-${word}`} className="rounded-sm bg-raised px-1.5 py-0.5 font-mono text-xs">
                  {word === '' ? '""' : word}
                </code>
              ))}
            </p>
          )}
          <div className="flex items-end gap-6">
            <StrategyField value={strategy} onChange={setStrategy} />
            <Checkbox checked={sudo} onChange={setSudo} className="pb-1">
              As root
            </Checkbox>
          </div>
        </div>
        {start.error && (
          <div className="max-w-[760px]">
            <ErrorPanel error={start.error} />
          </div>
        )}
        <div>
          <Button type="submit" variant="primary" icon={SquareTerminal} busy={start.busy} disabled={!ready}>
            {targets.rows.length > 0 ? `Run on ${targets.rows.length.toLocaleString('en')}` : 'Run'}
          </Button>
        </div>
      </div>
      <ActionConfirm action={start} title="Run in production" verb="Run it" inlineError />
    </form>
  );
}

/** One command on many servers. */
export function ExecScreen() {
  const { on } = route.useSearch();
  const fleet = useStateStream(fleetStore);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Run a command">
        <span>On every chosen server; the output of each is kept</span>
      </PageHeader>
      {fleet.status === 'loading' ? (
        <div className="px-4">
          <SkeletonRows count={6} label="Loading the fleet" />
        </div>
      ) : (
        <ExecForm on={on ?? ''} />
      )}
    </div>
  );
}
