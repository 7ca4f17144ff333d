import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useCallback, useRef } from 'react';
import { bridge } from '../../client/client.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';

/** A form whose changes are not lost silently. */
export interface UnsavedChanges {
  /** It is being asked whether to let them go: the form's own dialog steps back meanwhile. */
  isAsking: boolean;
  /** The question; to be rendered beside the form. */
  question: ReactNode;
  /** From now on they may go: they were saved. */
  release(): void;
}

/**
 * Asks before a way out of a form with changes is taken, whichever it is: its dialog closed, back, another address, reload. It lives
 * by the address, so a form has to have one.
 */
export function useUnsavedChanges(isDirty: boolean, what: string): UnsavedChanges {
  const isHeld = useRef(isDirty);
  const isReleased = useRef(false);
  isHeld.current = isDirty && !isReleased.current;
  const shouldBlockFn = useCallback(() => isHeld.current, []);
  // Electron asks nothing before it unloads a page: it would only refuse to close.
  const enableBeforeUnload = useCallback(() => bridge === null && isHeld.current, []);
  const blocker = useBlocker({ shouldBlockFn, enableBeforeUnload, withResolver: true });
  const isAsking = blocker.status === 'blocked';
  return {
    isAsking,
    question: (
      <ConfirmDialog
        open={isAsking}
        title="Discard the changes?"
        effect={`${what} Nothing of it was saved.`}
        expected={null}
        action="Discard"
        cancel="Go on editing"
        onConfirm={() => blocker.proceed?.()}
        onClose={() => blocker.reset?.()}
      />
    ),
    release() {
      isReleased.current = true;
      isHeld.current = false;
    },
  };
}
