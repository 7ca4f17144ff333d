import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Download } from 'lucide-react';
import { useState } from 'react';
import type { HeldModel } from '../../../shared/contract/stackDay2.ts';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatBytes } from '../../ui/format.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { shortDigest } from './deploymentView.ts';
import { useHeldModels } from './useDeployment.ts';

/** The digest that runs beside the one that the release was recorded with. */
function Digests({ model }: { model: HeldModel }) {
  const now = (
    <code className="font-mono text-sm" title={model.digest}>
      {shortDigest(model.digest)}
    </code>
  );
  if (model.recorded === null || model.recorded === model.digest) return <span className="text-muted">{now}</span>;
  return (
    <span className="flex items-center gap-1.5 text-warn" title="It was pulled anew since the release was made">
      <code className="font-mono text-sm text-muted" title={model.recorded}>
        {shortDigest(model.recorded)}
      </code>
      <ArrowRight aria-label="is now" size={12} className="shrink-0 text-faint" />
      {now}
    </span>
  );
}

function stateOf(model: HeldModel) {
  if (model.kept) return { tone: 'off', word: 'kept for the way back' } as const;
  if (model.recorded === null) return { tone: 'info', word: 'in no release' } as const;
  return model.recorded === model.digest ? ({ tone: 'good', word: 'as released' } as const) : ({ tone: 'warn', word: 'another than released' } as const);
}

/** Models that a deployment holds, each with its update. */
export function ModelList({ deployment }: { deployment: DeploymentStatus }) {
  const navigate = useNavigate();
  const query = useHeldModels(deployment.stackId, deployment.serverName);
  const [asked, setAsked] = useState<HeldModel | null>(null);
  const update = useAction(client.stackDay2.updateModel, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  if (query.isPending) return <SkeletonRows count={3} label="Asking for its models" />;
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Ask again</Button>} />;
  const { models } = query.data;
  if (models.length === 0)
    return <EmptyState title="It holds no models">None of its services keeps models by name. Models that are part of an image come with the image.</EmptyState>;
  const begin = () => {
    if (asked) void update.run({ id: deployment.stackId, selector: deployment.serverName, model: asked.name, service: asked.service });
    setAsked(null);
  };
  return (
    <>
      <ul aria-label="Models">
        {models.map((model) => {
          const state = stateOf(model);
          return (
            <li
              key={`${model.service}/${model.name}/${model.digest}`}
              className="grid min-h-10 grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.2fr)_70px_84px] items-center gap-3 border-b border-hairline px-2"
            >
              <span className="truncate font-mono text-sm font-medium" title={model.name}>
                {model.name}
                <span className="font-sans font-normal text-faint"> in {model.service}</span>
              </span>
              <StateMark tone={state.tone} className={model.kept ? 'text-muted' : ''}>
                {state.word}
              </StateMark>
              <Digests model={model} />
              <span className="text-right text-muted">{formatBytes(model.bytes)}</span>
              {model.kept ? (
                <span />
              ) : (
                <Button icon={Download} className="justify-self-end" onClick={() => setAsked(model)}>
                  Update
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        title={`Update ${asked?.name ?? ''}`}
        effect={
          asked && (
            <div className="flex flex-col gap-2">
              <p>
                {asked.name} is pulled anew into {asked.service}: about {formatBytes(asked.bytes)}, and as much disk again while both are there. It answers with
                what it has until the pull is done.
              </p>
              <p className="text-muted">
                Now <code className="font-mono text-sm">{shortDigest(asked.digest)}</code>. The chat gates of the stack judge the new one; where they do not
                pass this one comes back.
              </p>
            </div>
          )
        }
        expected={null}
        danger={false}
        action="Pull and judge"
        onConfirm={begin}
        onClose={() => setAsked(null)}
      />
      <ActionConfirm action={update} title="Update a model" verb="Update" />
    </>
  );
}
