import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { Chip } from '../../ui/Chip.tsx';
import { CellMark } from './CellMark.tsx';
import { cellIndex, matrixLayout, type RowFilter, serversByStanding } from './operationMatrix.ts';

interface MatrixProps {
  operation: Operation;
  picked: Cell | null;
  onPick(serverId: string, stepId: string): void;
}

interface Axis {
  id: string;
  title: string;
  /** Heading under which it stands with its neighbours. */
  group?: string | undefined;
}

const rowFilters: readonly { id: RowFilter; title: string }[] = [
  { id: 'all', title: 'All' },
  { id: 'failed', title: 'Failed' },
  { id: 'running', title: 'Running' },
  { id: 'pending', title: 'Not yet' },
  { id: 'done', title: 'Done' },
];

/** Moves the focus between cells with the arrows, and j and k. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
  const row = cell?.closest<HTMLElement>('[role="row"]');
  if (!cell || !row) return;
  const inRow = [...row.querySelectorAll<HTMLElement>('[data-cell]')];
  const column = inRow.indexOf(cell);
  const vertical = event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0;
  const horizontal = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  const target = vertical
    ? (vertical > 0 ? row.nextElementSibling : row.previousElementSibling)?.querySelectorAll<HTMLElement>('[data-cell]')[column]
    : horizontal
      ? inRow[column + horizontal]
      : undefined;
  if (!vertical && !horizontal) return;
  event.preventDefault();
  target?.focus();
}

/** Steps × servers, each cell a state. Lies on its side when there are many servers; only rows in view are rendered. */
export function Matrix({ operation, picked, onPick }: MatrixProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const layout = matrixLayout(operation);
  const cells = useMemo(() => cellIndex(operation), [operation]);
  const [only, setOnly] = useState<RowFilter>('all');
  const groups = useMemo(() => serversByStanding(operation), [operation]);
  const filtered = layout === 'servers-as-rows' && only !== 'all' && groups[only].size > 0;
  const servers: Axis[] = operation.targets
    .filter((target) => !filtered || groups[only].has(target.serverId))
    .map((target) => ({ id: target.serverId, title: target.name }));
  const [rows, columns] = layout === 'steps-as-rows' ? [operation.steps, servers] : [servers, operation.steps];
  const numbered = layout === 'steps-as-rows';
  const virtualizer = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 32, overscan: 10 });
  // One step, or one server: its cell has room for all that it says.
  const single = columns.length === 1;
  const head = numbered ? 212 : 132;
  const least = head + columns.length * 104;
  const tracks = single
    ? `minmax(${head}px, ${head + 120}px) minmax(104px, 1fr)`
    : `minmax(${head}px, ${numbered ? '1.6fr' : '1fr'}) repeat(${columns.length}, minmax(104px, 1fr))`;
  const place = (row: Axis, column: Axis) => (layout === 'steps-as-rows' ? `${column.id}/${row.id}` : `${row.id}/${column.id}`);
  const grid = (
    <div
      ref={scroller}
      role="grid"
      aria-label="Steps and servers"
      aria-rowcount={rows.length + 1}
      data-list
      tabIndex={-1}
      onKeyDown={moveFocus}
      className="min-w-0 flex-1 overflow-auto px-4 pt-1 pb-4"
    >
      <div style={{ minWidth: least, maxWidth: single ? undefined : 320 + columns.length * 210 }}>
        <div role="rowgroup" className="sticky top-0 z-10 bg-bg">
          <div role="row" className="grid h-8 items-center border-b border-line text-xs text-faint" style={{ gridTemplateColumns: tracks }}>
            <span role="columnheader" className="px-2">
              {numbered ? 'Step' : 'Server'}
            </span>
            {columns.map((column) => (
              <span key={column.id} role="columnheader" title={column.title} className="truncate px-2">
                {single && operation.kind === 'exec' ? 'Result' : column.title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((virtual) => {
            const row = rows[virtual.index];
            if (!row) return null;
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={virtual.index + 2}
                className="absolute inset-x-0 top-0 grid h-8 items-center border-b border-hairline"
                style={{ gridTemplateColumns: tracks, transform: `translateY(${virtual.start}px)` }}
              >
                <span
                  role="rowheader"
                  title={row.group === undefined ? row.title : `${row.group} / ${row.title}`}
                  className="flex min-w-0 items-baseline gap-2 px-2"
                >
                  {numbered && <span className="font-mono text-sm text-faint">{String(virtual.index + 1).padStart(2, '0')}</span>}
                  <span className={numbered ? 'truncate' : 'truncate font-semibold'}>
                    {row.group !== undefined && <span className="text-faint">{row.group} / </span>}
                    {row.title}
                  </span>
                </span>
                {columns.map((column) => {
                  const cell = cells.get(place(row, column));
                  return (
                    <span key={column.id} role="gridcell" className="min-w-0 pr-1.5">
                      {cell && (
                        <CellMark
                          cell={cell}
                          label={`${numbered ? row.title : column.title} on ${numbered ? column.title : row.title}`}
                          loose={single}
                          picked={picked !== null && picked.serverId === cell.serverId && picked.stepId === cell.stepId}
                          onPick={onPick}
                        />
                      )}
                    </span>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
  if (layout === 'steps-as-rows' || operation.targets.length < 8) return grid;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div role="toolbar" aria-label="Servers to show" className="flex shrink-0 flex-wrap gap-1.5 px-4 pt-2.5 pb-1">
        {rowFilters.map(
          (filter) =>
            (filter.id === 'all' || groups[filter.id].size > 0) && (
              <Chip
                key={filter.id}
                on={filter.id === (filtered ? only : 'all')}
                count={filter.id === 'all' ? operation.targets.length : groups[filter.id].size}
                onClick={() => setOnly(filter.id)}
              >
                {filter.title}
              </Chip>
            ),
        )}
      </div>
      {grid}
    </div>
  );
}
