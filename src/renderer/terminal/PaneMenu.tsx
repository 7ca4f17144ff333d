import { ContextMenu } from '@base-ui/react/context-menu';
import { useQueryClient } from '@tanstack/react-query';
import { Circle, ClipboardPaste, Columns2, Copy, Eraser, Maximize2, PictureInPicture2, Rows2, Search, SquareX, TextSelect } from 'lucide-react';
import type { ReactElement } from 'react';
import { toast } from 'sonner';
import type { Terminal } from '../../shared/contract/terminals.ts';
import { client, newRequestId, orpc } from '../client/client.ts';
import { MenuEntries, type MenuEntry } from '../ui/Menu.tsx';
import type { TerminalController } from './terminalController.ts';

/** What the place of a pane lets it do; what is absent is not offered. */
export interface PaneCommands {
  split?: (direction: 'row' | 'column') => void;
  maximise?: () => void;
  go?: (where: 'left' | 'right' | 'up' | 'down') => void;
  resize?: (direction: 'row' | 'column', by: number) => void;
  leave?: () => void;
  popOut?: () => void;
  end?: () => void;
  openAgain?: (terminal: Terminal | undefined) => void;
}

interface PaneMenuProps {
  controller: TerminalController;
  terminal: Terminal | undefined;
  hasSelection: boolean;
  commands: PaneCommands;
  onCopy(): void;
  onSearch(): void;
  children: ReactElement;
}

/** What can be done with a pane, behind the right mouse button and the menu key. */
export function PaneMenu({ controller, terminal, hasSelection, commands, onCopy, onSearch, children }: PaneMenuProps) {
  const queries = useQueryClient();
  const paste = () =>
    navigator.clipboard.readText().then(controller.paste, () => toast.error('The clipboard may not be read here. Ctrl Shift V pastes.', { duration: 8_000 }));
  const record = async (on: boolean) => {
    if (!terminal) return;
    await client.terminals.record({ requestId: newRequestId(), id: terminal.id, on }).catch(() => toast.error('The recording could not be changed'));
    await queries.invalidateQueries({ queryKey: orpc.terminals.key() });
  };
  const { split, maximise, popOut, end } = commands;
  const recording = terminal?.recordingSinceMs != null;
  const entries: MenuEntry[] = [
    { label: 'Copy', icon: Copy, hint: 'Ctrl Shift C', disabled: !hasSelection, onSelect: onCopy },
    { label: 'Paste', icon: ClipboardPaste, hint: 'Ctrl Shift V', onSelect: () => void paste() },
    { label: 'Select all', icon: TextSelect, onSelect: controller.selectAll },
    { label: 'Search', icon: Search, hint: 'Ctrl Shift F', onSelect: onSearch },
    { label: 'Clear scrollback', icon: Eraser, onSelect: controller.clearScrollback },
    ...(split
      ? ([
          { kind: 'separator' },
          { label: 'Split right', icon: Columns2, hint: 'Alt Shift +', onSelect: () => split('row') },
          { label: 'Split down', icon: Rows2, hint: 'Alt Shift −', onSelect: () => split('column') },
        ] satisfies MenuEntry[])
      : []),
    ...(maximise ? [{ label: 'Maximise or restore', icon: Maximize2, hint: 'Ctrl Shift Enter', onSelect: maximise }] : []),
    { kind: 'separator' },
    ...(terminal && terminal.state !== 'closed'
      ? [{ label: recording ? 'Stop recording' : 'Record', icon: Circle, onSelect: () => void record(!recording) }]
      : []),
    ...(popOut ? [{ label: 'Pop out', icon: PictureInPicture2, onSelect: popOut }] : []),
    ...(end ? [{ label: 'End', icon: SquareX, danger: true, onSelect: end }] : []),
  ];
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children as ReactElement<Record<string, unknown>>} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-50">
          <ContextMenu.Popup finalFocus={false} className="appear min-w-52 rounded bg-float p-1 shadow-float focus-visible:outline-none">
            <MenuEntries entries={entries} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
