import '@xterm/xterm/css/xterm.css';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useSettings } from '../app/settings.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Input } from '../ui/Field.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { Mark } from '../ui/StateMark.tsx';
import { terminalScreen } from './terminals.ts';

/** A terminal of the core in a pane: its screen, and what to know when it is not simply open. */
export function TerminalPane({ terminalId, serverName }: { terminalId: string; serverName: string }) {
  const place = useRef<HTMLDivElement>(null);
  const { data: settings } = useSettings();
  const fontSizePx = settings?.terminalFontSizePx ?? 12;
  const [controller] = useState(() => terminalScreen(terminalId, { fontSizePx, scrollback: settings?.terminalScrollback ?? 5_000 }));
  const status = useSyncExternalStore(controller.subscribe, controller.status);
  const [searching, setSearching] = useState(false);
  useEffect(() => (place.current ? controller.show(place.current) : undefined), [controller]);
  useEffect(() => controller.setFont(fontSizePx), [controller, fontSizePx]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      event.stopPropagation();
      setSearching(true);
    }
  };
  const elsewhere = status.shownIn !== null && status.shownIn !== place.current;
  return (
    <section aria-label={`Terminal on ${serverName}`} className="group/pane relative flex min-h-0 flex-1 flex-col bg-surface" onKeyDownCapture={onKeyDown}>
      {status.state !== 'open' && (
        <p role="status" className="flex h-7 shrink-0 items-center gap-2 border-b border-line bg-raised px-3 text-sm">
          {status.state === 'closed' ? (
            <>
              <Mark tone="off" /> Closed: {status.reason ?? 'the shell ended'}
            </>
          ) : (
            <>
              <Spinner /> {status.state === 'opening' ? `Opening on ${serverName}` : 'Reconnecting; the shell goes on in the core'}
            </>
          )}
        </p>
      )}
      <div ref={place} className="relative min-h-0 flex-1 overflow-hidden" />
      {elsewhere && (
        <div className="absolute inset-0 flex items-center justify-center gap-3 bg-surface text-muted">
          Shown in another pane
          <Button onClick={() => place.current && controller.show(place.current)}>Show it here</Button>
        </div>
      )}
      <div className="absolute top-1 right-3 z-10 flex items-center gap-1 rounded bg-float p-0.5 opacity-0 shadow-float transition-opacity duration-100 group-hover/pane:opacity-100 focus-within:opacity-100">
        {searching ? (
          <Input
            autoFocus
            aria-label="Search in the terminal"
            placeholder="Search"
            className="h-6 w-44"
            onKeyDown={(event) => {
              if (event.key === 'Enter') controller.find(event.currentTarget.value, event.shiftKey);
              if (event.key === 'Escape') {
                setSearching(false);
                controller.focus();
              }
            }}
          />
        ) : (
          <IconButton icon={Search} label="Search in the terminal" shortcut="Ctrl Shift F" size="small" onClick={() => setSearching(true)} />
        )}
        <CopyButton text={() => controller.text()} label="Copy all text" compact />
      </div>
    </section>
  );
}
