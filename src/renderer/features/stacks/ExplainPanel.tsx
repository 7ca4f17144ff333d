import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { Trap } from '../../../shared/model/lint.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Badge } from '../../ui/Badge.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const classes: Record<Trap['class'], string> = {
  lint: 'looked for by rules',
  threshold: 'a limit of monitoring',
  sizing: 'worked out when sizing',
  note: 'a note to read',
};

function TrapText({ trap, onExplain }: { trap: Trap; onExplain?: (id: string) => void }) {
  return (
    <div className="flex flex-col gap-1">
      <div className="flex min-w-0 items-center gap-2">
        {onExplain ? (
          <button type="button" className="font-mono text-sm text-accent hover:underline" onClick={() => onExplain(trap.id)}>
            {trap.id}
          </button>
        ) : (
          <code className="font-mono text-sm">{trap.id}</code>
        )}
        <Badge>{classes[trap.class]}</Badge>
      </div>
      <p className="font-medium break-words">{trap.title}</p>
      <p className="break-words text-muted">{trap.advice}</p>
    </div>
  );
}

/** What a rule or a trap is about, why it hurts, and what belongs to it. */
export function ExplainPanel({ id, onExplain, onClose }: { id: string; onExplain(id: string): void; onClose(): void }) {
  const query = useQuery(orpc.lint.explain.queryOptions({ input: { id }, retry: false, staleTime: Number.POSITIVE_INFINITY }));
  const trap = query.data?.trap ?? null;
  return (
    <aside aria-label={`About ${id}`} className="flex min-h-0 flex-col overflow-y-auto border-l border-line px-4 pt-2 pb-6">
      <div className="flex h-10 shrink-0 items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate font-mono text-md font-semibold">{id}</h2>
        <IconButton icon={X} label="Close the explanation" onClick={onClose} />
      </div>
      {query.isPending && <SkeletonRows count={4} label="Loading the explanation" />}
      {query.error && <ErrorPanel error={toSerializedError(query.error)} />}
      {query.data && (
        <div className="flex flex-col gap-5">
          {trap && <TrapText trap={trap} />}
          {query.data.rules.map((rule) => (
            <div key={rule.id} className="flex flex-col gap-1">
              {rule.id !== id && <code className="font-mono text-sm text-muted">{rule.id}</code>}
              <p className="font-medium break-words">{rule.title}</p>
              <p className="break-words text-muted">{rule.why}</p>
            </div>
          ))}
          {query.data.traps
            .filter((each) => each.id !== trap?.id)
            .map((each) => (
              <TrapText key={each.id} trap={each} onExplain={onExplain} />
            ))}
        </div>
      )}
    </aside>
  );
}
