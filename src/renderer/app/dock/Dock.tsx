import { useLocation } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Plus, Radio } from 'lucide-react';
import { type PointerEvent, useRef } from 'react';
import { IconButton } from '../../ui/IconButton.tsx';
import { askForBroadcast, askForTerminal } from './DockDialogs.tsx';
import { useDock } from './dockStore.ts';
import { TabBar } from './TabBar.tsx';
import { useKeptLayout } from './useKeptLayout.ts';
import { Workbench } from './Workbench.tsx';

function ResizeHandle() {
  const from = useRef<{ y: number; height: number } | null>(null);
  const { heightPx, setHeight } = useDock();
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, height: heightPx };
  };
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the dock"
      aria-valuenow={heightPx}
      aria-valuemin={120}
      aria-valuemax={Math.round(window.innerHeight * 0.75)}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => from.current && setHeight(from.current.height + from.current.y - event.clientY)}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') setHeight(heightPx + 24);
        if (event.key === 'ArrowDown') setHeight(heightPx - 24);
      }}
      className="absolute inset-x-0 -top-1 z-20 h-2 cursor-row-resize hover:bg-accent/40 focus-visible:bg-accent/40"
    />
  );
}

/** What can be done with the panes as a whole: one more, typing into several. */
export function DockActions() {
  const terminals = useDock((state) => Object.values(state.panes).filter((pane) => pane.kind === 'terminal').length);
  return (
    <>
      <IconButton icon={Plus} label="Open terminal" size="small" onClick={() => askForTerminal()} />
      {terminals > 1 && <IconButton icon={Radio} label="Type into several terminals" size="small" onClick={askForBroadcast} />}
    </>
  );
}

/** Terminals and followed logs along the bottom. It stays while screens come and go. */
export function Dock() {
  useKeptLayout();
  const { groups, current, open, heightPx, toggle } = useDock();
  const { pathname } = useLocation();
  const group = groups.find((each) => each.id === current);
  // The screen of terminals shows the same panes large; a second place for them would be empty.
  if (!group || pathname === '/terminals') return <div className="col-start-2" />;
  return (
    <section aria-label="Dock" className="relative col-start-2 flex min-w-0 flex-col border-t border-line bg-surface" style={{ height: open ? heightPx : 31 }}>
      {open && <ResizeHandle />}
      <div className="flex h-[30px] shrink-0 items-center gap-1 border-b border-line px-2">
        <TabBar shown={open} />
        <DockActions />
        <IconButton icon={open ? ChevronDown : ChevronUp} label={open ? 'Hide the dock' : 'Show the dock'} shortcut="Ctrl `" size="small" onClick={toggle} />
      </div>
      {open && <Workbench group={group} />}
    </section>
  );
}
