import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Fingerprint, Pencil, ScrollText, SquareTerminal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';

/** What can be done with one server of the fleet. The menu itself is made when it is first opened: rows come and go while scrolling. */
export function RowMenu({ row }: { row: FleetRow }) {
  const [isMade, setMade] = useState(false);
  const navigate = useNavigate({ from: '/fleet' });
  const { name } = row.server;
  const button = <IconButton icon={Ellipsis} label={`Actions for ${name}`} size="small" tabIndex={-1} onClick={() => setMade(true)} />;
  if (!isMade) return button;
  const show = (dialog: 'edit' | 'remove') => void navigate({ search: (before) => ({ ...before, dialog, server: name }) });
  return (
    <Menu
      trigger={button}
      defaultOpen
      entries={[
        { label: 'Edit', icon: Pencil, onSelect: () => show('edit') },
        row.connection === 'untrusted' || row.connection === 'key-changed'
          ? { label: 'Confirm host key', icon: Fingerprint, onSelect: () => void navigate({ search: (before) => ({ ...before, trust: name }) }) }
          : { label: 'Open a shell', icon: SquareTerminal, onSelect: () => void openTerminal(name, 'shell') },
        { label: 'Read its logs', icon: ScrollText, onSelect: () => void navigate({ to: '/logs', search: { on: name } }) },
        { kind: 'separator' },
        { label: 'Remove from the inventory', icon: Trash2, danger: true, onSelect: () => show('remove') },
      ]}
    />
  );
}
