import { CircleHelp, Monitor, Moon, Search, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { alertsStore, calmFleetStore, operationsStore, useStateStream } from '../client/streams.ts';
import { useConnection } from '../client/useConnection.ts';
import { cx } from '../ui/cx.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { Mark } from '../ui/StateMark.tsx';
import { FiringAlerts } from './FiringAlerts.tsx';
import { OperationsTray } from './OperationsTray.tsx';
import { rememberedAppearance, useChangeSettings, useSettings } from './settings.ts';

const themes = ['system', 'light', 'dark'] as const;
const icons = { system: Monitor, light: Sun, dark: Moon };

function ThemeSwitch() {
  const settings = useSettings();
  const change = useChangeSettings();
  const theme = settings.data?.theme ?? rememberedAppearance().theme;
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  return <IconButton icon={icons[theme]} label={`Theme: ${theme}. Switch to ${next}`} onClick={() => change.mutate({ theme: next })} />;
}

function ConnectionState() {
  const connection = useConnection();
  const fleet = useStateStream(calmFleetStore);
  if (connection.state === 'offline') {
    return (
      <span className="flex items-center gap-2 text-warn">
        <Mark tone="off" className="text-warn" /> Core not reachable
      </span>
    );
  }
  if (connection.state === 'connecting' || fleet.status === 'loading') {
    return (
      <span className="flex items-center gap-2 text-muted">
        <Mark tone="off" /> Connecting
      </span>
    );
  }
  const connected = fleet.list.filter((row) => row.connection === 'connected' || row.connection === 'degraded').length;
  const all = connected === fleet.list.length;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap text-muted">
      <Mark tone={fleet.list.length === 0 ? 'off' : all ? 'good' : connected === 0 ? 'off' : 'warn'} />
      {fleet.list.length === 0 ? 'No servers yet' : `${connected.toLocaleString('en')} of ${fleet.list.length.toLocaleString('en')} connected`}
    </span>
  );
}

/** So long what is known waits for what is not: it would be pushed aside. */
const patienceMs = 1_000;

/** Whether all that is told up there is known, or was waited for long enough. */
function useFirstLook(): boolean {
  const [late, setLate] = useState(false);
  const isLoading = [useStateStream(operationsStore).status, useStateStream(alertsStore).status, useStateStream(calmFleetStore).status].includes('loading');
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return late || !isLoading;
}

/** Search, what is running, how the connection is, and the theme. */
export function TopBar({ onSearch, onShortcuts }: { onSearch(): void; onShortcuts(): void }) {
  const isKnown = useFirstLook();
  return (
    <header className="flex min-w-0 items-center gap-3 border-b border-line px-4">
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 w-[380px] min-w-0 shrink items-center gap-2 rounded border border-line bg-surface px-2.5 text-faint transition-colors duration-100 hover:border-line-strong"
      >
        <Search aria-hidden size={13} strokeWidth={1.8} />
        <span className="flex-1 truncate text-left">Search servers, stacks, commands</span>
        <Kbd>{navigator.platform.startsWith('Mac') ? '⌘ K' : 'Ctrl K'}</Kbd>
      </button>
      <div className={cx('ml-auto flex shrink-0 items-center gap-3', !isKnown && 'invisible')}>
        <OperationsTray />
        <span aria-hidden className="h-4 w-px bg-line-strong" />
        <FiringAlerts />
        <ConnectionState />
      </div>
      <span className="-mr-2 flex shrink-0">
        <ThemeSwitch />
        <IconButton icon={CircleHelp} label="Keyboard shortcuts" shortcut="?" onClick={onShortcuts} />
      </span>
    </header>
  );
}
