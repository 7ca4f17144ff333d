import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import type { DriftItem } from '../../../shared/model/stackDrift.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { type DriftView, driftGroups, driftKinds } from './driftView.ts';

type Way = 'adopt' | 'revert';

const words: Record<Way, { title: string; verb: string; does: string }> = {
  adopt: {
    title: 'Adopt into a release',
    verb: 'Adopt',
    does: 'A new release is written that has these as they are on the server, and rolled out with its gates.',
  },
  revert: { title: 'Revert on the server', verb: 'Revert', does: 'These are made as in the release that runs.' },
};

/** An age over this is no longer news; what a server has may have changed since. */
const staleAfterMs = 300_000;

function Values({ item }: { item: DriftItem }) {
  if (item.desired === null && item.live === null) return null;
  const value = (text: string | null, className: string) =>
    text === null ? <span className="text-faint">nothing</span> : <code className={cx('min-w-0 font-mono text-sm break-all', className)}>{text}</code>;
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <span className="sr-only">in the release</span>
      {value(item.desired, 'text-muted')}
      <ArrowRight aria-hidden size={12} className="shrink-0 self-center text-faint" />
      <span className="sr-only">on the server</span>
      {value(item.live, 'text-warn')}
    </div>
  );
}

interface RowProps {
  item: DriftItem;
  picked: boolean;
  onPick(picked: boolean): void;
  onDo(way: Way): void;
}

function DriftRow({ item, picked, onPick, onDo }: RowProps) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-2 gap-y-1 border-b border-hairline px-1 py-2 wide:grid-cols-[20px_minmax(0,6fr)_minmax(0,5fr)_auto] wide:gap-x-4">
      <span className="pt-0.5 max-wide:row-span-2">
        <Checkbox checked={picked} onChange={onPick} ariaLabel={`Pick: ${item.said}`} />
      </span>
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex min-w-0 flex-wrap items-center gap-2">
          <Badge>{driftKinds[item.kind]}</Badge>
          <span className="min-w-0 break-words">{item.said}</span>
        </div>
        <Values item={item} />
      </div>
      <dl className="col-start-2 row-start-2 grid content-start grid-cols-[max-content_minmax(0,1fr)] gap-x-2 gap-y-0.5 text-sm wide:col-start-3 wide:row-start-1 wide:pt-px">
        {(['adopt', 'revert'] as const).map((way) => (
          <div key={way} className="contents">
            <dt className={item[way].possible ? 'text-muted' : 'text-faint'}>{words[way].verb}</dt>
            <dd className="text-faint">{item[way].how}</dd>
          </div>
        ))}
      </dl>
      <div className="flex items-start gap-1.5 max-wide:row-span-2">
        <Button disabled={!item.adopt.possible} title={item.adopt.how} onClick={() => onDo('adopt')}>
          Adopt
        </Button>
        <Button disabled={!item.revert.possible} title={item.revert.how} onClick={() => onDo('revert')}>
          Revert
        </Button>
      </div>
    </li>
  );
}

interface DriftPanelProps {
  deployment: DeploymentStatus;
  view: DriftView;
  asking: boolean;
  onAsk(): void;
}

/** What differs on the server from the release that runs, with both ways out of each difference. */
export function DriftPanel({ deployment, view, asking, onAsk }: DriftPanelProps) {
  const navigate = useNavigate();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<{ way: Way; items: readonly DriftItem[] } | null>(null);
  const show = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const adopt = useAction(client.stackDay2.adopt, show);
  const revert = useAction(client.stackDay2.revert, show);
  const again = (
    <Button icon={RefreshCw} busy={asking} onClick={onAsk}>
      Compare again
    </Button>
  );
  if (view.state === 'looking') return <SkeletonRows count={5} label="Asking the server what differs" />;
  if (view.state === 'unknown') {
    return (
      <EmptyState title="Whether it has drifted is not known" actions={again}>
        {view.reason} What runs there could not be compared with {deployment.current?.id ?? 'its release'}, so nothing is said of it.
      </EmptyState>
    );
  }
  const { items } = view;
  const chosen = items.filter((item) => picked.has(item.id));
  const begin = () => {
    const action = { adopt, revert };
    if (asked) void action[asked.way].run({ id: deployment.stackId, selector: deployment.serverName, items: asked.items.map((item) => item.id) });
    setAsked(null);
  };
  const can = (way: Way) => chosen.length > 0 && chosen.every((item) => item[way].possible);
  return (
    <>
      <div className="flex min-h-10 flex-wrap items-center gap-1.5">
        {items.length > 0 && (
          <Checkbox
            checked={chosen.length === items.length}
            indeterminate={chosen.length > 0 && chosen.length < items.length}
            onChange={(on) => setPicked(new Set(on ? items.map((item) => item.id) : []))}
            ariaLabel="Pick all differences"
            className="px-1"
          />
        )}
        <span className="px-1 text-muted">
          {items.length === 0 ? (
            <StateMark tone="good">
              <span className="text-text">No drift.</span> What runs is what {deployment.current?.id ?? 'the release'} says
            </StateMark>
          ) : chosen.length > 0 ? (
            <b className="font-medium text-text">{chosen.length} picked</b>
          ) : (
            <StateMark tone="warn">
              {count(items.length, 'difference')} between {deployment.current?.id ?? 'the release'} and the server
            </StateMark>
          )}
        </span>
        <span className="text-faint">
          compared <RelativeTime atMs={view.lookedAtMs} staleAfterMs={staleAfterMs} suffix=" ago" />
        </span>
        <div className="ml-auto flex gap-1.5">
          {chosen.length > 0 && (
            <>
              <Button disabled={!can('adopt')} onClick={() => setAsked({ way: 'adopt', items: chosen })}>
                Adopt {chosen.length}
              </Button>
              <Button disabled={!can('revert')} onClick={() => setAsked({ way: 'revert', items: chosen })}>
                Revert {chosen.length}
              </Button>
            </>
          )}
          {again}
        </div>
      </div>
      {view.unknowns.map((unknown) => (
        <p key={unknown} className="px-1 py-1">
          <StateMark tone="unknown" className="[&>span]:whitespace-normal">
            Not compared: {unknown}
          </StateMark>
        </p>
      ))}
      <div className="flex flex-col gap-4 pt-2">
        {driftGroups(items).map((group) => (
          <Section key={group.service ?? ''} title={group.service ?? 'The project'} aside={count(group.items.length, 'difference')}>
            <ul>
              {group.items.map((item) => (
                <DriftRow
                  key={item.id}
                  item={item}
                  picked={picked.has(item.id)}
                  onPick={(on) => setPicked((before) => new Set(on ? [...before, item.id] : [...before].filter((id) => id !== item.id)))}
                  onDo={(way) => setAsked({ way, items: [item] })}
                />
              ))}
            </ul>
          </Section>
        ))}
      </div>
      <ConfirmDialog
        open={asked !== null}
        title={asked ? words[asked.way].title : ''}
        effect={
          asked && (
            <div className="flex flex-col gap-2">
              <p>{words[asked.way].does}</p>
              <ul className="list-disc pl-4 text-muted">
                {asked.items.map((item) => (
                  <li key={item.id}>{item[asked.way].how}</li>
                ))}
              </ul>
            </div>
          )
        }
        expected={null}
        danger={asked?.way === 'revert'}
        action={asked ? words[asked.way].verb : ''}
        onConfirm={begin}
        onClose={() => setAsked(null)}
      />
      <ActionConfirm action={adopt} title={words.adopt.title} verb="Adopt" />
      <ActionConfirm action={revert} title={words.revert.title} verb="Revert" />
    </>
  );
}
