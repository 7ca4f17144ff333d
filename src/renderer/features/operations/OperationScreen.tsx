import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import type { OperationId } from '../../../shared/model/ids.ts';
import { useOperation } from '../../client/streams.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { EvidenceView } from '../evidence/EvidenceView.tsx';
import { ExecGroups } from '../exec/ExecGroups.tsx';
import { CellDrawer } from './CellDrawer.tsx';
import { Matrix } from './Matrix.tsx';
import { OperationHeader } from './OperationHeader.tsx';
import { cellToShow } from './operationMatrix.ts';
import { RolloutView } from './RolloutView.tsx';
import { isRollout } from './rolloutLanes.ts';

const route = getRouteApi('/operations/$id');

/** One operation: what must be done, how far is it, and what came out. */
export function OperationScreen() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { operation, status, sinceMs, error } = useOperation(id as OperationId);
  const pick = useCallback((server: string, step: string) => void navigate({ search: { server, step }, replace: true }), [navigate]);
  const setView = useCallback((view: 'timeline' | undefined) => void navigate({ search: view === undefined ? {} : { view }, replace: true }), [navigate]);
  const close = useCallback(() => void navigate({ search: {}, replace: true }), [navigate]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && !event.defaultPrevented && close();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [close]);

  if (error && !operation) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={error} />
      </div>
    );
  }
  if (!operation) {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={10} label="Loading the operation" />
      </div>
    );
  }
  const cell = cellToShow(operation, search.server, search.step);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <OperationHeader operation={operation} staleSinceMs={status === 'stale' ? sinceMs : null} view={search.view} onView={setView} />
      {search.view === 'timeline' ? (
        <EvidenceView operation={operation} />
      ) : operation.kind === 'exec' && operation.targets.length > 1 ? (
        <div className="grid min-h-0 flex-1 grid-cols-[minmax(272px,320px)_minmax(0,1fr)] border-t border-line">
          <Matrix operation={operation} picked={cell} onPick={pick} />
          <div className="flex min-h-0 min-w-0 border-l border-line">
            {cell ? (
              <CellDrawer key={`${cell.serverId}/${cell.stepId}`} operation={operation} cell={cell} wide find={search.find} onClose={close} />
            ) : (
              <ExecGroups operation={operation} onPick={(server) => pick(server, operation.steps[0]?.id ?? '')} />
            )}
          </div>
        </div>
      ) : isRollout(operation.kind) ? (
        <RolloutView operation={operation} picked={cell} onPick={pick} onClose={close} find={search.find} />
      ) : (
        <div className="flex min-h-0 flex-1 border-t border-line">
          <Matrix operation={operation} picked={cell} onPick={pick} />
          {cell && <CellDrawer key={`${cell.serverId}/${cell.stepId}`} operation={operation} cell={cell} find={search.find} onClose={close} />}
        </div>
      )}
    </div>
  );
}
