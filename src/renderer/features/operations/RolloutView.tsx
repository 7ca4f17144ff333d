import { useMemo, useState } from 'react';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/format.ts';
import { CellDrawer } from './CellDrawer.tsx';
import { Matrix } from './Matrix.tsx';
import { RolloutLaneRow } from './RolloutLaneRow.tsx';
import { RolloutResult } from './RolloutResult.tsx';
import { lanesOf, type RolloutLane } from './rolloutLanes.ts';

/** More lanes are folded, those to look at first. */
const lanesAtMost = 8;
const urgency: Record<RolloutLane['standing'], number> = {
  ...{ failed: 0, 'brought-back': 0, removed: 0, running: 1, serves: 2, unchanged: 2, waiting: 3, untouched: 3 },
};

function orderOf({ strategy, targets }: Operation): string {
  if (targets.length === 1) return 'one server';
  if (strategy.kind === 'canary') return `${strategy.size === 1 ? 'one server' : count(strategy.size, 'server')} first, the rest when its gates have passed`;
  return strategy.kind === 'rolling' ? `${strategy.size === 1 ? 'one server' : count(strategy.size, 'server')} at a time` : 'all servers at once';
}

interface RolloutViewProps {
  operation: Operation;
  picked: Cell | null;
  onPick(server: string, step: string): void;
  onClose(): void;
  /** A text to go to in the output of the picked cell. */
  find?: string | undefined;
}

/** A rollout as it goes: a lane for each server, all of its steps below, and beside them what a step prints. */
export function RolloutView({ operation, picked, onPick, onClose, find }: RolloutViewProps) {
  const [all, setAll] = useState(false);
  const [following, setFollowing] = useState(false);
  const lanes = useMemo(() => lanesOf(operation), [operation]);
  const folded = !all && lanes.length > lanesAtMost;
  const shown = folded ? lanes.toSorted((a, b) => urgency[a.standing] - urgency[b.standing]).slice(0, lanesAtMost) : lanes;
  const running = operation.cells.find((cell) => cell.state === 'running');
  const shownCell = picked ?? (following ? (running ?? null) : null);
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <RolloutResult operation={operation} lanes={lanes} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto">
          <div className="shrink-0 px-4 pt-2">
            <div className="flex h-7 items-center gap-3 border-b border-line">
              <h2 className="text-sm font-semibold text-muted">Servers</h2>
              <span className="ml-auto truncate text-sm text-faint">{orderOf(operation)}</span>
              {running && (
                <button
                  type="button"
                  aria-pressed={following}
                  onClick={() => setFollowing(!following)}
                  className="shrink-0 text-sm text-muted hover:text-text aria-pressed:text-accent"
                >
                  Follow the output
                </button>
              )}
            </div>
            <ul aria-label="Lanes" className="@container">
              {shown.map((lane) => (
                <RolloutLaneRow key={lane.serverId} operation={operation} lane={lane} picked={picked?.serverId === lane.serverId} onPick={onPick} />
              ))}
            </ul>
            {lanes.length > lanesAtMost && (
              <Button variant="ghost" className="mt-1" onClick={() => setAll(!all)}>
                {folded ? `Show all ${lanes.length} servers` : 'Show those to look at'}
              </Button>
            )}
          </div>
          <div className="flex min-h-72 flex-1 pt-3">
            <Matrix operation={operation} picked={shownCell} onPick={onPick} />
          </div>
        </div>
        {shownCell && (
          <CellDrawer
            key={`${shownCell.serverId}/${shownCell.stepId}`}
            operation={operation}
            cell={shownCell}
            find={find}
            onClose={() => {
              setFollowing(false);
              onClose();
            }}
          />
        )}
      </div>
    </div>
  );
}
