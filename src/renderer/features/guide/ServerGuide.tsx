import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check, Circle, CircleAlert, CircleDot, type LucideIcon, SkipForward } from 'lucide-react';
import { useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Guide, GuideStop } from '../../../shared/model/guide.ts';
import type { StackId, WorkflowId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Spinner } from '../../ui/Spinner.tsx';

/** How often the stops are judged again while somebody looks, in milliseconds. */
const refreshMs = 3000;

const looks: Record<GuideStop['state'], { icon: LucideIcon | null; tone: string; word: string }> = {
  done: { icon: Check, tone: 'text-good', word: 'Done' },
  passed: { icon: SkipForward, tone: 'text-faint', word: 'Passed' },
  running: { icon: null, tone: 'text-accent', word: 'Under way' },
  attention: { icon: CircleAlert, tone: 'text-warn', word: 'Not as it should be' },
  next: { icon: CircleDot, tone: 'text-accent', word: 'Next' },
  later: { icon: Circle, tone: 'text-faint', word: 'Later' },
};

function ChooseStack({ name, guide }: { name: string; guide: Guide }) {
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const queries = useQueryClient();
  const choose = useAction(client.guide.choose, () => void queries.invalidateQueries({ queryKey: orpc.guide.of.key() }));
  const options = (catalog.data?.stacks ?? []).map(({ id, title }) => ({ value: id as string, label: title }));
  return (
    <span className="flex min-w-0 flex-col gap-2">
      <Select
        label="What it is for"
        prefix="For"
        value={guide.stackId ?? ''}
        options={guide.stackId === null ? [{ value: '', label: 'choose a stack' }, ...options] : options}
        onChange={(stackId) => stackId !== '' && void choose.run({ name, stackId: stackId as StackId })}
      />
      {choose.error && <ErrorPanel error={choose.error} />}
    </span>
  );
}

function PassDialog({ name, stop, onClose }: { name: string; stop: GuideStop; onClose(): void }) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const pass = useAction(client.guide.pass, () => {
    void queries.invalidateQueries({ queryKey: orpc.guide.of.key() });
    onClose();
  });
  return (
    <Dialog
      open
      width="narrow"
      title={`Go on without “${stop.title}”`}
      description="The reason is kept and shown here; the stop can be done at any time."
      onClose={onClose}
      onSubmit={() => reason.trim() !== '' && void pass.run({ name, stop: stop.id, reason: reason.trim() })}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" variant="primary" disabled={reason.trim() === ''} busy={pass.busy}>
            Go on without it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Reason">{(field) => <Textarea {...field} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}</Field>
        {pass.error && <ErrorPanel error={pass.error} />}
      </div>
    </Dialog>
  );
}

interface StopProps {
  row: FleetRow;
  guide: Guide;
  stop: GuideStop;
  onTrust(): void;
}

/** What can be done about a stop, here. */
function StopAction({ row, guide, stop, onTrust }: StopProps) {
  const navigate = useNavigate();
  const { name } = row.server;
  const queries = useQueryClient();
  const refresh = useAction(client.servers.refreshFacts, ({ operation }) => {
    void queries.invalidateQueries({ queryKey: orpc.guide.of.key() });
    void navigate({ to: '/operations/$id', params: { id: operation.id } });
  });
  const variant = stop.state === 'next' ? 'primary' : 'secondary';
  if (stop.operationId !== null && stop.state === 'running') {
    return (
      <Button variant="primary" onClick={() => void navigate({ to: '/operations/$id', params: { id: stop.operationId ?? '' } })}>
        Look at it
      </Button>
    );
  }
  switch (stop.id) {
    case 'added':
    case 'health':
      return null;
    case 'trusted':
      return stop.state === 'done' ? null : (
        <Button variant={variant} onClick={onTrust}>
          Compare the fingerprint
        </Button>
      );
    case 'facts':
      return (
        <span className="flex flex-col gap-2">
          <Button variant={variant} busy={refresh.busy} onClick={() => void refresh.run({ selector: name })}>
            {stop.state === 'done' ? 'Read again' : 'Read the facts'}
          </Button>
          {refresh.error && <ErrorPanel error={refresh.error} />}
        </span>
      );
    case 'purpose':
      return <ChooseStack name={name} guide={guide} />;
    case 'day1':
    case 'hardening': {
      const id = (stop.id === 'day1' ? 'day1-base' : 'hardening') as WorkflowId;
      return (
        <Button variant={variant} onClick={() => void navigate({ to: '/workflows/$id', params: { id }, search: { on: name } })}>
          {stop.state === 'done' ? 'Run again' : 'Prepare the run'}
        </Button>
      );
    }
    case 'deploy':
      return guide.stackId === null ? null : (
        <Button variant={variant} onClick={() => void navigate({ to: '/stacks/$id/deploy', params: { id: guide.stackId ?? '' }, search: { on: name } })}>
          {stop.state === 'done' ? 'Deploy again' : 'Prepare the deploy'}
        </Button>
      );
  }
}

function Stop(props: StopProps & { number: number; onPass(): void }) {
  const { stop, number, onPass } = props;
  const { icon: Icon, tone, word } = looks[stop.state];
  const open = stop.state === 'next' || stop.state === 'attention' || stop.state === 'running';
  return (
    <li
      aria-current={open ? 'step' : undefined}
      className={cx('grid grid-cols-[28px_minmax(0,1fr)_auto] items-start gap-3 border-b border-hairline px-2 py-3', open && 'bg-raised/40')}
    >
      <span className={cx('flex h-6 items-center justify-center', tone)} title={word}>
        {Icon === null ? <Spinner /> : <Icon aria-label={word} size={16} />}
      </span>
      <div className="min-w-0">
        <h3 className={cx('flex items-baseline gap-2', stop.state === 'later' ? 'text-muted' : 'font-semibold')}>
          <span className="font-mono text-sm font-normal text-faint">{number}</span>
          {stop.title}
        </h3>
        <p className="text-sm text-muted">{stop.why}</p>
        {stop.proof !== null && (
          <p className={cx('mt-1 text-sm break-words', stop.state === 'attention' ? 'text-warn' : 'text-text')}>
            {stop.proof}
            {stop.atMs !== null && <RelativeTime atMs={stop.atMs} suffix=" ago" className="ml-2 text-faint" />}
            {stop.operationId !== null && (
              <Link to="/operations/$id" params={{ id: stop.operationId }} className="ml-2 text-accent underline">
                the run
              </Link>
            )}
          </p>
        )}
        {open && stop.id !== 'added' && (
          <p className="mt-1 flex items-center gap-1 text-sm text-faint">
            <code className="truncate font-mono">{stop.command}</code>
            <CopyButton text={stop.command} label="Copy the command" compact />
          </p>
        )}
      </div>
      <div className="flex max-w-[280px] flex-col items-end gap-1.5">
        {stop.state !== 'later' && <StopAction {...props} />}
        {(stop.state === 'next' || stop.state === 'attention') && stop.id !== 'trusted' && (
          <button type="button" onClick={onPass} className="text-sm text-faint hover:text-text hover:underline">
            Go on without it
          </button>
        )}
      </div>
    </li>
  );
}

/** The way from a new machine to one that serves: what is done, what is next and why. */
export function ServerGuide({ row, onTrust }: { row: FleetRow; onTrust(): void }) {
  const { name } = row.server;
  const [passing, setPassing] = useState<GuideStop | null>(null);
  const query = useQuery({ ...orpc.guide.of.queryOptions({ input: { name } }), refetchInterval: refreshMs });
  if (query.error && !query.data) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="px-4 py-3">
        <SkeletonRows count={8} label="Loading the way" />
      </div>
    );
  }
  const guide = query.data;
  const closed = guide.stops.filter(({ state }) => state === 'done' || state === 'passed').length;
  return (
    <div className="overflow-y-auto px-4 pt-2 pb-6">
      <p className="py-2 text-muted">
        {guide.done ? `${name} is set up: every stop is done.` : `${closed} of ${guide.stops.length} stops are done. Each can be left and taken up again.`}
        {query.error && <span className="ml-2 text-warn">Not up to date: the core does not answer.</span>}
      </p>
      <ol className="max-w-[920px] border-t border-line">
        {guide.stops.map((stop, index) => (
          <Stop key={stop.id} number={index + 1} row={row} guide={guide} stop={stop} onTrust={onTrust} onPass={() => setPassing(stop)} />
        ))}
      </ol>
      {passing && <PassDialog name={name} stop={passing} onClose={() => setPassing(null)} />}
    </div>
  );
}
