import { useNavigate } from '@tanstack/react-router';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { ComparisonView } from './ComparisonView.tsx';
import { useComparison } from './ReleaseCompare.tsx';
import { comparisonWords } from './releaseView.ts';

interface RollbackDialogProps {
  deployment: DeploymentStatus;
  to: Release;
  onClose(): void;
}

function Plan({ deployment, from, to }: { deployment: DeploymentStatus; from: string; to: Release }) {
  const query = useComparison(deployment, { from, to: to.id });
  if (query.isPending) return <SkeletonRows count={5} label="Reading both releases" />;
  if (query.error) {
    return (
      <div className="flex flex-col gap-2">
        <StateMark tone="unknown">What would change could not be found out. Going back is possible all the same.</StateMark>
        <ErrorPanel error={toSerializedError(query.error)} />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium">{comparisonWords(query.data)}</p>
      <ComparisonView comparison={query.data} layout="unified" />
    </div>
  );
}

/** Going back to an earlier release: first what would happen, then the word for it. */
export function RollbackDialog({ deployment, to, onClose }: RollbackDialogProps) {
  const navigate = useNavigate();
  const rollback = useAction(client.stacks.rollback, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const from = deployment.current?.id ?? null;
  return (
    <>
      <Dialog
        open={rollback.confirmation === null && rollback.error === null}
        onClose={onClose}
        width="wide"
        title={`Go back to ${to.id}`}
        description={
          <>
            {deployment.stackId} on {deployment.serverName} goes from {from ?? 'nothing'} to {to.id}: its images, files, parameters and secrets as they were.
            Data stays as it is now. The gates of {to.id} judge it.
          </>
        }
        footer={
          <>
            <Button onClick={onClose}>Leave as it is</Button>
            <Button
              variant="danger"
              busy={rollback.busy}
              onClick={() => void rollback.run({ id: deployment.stackId, selector: deployment.serverName, to: to.id })}
            >
              Go back to {to.id}
            </Button>
          </>
        }
      >
        {from === null ? <p className="text-muted">Nothing runs now: all its containers are made.</p> : <Plan deployment={deployment} from={from} to={to} />}
      </Dialog>
      <ActionConfirm action={rollback} title={`Go back to ${to.id}`} verb="Roll back" />
    </>
  );
}
