import { useLocation } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Columns2, ScrollText, SquareTerminal, X } from 'lucide-react';
import { lazy, type PointerEvent, Suspense, useRef } from 'react';
import { client, newRequestId } from '../../client/client.ts';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { type DockTab, useDock } from './dockStore.ts';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));
const StackLogs = lazy(() => import('../../features/stacks/StackLogs.tsx').then((module) => ({ default: module.StackLogs })));

function Pane({ tab }: { tab: DockTab }) {
  return (
    <Suspense fallback={<p className="p-3 text-faint">Opening</p>}>
      {tab.kind === 'terminal' ? (
        <TerminalPane terminalId={tab.terminalId} serverName={tab.serverName} />
      ) : (
        <StackLogs stackId={tab.stackId} selector={tab.selector} services={tab.services} />
      )}
    </Suspense>
  );
}

function closeTab(tab: DockTab): void {
  // A tab that is closed ends its shell; hiding the dock does not.
  if (tab.kind === 'terminal') client.terminals.close({ requestId: newRequestId(), id: tab.terminalId as never }).catch(() => {});
  useDock.getState().remove(tab.id);
  if (tab.kind === 'terminal') void import('../../terminal/terminals.ts').then((module) => module.releaseTerminal(tab.terminalId));
}

function TabButton({ tab, current, beside, many }: { tab: DockTab; current: boolean; beside: boolean; many: boolean }) {
  const Icon = tab.kind === 'terminal' ? SquareTerminal : ScrollText;
  return (
    <span
      className={cx(
        'group flex h-[22px] min-w-0 shrink-0 items-center rounded-sm text-sm',
        current ? 'bg-raised text-text' : beside ? 'text-text' : 'text-muted hover:text-text',
      )}
    >
      <button
        type="button"
        aria-pressed={current}
        onClick={() => useDock.getState().show(tab.id)}
        className="flex h-full items-center gap-1.5 rounded-sm pr-1 pl-2"
      >
        <Icon aria-hidden size={12} strokeWidth={1.8} />
        <span className="max-w-56 truncate">{tab.title}</span>
      </button>
      {many && (
        <IconButton
          icon={Columns2}
          label={beside ? 'Take from side by side' : 'Show beside'}
          size="small"
          aria-pressed={beside}
          onClick={() => useDock.getState().split(tab.id)}
        />
      )}
      <IconButton icon={X} label={tab.kind === 'terminal' ? 'End this terminal' : 'Stop following'} size="small" onClick={() => closeTab(tab)} />
    </span>
  );
}

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

/** Terminals and followed logs along the bottom. It stays while screens come and go. */
export function Dock() {
  const { tabs, shown, focus, open: wanted, heightPx, toggle, setFocus } = useDock();
  const { pathname } = useLocation();
  if (tabs.length === 0) return <div className="col-start-2" />;
  const panes = shown.flatMap((id) => tabs.find((tab) => tab.id === id) ?? []);
  // The screen of terminals shows them large; a second place for the same would be empty.
  const open = wanted && !(pathname === '/terminals' && panes.every((tab) => tab.kind === 'terminal'));
  return (
    <section aria-label="Dock" className="relative col-start-2 flex min-w-0 flex-col border-t border-line bg-surface" style={{ height: open ? heightPx : 31 }}>
      {open && <ResizeHandle />}
      <div className="flex h-[30px] shrink-0 items-center gap-1 border-b border-line px-2">
        <div className="flex min-w-0 flex-1 items-center gap-1 overflow-x-auto">
          {tabs.map((tab) => (
            <TabButton key={tab.id} tab={tab} current={open && shown[focus] === tab.id} beside={open && shown.includes(tab.id)} many={tabs.length > 1} />
          ))}
        </div>
        <IconButton icon={open ? ChevronDown : ChevronUp} label={open ? 'Hide the dock' : 'Show the dock'} shortcut="Ctrl `" size="small" onClick={toggle} />
      </div>
      {open && (
        <div className="grid min-h-0 flex-1 auto-cols-fr grid-flow-col divide-x divide-line">
          {panes.map((tab, index) => (
            <div
              key={tab.id}
              className="relative flex min-w-0 flex-col"
              onFocusCapture={() => index !== focus && setFocus(index)}
              onPointerDown={() => setFocus(index)}
            >
              <Pane tab={tab} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
