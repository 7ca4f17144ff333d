import '@xterm/xterm/css/xterm.css';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { bridge } from '../client/client.ts';
import { Button } from '../ui/Button.tsx';
import { cx } from '../ui/cx.ts';
import { useBroadcast } from './broadcast.ts';
import { type PaneCommands, PaneMenu } from './PaneMenu.tsx';
import { PaneNotice } from './PaneNotice.tsx';
import { PaneQuestion } from './PaneQuestion.tsx';
import { PaneSearch } from './PaneSearch.tsx';
import { type PaneKey, paneKey } from './paneKeys.ts';
import { terminalScreen } from './terminals.ts';
import { usePaneLook } from './usePaneLook.ts';
import { useTerminal } from './useTerminals.ts';

interface TerminalPaneProps {
  terminalId: string;
  serverName: string;
  commands?: PaneCommands;
  /** A count that grows with each wish to have the keyboard here; null: elsewhere. */
  focusWish?: number | null;
}

const granted = { wish: 0 };

/** A terminal of the core in a pane: its screen, and what to know when it is not simply open. */
export function TerminalPane({ terminalId, serverName, commands = {}, focusWish = null }: TerminalPaneProps) {
  const place = useRef<HTMLDivElement>(null);
  const look = usePaneLook();
  const terminal = useTerminal(terminalId);
  const [controller] = useState(() => terminalScreen(terminalId, look));
  const status = useSyncExternalStore(controller.subscribe, controller.status);
  const broadcasting = useBroadcast((state) => state.targets.has(terminalId));
  const [searching, setSearching] = useState(false);
  useEffect(() => (place.current ? controller.show(place.current) : undefined), [controller]);
  useEffect(() => controller.setLook(look), [controller, look]);
  useEffect(() => {
    // Each wish is granted once: a pane that is shown again because a screen changed does not take the keyboard from it.
    if (focusWish === null || focusWish <= granted.wish) return;
    granted.wish = focusWish;
    controller.focus();
  }, [controller, focusWish]);
  const { question } = status;
  useEffect(() => {
    // The desktop host asks by itself before it opens a link.
    if (!bridge || question?.kind !== 'link') return;
    window.open(question.address, '_blank', 'noopener');
    controller.answer(false);
  }, [controller, question]);

  const copy = useCallback(() => {
    const text = controller.selection();
    if (text !== '') navigator.clipboard.writeText(text).catch(() => {});
  }, [controller]);
  const endSearch = useCallback(() => {
    setSearching(false);
    controller.endSearch();
    controller.focus();
  }, [controller]);
  const does: Record<Exclude<PaneKey, 'browserPaste'>, (() => void) | undefined> = {
    search: () => setSearching(true),
    copy,
    splitRight: commands.split && (() => commands.split?.('row')),
    splitDown: commands.split && (() => commands.split?.('column')),
    maximise: commands.maximise,
    leave: commands.leave ?? (() => (document.activeElement as HTMLElement | null)?.blur()),
    left: commands.go && (() => commands.go?.('left')),
    right: commands.go && (() => commands.go?.('right')),
    up: commands.go && (() => commands.go?.('up')),
    down: commands.go && (() => commands.go?.('down')),
    narrower: commands.resize && (() => commands.resize?.('row', -0.05)),
    wider: commands.resize && (() => commands.resize?.('row', 0.05)),
    smaller: commands.resize && (() => commands.resize?.('column', -0.05)),
    larger: commands.resize && (() => commands.resize?.('column', 0.05)),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = paneKey(event);
    if (key === null) return;
    // The browser pastes by itself; the emulator must not see the key.
    event.stopPropagation();
    if (key === 'browserPaste') return;
    event.preventDefault();
    does[key]?.();
  };
  const elsewhere = status.shownIn !== null && status.shownIn !== place.current;
  return (
    <section
      aria-label={`Terminal on ${serverName}`}
      style={look.theme === 'app' ? undefined : { colorScheme: look.theme }}
      className={cx('group/pane relative flex min-h-0 min-w-0 flex-1 flex-col bg-surface', broadcasting && 'outline-2 -outline-offset-2 outline-bad')}
      onKeyDownCapture={onKeyDown}
      onFocusCapture={() => status.sizedElsewhere && controller.fit()}
    >
      <PaneNotice
        status={status}
        serverName={serverName}
        terminal={terminal}
        onOpenAgain={commands.openAgain && (() => commands.openAgain?.(terminal))}
        onFit={controller.fit}
      />
      <PaneMenu
        controller={controller}
        terminal={terminal}
        hasSelection={status.hasSelection}
        commands={commands}
        onCopy={copy}
        onSearch={() => setSearching(true)}
      >
        <div ref={place} className="relative min-h-0 flex-1 overflow-hidden" />
      </PaneMenu>
      {elsewhere && (
        <div className="absolute inset-0 flex items-center justify-center gap-3 bg-surface text-muted">
          Shown in another pane
          <Button onClick={() => place.current && controller.show(place.current)}>Show it here</Button>
        </div>
      )}
      {searching && (
        <div className="absolute top-1 right-4 z-10">
          <PaneSearch result={status.search} onFind={controller.find} onClose={endSearch} />
        </div>
      )}
      {!(bridge && question?.kind === 'link') && (
        <PaneQuestion
          question={question}
          where={serverName}
          onAnswer={(goOn) => {
            if (goOn && question?.kind === 'link') window.open(question.address, '_blank', 'noopener');
            controller.answer(goOn);
          }}
        />
      )}
    </section>
  );
}
