import { useEffect } from 'react';
import { client, connection } from '../../client/client.ts';
import { readLayout, writeLayout } from './dockLayout.ts';
import { useDock } from './dockStore.ts';

/** A change is kept once nothing more has changed for this long, in ms. */
const quietMs = 400;

/** Brings the panes back as they were when the window was last open, and keeps them in the core from then on. */
export function useKeptLayout(): void {
  useEffect(() => {
    const stopping = new AbortController();
    let kept: string | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let stopWatching = () => {};

    const save = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const layout = writeLayout(useDock.getState());
      if (layout === kept) return;
      kept = layout;
      client.terminals.saveLayout({ layout }).catch(() => {
        // Kept with the next change; the window itself still has it.
        kept = null;
      });
    };
    const later = () => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(save, quietMs);
    };
    const leaving = () => document.visibilityState === 'hidden' && timer !== null && save();

    const restore = async () => {
      const { signal } = stopping;
      for (;;) {
        await connection.whenOnline(-1, signal);
        try {
          const [{ layout }, { terminals }] = await Promise.all([client.terminals.layout({}, { signal }), client.terminals.list({}, { signal })]);
          const held = new Set(terminals.map((terminal) => terminal.id as string));
          const found = readLayout(layout, held, window.innerHeight);
          const { groups, restore: bringBack } = useDock.getState();
          // What was opened while this was asked for stands already; it is not taken away again.
          if (found && groups.length === 0) bringBack(found);
          kept = layout;
          stopWatching = useDock.subscribe(later);
          if (useDock.getState().groups.length > 0) later();
          return;
        } catch {
          if (signal.aborted) return;
          await new Promise((resolve) => setTimeout(resolve, 1_000));
        }
      }
    };
    restore().catch(() => {});
    document.addEventListener('visibilitychange', leaving);
    window.addEventListener('pagehide', save);
    return () => {
      stopping.abort();
      stopWatching();
      if (timer !== null) clearTimeout(timer);
      document.removeEventListener('visibilitychange', leaving);
      window.removeEventListener('pagehide', save);
    };
  }, []);
}
