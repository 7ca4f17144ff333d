import type { ErrorComponentProps } from '@tanstack/react-router';
import { toSerializedError } from '../client/clientError.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';

/** A screen that failed: the rest of the window goes on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="max-w-[760px] p-4">
      <ErrorPanel error={toSerializedError(error)} actions={<Button onClick={reset}>Try again</Button>} />
    </div>
  );
}
