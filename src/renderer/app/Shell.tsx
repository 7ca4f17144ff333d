import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Toaster } from 'sonner';
import { Dock } from './dock/Dock.tsx';
import { DockDialogs } from './dock/DockDialogs.tsx';
import { NetworkBanner } from './NetworkBanner.tsx';
import { OfflineBanner } from './OfflineBanner.tsx';
import type { Overlay } from './overlay.ts';
import { Rail } from './Rail.tsx';
import { applyAppearance, useSettings } from './settings.ts';
import { TopBar } from './TopBar.tsx';
import { useAlertNotices } from './useAlertNotices.tsx';
import { useCoreClock } from './useCoreClock.ts';
import { useDesktopCommands } from './useDesktopCommands.ts';
import { useFinishedNotices } from './useFinishedNotices.tsx';
import { useShortcuts } from './useShortcuts.ts';

const CommandPalette = lazy(() => import('./CommandPalette.tsx').then((module) => ({ default: module.CommandPalette })));
const ShortcutList = lazy(() => import('./ShortcutList.tsx').then((module) => ({ default: module.ShortcutList })));

function Notices() {
  return (
    <Toaster
      position="bottom-right"
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: { content: 'min-w-0 flex-1' },
        className: 'flex w-[340px] items-center gap-2.5 rounded bg-float px-3 py-2.5 font-sans text-base shadow-float',
      }}
    />
  );
}

/** The frame of every screen; a terminal in a window of its own has none. */
export function Shell() {
  const { pathname } = useLocation();
  const settings = useSettings();
  useEffect(() => {
    if (settings.data) applyAppearance(settings.data);
  }, [settings.data]);
  if (!pathname.startsWith('/terminal/')) return <Frame />;
  return (
    <main id="main" className="flex h-full min-h-0 flex-col overflow-hidden">
      <OfflineBanner />
      <Outlet />
      <Notices />
    </main>
  );
}

/** Rail, top bar, the screen itself, and the dock that outlives it. */
function Frame() {
  const [overlay, setOverlay] = useState<Overlay>(null);
  useShortcuts(setOverlay);
  useDesktopCommands(setOverlay);
  useFinishedNotices();
  useAlertNotices();
  useCoreClock();
  return (
    <div className="grid h-full grid-cols-[52px_minmax(0,1fr)] grid-rows-[44px_minmax(0,1fr)_auto] wide:grid-cols-[196px_minmax(0,1fr)]">
      <Rail />
      <TopBar onSearch={() => setOverlay('palette')} onShortcuts={() => setOverlay('shortcuts')} />
      <main id="main" className="flex min-h-0 min-w-0 flex-col overflow-hidden">
        <OfflineBanner />
        <NetworkBanner />
        <Outlet />
      </main>
      <Dock />
      <Suspense>
        {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(null)} onShortcuts={() => setOverlay('shortcuts')} />}
        {overlay === 'shortcuts' && <ShortcutList onClose={() => setOverlay(null)} />}
      </Suspense>
      <DockDialogs />
      <Notices />
    </div>
  );
}
