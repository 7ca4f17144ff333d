import { Popover } from '@base-ui/react/popover';
import { ListTree } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { SourceList } from './LogSources.tsx';
import type { LogLane } from './logLanes.ts';
import type { LogModel } from './logModel.ts';

/** The list of sources behind a button, where there is no room beside the lines. */
export function SourcesButton({
  model,
  lanes,
  off,
  onOff,
}: {
  model: LogModel | null;
  lanes: readonly LogLane[];
  off: readonly string[];
  onOff(off: string[]): void;
}) {
  return (
    <Popover.Root>
      <Popover.Trigger render={<IconButton icon={ListTree} label="Sources" aria-pressed={off.length > 0} />} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50">
          <Popover.Popup
            aria-label="Sources"
            className="appear max-h-[60vh] w-72 overflow-y-auto rounded bg-float py-2 shadow-float focus-visible:outline-none"
          >
            <ul>
              <SourceList model={model} lanes={lanes} off={off} onOff={onOff} />
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
