import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Fingerprint, Pencil, ScrollText, SquareTerminal, Trash2 } from 'lucide-react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';

/** The menu of one server of the fleet, open from the start. */
export function OpenRowMenu({ row }: { row: FleetRow }) {
  const navigate = useNavigate({ from: '/fleet' });
  const { name } = row.server;
  const show = (dialog: 'edit' | 'remove') => void navigate({ search: (before) => ({ ...before, dialog, server: name }) });
  return (
    <Menu
      trigger={<IconButton icon={Ellipsis} label={`Actions for ${name}`} size="small" tabIndex={-1} />}
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
