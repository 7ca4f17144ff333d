import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';

const states: Record<Release['state'], { word: string; tone: Tone }> = {
  current: { word: 'current', tone: 'good' },
  superseded: { word: 'earlier', tone: 'off' },
  failed: { word: 'failed its gate', tone: 'bad' },
  incomplete: { word: 'incomplete', tone: 'warn' },
};

/** The releases of a deployment as its server records them, each with the way back to it. */
export function ReleaseList({ deployment }: { deployment: DeploymentStatus }) {
  const navigate = useNavigate();
  const query = useQuery(orpc.stacks.releases.queryOptions({ input: { id: deployment.stackId, server: deployment.serverName } }));
  const rollback = useAction(client.stacks.rollback, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  if (query.isPending) return <SkeletonRows count={2} label="Reading the releases" />;
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} />;
  return (
    <ul aria-label="Releases">
      {query.data.releases.map((release) => (
        <li key={release.id} className="grid min-h-7 grid-cols-[44px_minmax(100px,130px)_minmax(60px,1fr)_90px_auto] items-center gap-3">
          <span className="font-mono text-sm">{release.id}</span>
          <StateMark tone={states[release.state].tone}>{states[release.state].word}</StateMark>
          <span className="truncate text-muted" title={release.contentHash}>
            {release.who}
            {release.note ? `: ${release.note}` : ''}
          </span>
          <span className="text-right text-faint">
            <RelativeTime atMs={release.createdAtMs} suffix=" ago" />
          </span>
          {release.state === 'superseded' ? (
            <Button
              variant="ghost"
              busy={rollback.busy}
              onClick={() => rollback.run({ id: deployment.stackId, selector: deployment.serverName, to: release.id })}
            >
              Go back to it
            </Button>
          ) : (
            <span />
          )}
        </li>
      ))}
      <ActionConfirm action={rollback} title="Go back to an earlier release" verb="Roll back" />
    </ul>
  );
}
