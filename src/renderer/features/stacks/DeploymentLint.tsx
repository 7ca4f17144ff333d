import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ExplainPanel } from './ExplainPanel.tsx';
import { LintFindings } from './LintFindings.tsx';

/** What the rules say of the stack on this server, with the parameters of the release that runs. */
export function DeploymentLint({ deployment }: { deployment: DeploymentStatus }) {
  const [explained, setExplained] = useState<string>();
  const query = useQuery({
    ...orpc.lint.run.queryOptions({
      input: { id: deployment.stackId, selector: deployment.serverName, parameters: deployment.current?.parameters ?? {} },
      retry: false,
    }),
    staleTime: 60_000,
  });
  const onExplain = (id: string) => setExplained((before) => (before === id ? undefined : id));
  return (
    <div className={explained ? 'grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(260px,340px)]' : 'grid min-h-0 flex-1 grid-cols-1'}>
      <div className="min-h-0 overflow-y-auto px-4 pt-2 pb-6">
        {query.error ? (
          <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Judge again</Button>} />
        ) : query.data ? (
          <LintFindings reports={query.data.reports} explained={explained} onExplain={onExplain} />
        ) : (
          <SkeletonRows count={8} label="Loading what the rules say" />
        )}
      </div>
      {explained && <ExplainPanel id={explained} onExplain={setExplained} onClose={() => setExplained(undefined)} />}
    </div>
  );
}
