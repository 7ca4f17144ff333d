import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { SquareTerminal } from 'lucide-react';
import { useRef, useState } from 'react';
import type { PastCommand } from '../../../shared/contract/exec.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { CommandHistory } from './CommandHistory.tsx';
import { type ExecForm, emptyForm, formOf, orderOf } from './execForm.ts';
import { OrderFields } from './OrderFields.tsx';
import { splitWords } from './splitWords.ts';

const route = getRouteApi('/exec');

function Words({ words }: { words: readonly string[] }) {
  return (
    <p className="flex flex-wrap items-center gap-1">
      <span className="pr-1 text-sm text-faint">Words:</span>
      {words.map((word, index) => (
        <code key={`${index}-${word}`} className="max-w-full truncate rounded-sm bg-raised px-1.5 py-0.5 font-mono text-xs">
          {word === '' ? '""' : word}
        </code>
      ))}
    </p>
  );
}

function ExecAsk({ begun }: { begun: ExecForm }) {
  const navigate = useNavigate();
  const [form, setForm] = useState(begun);
  const commandField = useRef<HTMLInputElement>(null);
  const targets = useTargets(form.selector);
  const words = splitWords(form.line);
  const order = orderOf(form.order);
  const start = useAction(client.exec.start, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const ready = words.ok && words.words.length > 0 && targets.rows.length > 0 && order !== null;
  const submit = () => {
    if (ready) void start.run({ selector: form.selector, command: words.words, ...order });
  };
  const takePast = (past: PastCommand) => {
    setForm(formOf(past, form.selector));
    commandField.current?.focus();
  };
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(300px,33%)] border-t border-line">
      <form
        className="flex min-h-0 min-w-0 flex-col gap-5 overflow-y-auto px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TargetField selector={form.selector} targets={targets} onChange={(selector) => setForm({ ...form, selector })} autoFocus={begun.selector === ''} />
        <div className="flex max-w-[760px] flex-col gap-3">
          <Field
            label="Command"
            hint="Words as in a shell: quotes keep words together. No pipes or variables; for those run sh -c '…'."
            error={words.ok ? null : words.problem}
          >
            {(field) => (
              <Input
                {...field}
                ref={commandField}
                autoFocus={begun.selector !== ''}
                value={form.line}
                className="font-mono"
                placeholder="docker ps"
                onChange={(event) => setForm({ ...form, line: event.target.value })}
              />
            )}
          </Field>
          {words.ok && words.words.length > 1 && <Words words={words.words} />}
          <OrderFields
            order={form.order}
            first={targets.rows[0]?.server.name ?? null}
            others={Math.max(0, targets.rows.length - 1)}
            onChange={(next) => setForm({ ...form, order: next })}
          />
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
      </form>
      <CommandHistory onPick={takePast} />
      <ActionConfirm action={start} title="Run in production" verb="Run it" inlineError />
    </div>
  );
}

/** The form as an address asks for it: empty, or with a command of the past. */
function ExecForAddress({ on, again }: { on: string; again: string | undefined }) {
  const query = useQuery({ ...orpc.exec.history.queryOptions({ input: { id: (again ?? '') as OperationId, limit: 1 } }), enabled: again !== undefined });
  if (again === undefined) return <ExecAsk key={on} begun={emptyForm(on)} />;
  if (query.error) {
    return (
      <div className="max-w-[760px] px-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (query.isPending) {
    return (
      <div className="px-4">
        <SkeletonRows count={6} label="Reading the command" />
      </div>
    );
  }
  const [past] = query.data.commands;
  return <ExecAsk key={again} begun={past ? formOf(past, on) : emptyForm(on)} />;
}

/** One command on many servers, and the commands of the past. */
export function ExecScreen() {
  const { on, again } = route.useSearch();
  const fleet = useStateStream(fleetStore);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Run a command">
        <span>On every chosen server; servers that answer alike are shown together</span>
      </PageHeader>
      {fleet.status === 'loading' ? (
        <div className="px-4">
          <SkeletonRows count={6} label="Loading the fleet" />
        </div>
      ) : (
        <ExecForAddress on={on ?? ''} again={again} />
      )}
    </div>
  );
}
