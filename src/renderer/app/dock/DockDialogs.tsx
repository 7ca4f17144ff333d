import { lazy, Suspense } from 'react';
import { create } from 'zustand';
import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';

const NewTerminalDialog = lazy(() => import('./NewTerminalDialog.tsx').then((module) => ({ default: module.NewTerminalDialog })));
const BroadcastDialog = lazy(() => import('./BroadcastDialog.tsx').then((module) => ({ default: module.BroadcastDialog })));

type Asked = { kind: 'new'; server?: string; preset?: TerminalPreset } | { kind: 'broadcast' };

const useDockDialog = create<{ asked: Asked | null }>()(() => ({ asked: null }));

/** Asks which terminal to open; what is known already is filled in. */
export function askForTerminal(server?: string, preset?: TerminalPreset): void {
  useDockDialog.setState({ asked: { kind: 'new', ...(server === undefined ? {} : { server }), ...(preset === undefined ? {} : { preset }) } });
}

/** Asks which terminals get every key. */
export function askForBroadcast(): void {
  useDockDialog.setState({ asked: { kind: 'broadcast' } });
}

/** The dialogs about terminals, which are asked for from many places. */
export function DockDialogs() {
  const { asked } = useDockDialog();
  const close = () => useDockDialog.setState({ asked: null });
  return (
    <Suspense>
      {asked?.kind === 'new' && (
        <NewTerminalDialog
          {...(asked.server === undefined ? {} : { server: asked.server })}
          {...(asked.preset === undefined ? {} : { preset: asked.preset })}
          onClose={close}
        />
      )}
      {asked?.kind === 'broadcast' && <BroadcastDialog onClose={close} />}
    </Suspense>
  );
}
