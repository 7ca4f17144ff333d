import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useState } from 'react';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { type LifecycleKind, lifecycleEffect } from './deploymentView.ts';

const words: Record<LifecycleKind, { title: string; verb: string }> = {
  start: { title: 'Start', verb: 'Start' },
  stop: { title: 'Stop', verb: 'Stop' },
  restart: { title: 'Restart', verb: 'Restart' },
  down: { title: 'Take down', verb: 'Take down' },
};

/** Why a restart would not do what one expects; asked for when it is about to be done. */
function RestartWarnings({ deployment }: { deployment: DeploymentStatus }) {
  const query = useQuery(orpc.stackDay2.restartWarnings.queryOptions({ input: { id: deployment.stackId, selector: deployment.serverName }, retry: false }));
  const warnings = query.data?.warnings ?? [];
  return (
    <div className="min-h-[21px]" aria-live="polite">
      {query.isPending && <StateMark tone="busy">Looking whether the definition has changed since</StateMark>}
      {query.error && <StateMark tone="unknown">Whether the definition has changed since could not be found out.</StateMark>}
      {query.data && warnings.length === 0 && <StateMark tone="good">The definition is as these containers were made from.</StateMark>}
      {warnings.map((warning) => (
        <div key={warning.said} className="flex gap-2 rounded border border-warn/45 bg-warn-bg px-2.5 py-1.5">
          <StateMark tone="warn" className="items-start! [&>svg]:mt-1 [&>span]:whitespace-normal">
            {warning.said} To have it read, deploy a change.
          </StateMark>
        </div>
      ))}
    </div>
  );
}

interface Lifecycle {
  /** Asks before it is done; no services named: all. The same function at every render. */
  ask(kind: LifecycleKind, services?: string[]): void;
  /** The questions; to be rendered once. */
  dialogs: ReactNode;
}

/** Starting, stopping, restarting and taking down, each after a question that says what happens. */
export function useLifecycle(deployment: DeploymentStatus): Lifecycle {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ kind: LifecycleKind; services: string[] } | null>(null);
  const ask = useCallback((kind: LifecycleKind, services: string[] = []) => setAsked({ kind, services }), []);
  const show = ({ operation }: { operation: { id: string } }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const start = useAction(client.stackDay2.start, show);
  const stop = useAction(client.stackDay2.stop, show);
  const restart = useAction(client.stacks.restart, show);
  const down = useAction(client.stacks.down, show);
  const actions = { start, stop, restart, down };
  const what = (kind: LifecycleKind, services: readonly string[]) => `${words[kind].title} ${services.length === 1 ? services[0] : deployment.stackId}`;
  const begin = () => {
    if (asked) {
      const target = { id: deployment.stackId, selector: deployment.serverName };
      if (asked.kind === 'down') void down.run(target);
      else void actions[asked.kind].run({ ...target, services: asked.services });
    }
    setAsked(null);
  };
  return {
    ask,
    dialogs: (
      <>
        <ConfirmDialog
          open={asked !== null}
          title={asked ? what(asked.kind, asked.services) : ''}
          effect={
            asked && (
              <div className="flex flex-col gap-2.5">
                <p>{lifecycleEffect(asked.kind, deployment, asked.services)}</p>
                {asked.kind === 'restart' && <RestartWarnings deployment={deployment} />}
              </div>
            )
          }
          expected={null}
          danger={asked?.kind !== 'start'}
          action={asked ? words[asked.kind].verb : ''}
          onConfirm={begin}
          onClose={() => setAsked(null)}
        />
        {(['start', 'stop', 'restart', 'down'] as const).map((kind) => (
          <ActionConfirm key={kind} action={actions[kind]} title={`${words[kind].title} ${deployment.stackId}`} verb={words[kind].verb} />
        ))}
      </>
    ),
  };
}
