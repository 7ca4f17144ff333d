import { useQueryClient } from '@tanstack/react-query';
import { Cpu, Plus, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';
import { askForTerminal } from '../../app/dock/DockDialogs.tsx';
import { openTerminal, popOutTerminal, terminalTab } from '../../app/dock/openTerminal.ts';
import { PaneName } from '../../app/dock/PaneName.tsx';
import { orpc } from '../../client/client.ts';
import { useTerminals } from '../../terminal/useTerminals.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));

/** The terminals on one server, one of them shown large. */
export function ServerTerminals({ server }: { server: string }) {
  const queries = useQueryClient();
  const list = useTerminals();
  const [chosen, setChosen] = useState<string | null>(null);
  const here = (list.data?.terminals ?? []).filter((terminal) => terminal.serverName === server);
  const shown = here.find((terminal) => terminal.id === chosen) ?? here.findLast((terminal) => terminal.state !== 'closed');
  const open = async (preset: TerminalPreset) => {
    const terminal = await openTerminal(server, preset);
    await queries.invalidateQueries({ queryKey: orpc.terminals.key() });
    if (terminal) setChosen(terminal.id);
  };
  const buttons = (
    <>
      <Button icon={SquareTerminal} onClick={() => void open('shell')}>
        New shell
      </Button>
      <Button icon={Cpu} onClick={() => void open('gpu')}>
        Watch GPUs
      </Button>
      <Button icon={Plus} onClick={() => askForTerminal(server, 'container')}>
        Other
      </Button>
    </>
  );
  if (!shown) {
    return (
      <div className="px-4">
        <EmptyState title={`No terminal is open on ${server}`} actions={buttons}>
          A shell is held on the server: it survives leaving this screen, a lost connection and a new start of the app.
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-1.5 px-4 py-2">
        {here.map((terminal) => (
          <Chip key={terminal.id} on={terminal.id === shown.id} onClick={() => setChosen(terminal.id)}>
            <span className="flex items-center gap-1.5">
              <PaneName tab={terminalTab(terminal)} />
            </span>
          </Chip>
        ))}
        <span className="ml-auto flex gap-1.5">{buttons}</span>
      </div>
      <div className="flex min-h-0 flex-1 border-t border-line">
        <Suspense>
          <TerminalPane key={shown.id} terminalId={shown.id} serverName={server} commands={{ popOut: () => popOutTerminal(shown.id) }} />
        </Suspense>
      </div>
    </div>
  );
}
