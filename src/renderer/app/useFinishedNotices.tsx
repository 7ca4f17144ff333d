import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { toast } from 'sonner';
import { operationsStore, useStateStream } from '../client/streams.ts';
import { isFinal, operationStates } from '../features/operations/operationState.ts';
import { Mark } from '../ui/StateMark.tsx';
import { useSettings } from './settings.ts';

/** Says when an operation that was seen running has ended, wherever one is by then. */
export function useFinishedNotices(): void {
  const { list, status } = useStateStream(operationsStore);
  const { data: settings } = useSettings();
  const open = useRef(new Set<string>());
  useEffect(() => {
    if (status !== 'live') return;
    for (const operation of list) {
      if (!isFinal(operation.state)) open.current.add(operation.id);
      else if (open.current.delete(operation.id) && settings?.notifyWhenFinished !== false && !window.location.hash.includes(operation.id)) {
        const state = operationStates[operation.state];
        toast(
          <Link to="/operations/$id" params={{ id: operation.id }} className="flex min-w-0 flex-1 items-center gap-2.5">
            <Mark tone={state.tone} />
            <span className="min-w-0 flex-1 truncate">
              <b className="font-medium">{operation.title}</b> {state.word}
            </span>
            <span className="text-accent">Open</span>
          </Link>,
          { id: operation.id, duration: 8_000 },
        );
      }
    }
  }, [list, status, settings?.notifyWhenFinished]);
}
