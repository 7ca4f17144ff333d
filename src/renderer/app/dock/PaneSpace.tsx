import { Fragment, type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { cx } from '../../ui/cx.ts';
import { type PaneGroup, useDock } from './dockStore.ts';
import { type Divider, dividers, paneRectangles, type Rectangle } from './splitTree.ts';

const percent = (part: number) => `${part * 100}%`;
const placeOf = ({ x, y, width, height }: Rectangle) => ({ left: percent(x), top: percent(y), width: percent(width), height: percent(height) });
const whole: Rectangle = { x: 0, y: 0, width: 1, height: 1 };

/** The line between two parts: dragged, or moved by arrow keys once it has the focus. */
function DividerHandle({ group, divider }: { group: string; divider: Divider }) {
  const last = useRef<number | null>(null);
  const { resize } = useDock.getState();
  const { path, index, direction, at, split, before, after } = divider;
  const sideways = direction === 'row';
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (last.current === null) return;
    const space = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!space) return;
    const now = sideways ? event.clientX : event.clientY;
    const length = sideways ? space.width * split.width : space.height * split.height;
    if (length > 0) resize(group, path, index, (now - last.current) / length);
    last.current = now;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { [sideways ? 'ArrowLeft' : 'ArrowUp']: -0.02, [sideways ? 'ArrowRight' : 'ArrowDown']: 0.02 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize(group, path, index, by);
  };
  const place = sideways
    ? { left: percent(split.x + at * split.width), top: percent(split.y), height: percent(split.height) }
    : { top: percent(split.y + at * split.height), left: percent(split.x), width: percent(split.width) };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label="Between panes"
      aria-orientation={sideways ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((before / (before + after)) * 100)}
      style={place}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = sideways ? event.clientX : event.clientY;
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        last.current = null;
      }}
      onKeyDown={onKeyDown}
      className={cx(
        'absolute z-10 bg-transparent hover:bg-accent/40 focus-visible:bg-accent/60 focus-visible:outline-none',
        sideways ? '-ml-[3px] w-1.5 cursor-col-resize' : '-mt-[3px] h-1.5 cursor-row-resize',
      )}
    />
  );
}

/** The panes of a tab side by side and above each other. Each keeps its element while others come, go and move. */
export function PaneSpace({ group, renderPane }: { group: PaneGroup; renderPane(id: string): ReactNode }) {
  const places = paneRectangles(group.root);
  return (
    <div className="relative min-h-0 min-w-0 flex-1 overflow-hidden">
      {[...places].map(([id, place]) => {
        if (group.maximised !== null && group.maximised !== id) return <Fragment key={id} />;
        const where = group.maximised === id ? whole : place;
        return (
          <div
            key={id}
            style={placeOf(where)}
            className={cx('absolute flex min-h-0 min-w-0 flex-col', where.x > 0 && 'border-l border-line', where.y > 0 && 'border-t border-line')}
          >
            {renderPane(id)}
          </div>
        );
      })}
      {group.maximised === null &&
        dividers(group.root).map((divider) => <DividerHandle key={`${divider.path.join('.')}:${divider.index}`} group={group.id} divider={divider} />)}
    </div>
  );
}
