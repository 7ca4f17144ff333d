import { Bell, Circle, Radio, ScrollText } from 'lucide-react';
import { useBroadcast } from '../../terminal/broadcast.ts';
import { usePaneFacts } from '../../terminal/paneFacts.ts';
import { useTerminal } from '../../terminal/useTerminals.ts';
import { Mark } from '../../ui/StateMark.tsx';
import type { DockTab } from './dockStore.ts';

const tones = { opening: 'busy', open: 'good', reconnecting: 'warn', closed: 'off' } as const;

function TerminalName({ tab, withTitle }: { tab: Extract<DockTab, { kind: 'terminal' }>; withTitle: boolean }) {
  const facts = usePaneFacts((all) => all.facts[tab.terminalId]);
  const terminal = useTerminal(tab.terminalId);
  const isTarget = useBroadcast((all) => all.targets.has(tab.terminalId));
  const state = facts?.state ?? terminal?.state ?? 'opening';
  return (
    <>
      <span title={state === 'open' && terminal?.holder === null ? 'This shell ends with its connection' : state} className="flex">
        <Mark tone={tones[state]} size={9} />
        <span className="sr-only">{state}</span>
      </span>
      <span className="max-w-56 min-w-0 truncate">{tab.title}</span>
      {terminal?.recordingSinceMs != null && (
        <span title="Being recorded" className="flex text-bad">
          <Circle aria-hidden size={9} fill="currentColor" />
          <span className="sr-only">being recorded</span>
        </span>
      )}
      {isTarget && (
        <span title="Keys go to several terminals, and to this one" className="flex text-bad">
          <Radio aria-hidden size={12} />
          <span className="sr-only">gets the keys of several</span>
        </span>
      )}
      {facts?.rang && (
        <span title="It rang" className="flex text-warn">
          <Bell aria-hidden size={11} />
          <span className="sr-only">rang</span>
        </span>
      )}
      {withTitle && terminal?.holder === null && state === 'open' && <span className="shrink-0 truncate text-warn">ends with its connection</span>}
      {withTitle && facts && facts.title !== '' && <span className="min-w-0 truncate text-faint">{facts.title}</span>}
    </>
  );
}

/** A pane by name, with how it is. `withTitle` adds what its program calls itself. */
export function PaneName({ tab, withTitle = false }: { tab: DockTab; withTitle?: boolean }) {
  if (tab.kind === 'terminal') return <TerminalName tab={tab} withTitle={withTitle} />;
  return (
    <>
      <ScrollText aria-hidden size={12} strokeWidth={1.8} className="shrink-0" />
      <span className="max-w-56 min-w-0 truncate">{tab.title}</span>
    </>
  );
}
