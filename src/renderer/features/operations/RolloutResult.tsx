import { Link, useNavigate } from '@tanstack/react-router';
import { Rocket, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { count } from '../../ui/format.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { isFinal } from './operationState.ts';
import type { RolloutLane } from './rolloutLanes.ts';

/** How a rollout ended, in numbers, and the ways on: back to the release before, or once more where it did not pass. */
export function RolloutResult({ operation, lanes }: { operation: Operation; lanes: readonly RolloutLane[] }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const rollback = useAction(client.stacks.rollback, ({ operation: next }) => void navigate({ to: '/operations/$id', params: { id: next.id } }));
  const { subject } = operation;
  if (!isFinal(operation.state) || subject === null) return null;
  const names = (...standings: RolloutLane['standing'][]) => lanes.filter(({ standing }) => standings.includes(standing)).map(({ name }) => name);
  const serving = names('serves');
  const same = names('unchanged');
  const back = names('brought-back', 'removed', 'failed');
  const untouched = names('untouched', 'waiting');
  const parts = [
    serving.length > 0 && `the release serves on ${count(serving.length, 'server')}`,
    same.length > 0 && `it was this already on ${count(same.length, 'server')}`,
    back.length > 0 && `it did not pass on ${count(back.length, 'server')}`,
    untouched.length > 0 && `${count(untouched.length, 'server')} not touched`,
  ].filter((part) => part !== false);
  const sentence = parts.join(', ');
  const again = [...back, ...untouched].join(',');
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-surface px-4 py-2">
      <StateMark tone={back.length > 0 ? 'bad' : untouched.length > 0 ? 'warn' : 'good'}>
        <span className="font-medium">
          {sentence.charAt(0).toUpperCase()}
          {sentence.slice(1)}
        </span>
      </StateMark>
      <span className="ml-auto flex items-center gap-1.5">
        <Link to="/stacks/$id" params={{ id: subject }} search={{ tab: 'deployments' }} className={buttonClass('ghost')}>
          Deployments
        </Link>
        {operation.kind === 'rollout' && serving.length > 0 && (
          <Button icon={Undo2} onClick={() => setAsked(true)}>
            Roll back
          </Button>
        )}
        {operation.kind === 'rollout' && again !== '' && (
          <Link to="/stacks/$id/deploy" params={{ id: subject }} search={{ on: again }} className={buttonClass('primary')}>
            <Rocket aria-hidden size={14} strokeWidth={1.8} /> Deploy again
          </Link>
        )}
      </span>
      <ConfirmDialog
        open={asked}
        title="Go back to the release before"
        effect={`${subject} on ${serving.length === 1 ? serving[0] : count(serving.length, 'server')} goes back to the release that ran before, with its values and files. Containers that differ are made anew and do not answer meanwhile.`}
        expected={null}
        action="Roll back"
        busy={rollback.busy}
        onConfirm={() => {
          setAsked(false);
          void rollback.run({ id: subject as StackId, selector: serving.join(',') });
        }}
        onClose={() => setAsked(false)}
      />
      <ActionConfirm action={rollback} title="Roll back" verb="Roll back" />
    </div>
  );
}
