import { Maximize2, Minimize2, X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { PaneCommands } from '../../terminal/PaneMenu.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { type DockTab, type PaneGroup, useDock } from './dockStore.ts';
import { endTerminal, openTerminal, popOutTerminal } from './openTerminal.ts';
import { PaneName } from './PaneName.tsx';
import { type Direction, dividers } from './splitTree.ts';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));
const LogPane = lazy(() => import('../../features/logs/LogPane.tsx').then((module) => ({ default: module.LogPane })));

/** Ends what a pane shows: the shell of a terminal, the following of logs. Hiding the dock ends nothing. */
export function closePane(tab: DockTab): void {
  if (tab.kind === 'terminal') void endTerminal(tab.terminalId);
  else useDock.getState().remove(tab.id);
}

/** Moves the nearest line of this direction that the pane touches. */
function resizePane(group: PaneGroup, pane: string, direction: Direction, by: number): void {
  const line = dividers(group.root).findLast((divider) => divider.direction === direction && touches(group, divider, pane));
  if (line) useDock.getState().resize(group.id, line.path, line.index, by);
}

function touches(group: PaneGroup, { path }: { path: number[] }, pane: string): boolean {
  let node = group.root;
  for (const step of path) {
    const next = node.kind === 'split' ? node.children[step] : undefined;
    if (!next) return false;
    node = next;
  }
  return JSON.stringify(node).includes(JSON.stringify(pane));
}

/** What the dock lets a terminal's pane do. */
function terminalCommands(group: PaneGroup, tab: Extract<DockTab, { kind: 'terminal' }>): PaneCommands {
  const { focusTowards, toggleMaximised } = useDock.getState();
  return {
    split: (direction) => void openTerminal(tab.serverName, 'shell', undefined, { beside: { pane: tab.id, direction } }),
    ...(group.root.kind === 'split' ? { maximise: () => toggleMaximised(tab.id) } : {}),
    go: focusTowards,
    resize: (direction, by) => resizePane(group, tab.id, direction, by),
    leave: () => document.querySelector<HTMLElement>('[data-dock-tab][aria-selected="true"]')?.focus(),
    popOut: () => popOutTerminal(tab.terminalId),
    end: () => closePane(tab),
    openAgain: (terminal) => void openTerminal(tab.serverName, terminal?.preset ?? 'shell', terminal?.of, { instead: tab.id }),
  };
}

/** A pane of the dock: its name where there are several, and what it shows. */
export function DockPane({ group, tab }: { group: PaneGroup; tab: DockTab }) {
  const { focusWish, setFocus, toggleMaximised } = useDock();
  const several = group.root.kind === 'split';
  const focused = group.focus === tab.id;
  return (
    <div
      data-pane={tab.id}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
      onFocusCapture={() => !focused && setFocus(tab.id)}
      onPointerDown={() => !focused && setFocus(tab.id)}
    >
      {several && (
        <header className={cx('flex h-6 shrink-0 items-center gap-1.5 pr-1 pl-2.5 text-sm', focused ? 'bg-raised text-text' : 'text-muted')}>
          <PaneName tab={tab} withTitle />
          <span className="ml-auto flex">
            <IconButton
              icon={group.maximised === tab.id ? Minimize2 : Maximize2}
              label={group.maximised === tab.id ? 'Restore the pane' : 'Maximise the pane'}
              shortcut="Ctrl Shift Enter"
              size="small"
              onClick={() => toggleMaximised(tab.id)}
            />
            <IconButton icon={X} label={`${tab.kind === 'terminal' ? 'End' : 'Stop following'} ${tab.title}`} size="small" onClick={() => closePane(tab)} />
          </span>
        </header>
      )}
      <Suspense fallback={<p className="p-3 text-faint">Opening</p>}>
        {tab.kind === 'terminal' ? (
          <TerminalPane
            terminalId={tab.terminalId}
            serverName={tab.serverName}
            commands={terminalCommands(group, tab)}
            focusWish={focused ? focusWish : null}
          />
        ) : (
          <LogPane query={tab.query} />
        )}
      </Suspense>
    </div>
  );
}
