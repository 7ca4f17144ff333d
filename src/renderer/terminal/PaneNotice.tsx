import type { Terminal } from '../../shared/contract/terminals.ts';
import { Button } from '../ui/Button.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { Mark } from '../ui/StateMark.tsx';
import type { TerminalStatus } from './terminalController.ts';

interface PaneNoticeProps {
  status: TerminalStatus;
  serverName: string;
  terminal: Terminal | undefined;
  onOpenAgain?: (() => void) | undefined;
  onFit(): void;
}

const line = 'flex min-h-7 shrink-0 items-center gap-2 border-b border-line bg-raised px-3 py-0.5 text-sm';

/** What is to be known of a terminal that is not simply open. The screen stays below it. */
export function PaneNotice({ status, serverName, terminal, onOpenAgain, onFit }: PaneNoticeProps) {
  const { state, reason } = status;
  if (state === 'closed') {
    return (
      <p role="status" className={line}>
        <Mark tone="off" />
        <span className="min-w-0 flex-1 truncate">Closed: {reason ?? 'the shell ended'}</span>
        {onOpenAgain && <Button onClick={onOpenAgain}>Open again</Button>}
      </p>
    );
  }
  if (state === 'opening' || state === 'reconnecting') {
    const goesOn = terminal?.holder === null ? 'the shell ended with its connection' : 'the shell goes on';
    return (
      <p role="status" className={line}>
        <Spinner />
        <span className="min-w-0 flex-1 truncate">
          {state === 'opening' ? `Opening on ${serverName}` : `Reconnecting; ${goesOn}${reason ? ` · ${reason}` : ''}`}
        </span>
      </p>
    );
  }
  if (status.sizedElsewhere) {
    return (
      <p role="status" className={line}>
        <Mark tone="info" />
        <span className="min-w-0 flex-1 truncate">Another window made this terminal its own size</span>
        <Button onClick={onFit}>Fit it here</Button>
      </p>
    );
  }
  return null;
}
