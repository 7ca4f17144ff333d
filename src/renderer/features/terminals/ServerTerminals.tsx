import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Cpu, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));

/** The terminals on one server, one of them shown large. */
export function ServerTerminals({ server }: { server: string }) {
  const queries = useQueryClient();
  const list = useQuery(orpc.terminals.list.queryOptions({ input: {}, staleTime: 0 }));
  const [chosen, setChosen] = useState<string | null>(null);
  const here = (list.data?.terminals ?? []).filter((terminal) => terminal.serverName === server);
  const shown = here.find((terminal) => terminal.id === chosen) ?? here.findLast((terminal) => terminal.state !== 'closed');
  const open = async (preset: 'shell' | 'gpu') => {
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
    </>
  );
  if (!shown) {
    return (
      <div className="px-4">
        <EmptyState title={`No terminal is open on ${server}`} actions={buttons}>
          A shell is held by the core: it survives leaving this screen and reloading the window.
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1.5 px-4 py-2">
        {here.map((terminal) => (
          <Chip key={terminal.id} on={terminal.id === shown.id} onClick={() => setChosen(terminal.id)}>
            {terminal.title}
          </Chip>
        ))}
        <span className="ml-auto flex gap-1.5">{buttons}</span>
      </div>
      <div className="flex min-h-0 flex-1 border-t border-line">
        <Suspense>
          <TerminalPane key={shown.id} terminalId={shown.id} serverName={server} />
        </Suspense>
      </div>
    </div>
  );
}
