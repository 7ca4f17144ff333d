import { ArrowUpRight, File, FileQuestion, Folder, Link2Off } from 'lucide-react';
import type { FileEntry } from '../../../shared/contract/files.ts';
import { visibleName } from '../../../shared/model/remotePath.ts';
import { formatBytes } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { isDirectory, modeText } from './fileView.ts';

const kinds = { file: 'file', directory: 'directory', link: 'link', other: 'neither file nor directory' };

function iconOf(entry: FileEntry) {
  if (entry.link?.leadsTo === 'nothing') return Link2Off;
  if (isDirectory(entry)) return Folder;
  return entry.type === 'other' ? FileQuestion : File;
}

function Name({ entry }: { entry: FileEntry }) {
  const Icon = iconOf(entry);
  return (
    <span className="flex min-w-0 items-center gap-2" title={kinds[entry.type]}>
      <Icon aria-hidden size={14} strokeWidth={1.7} className={isDirectory(entry) ? 'shrink-0 text-accent' : 'shrink-0 text-faint'} />
      <span className="truncate font-mono text-sm">{visibleName(entry.name)}</span>
      {entry.link && (
        <span className="flex min-w-0 items-center gap-1 text-faint">
          <ArrowUpRight aria-label="leads to" size={12} className="shrink-0" />
          <span className="truncate font-mono text-xs">
            {visibleName(entry.link.text)}
            {entry.link.leadsTo === 'nothing' ? ' (not there)' : ''}
          </span>
        </span>
      )}
    </span>
  );
}

/** Columns of a directory. Directories sort before files, whichever way names go. */
export const fileColumns: readonly TableColumn<FileEntry>[] = [
  { id: 'name', title: 'Name', minWidth: 200, grow: 1, cell: (entry) => <Name entry={entry} />, sortBy: (entry) => entry.name },
  {
    id: 'size',
    title: 'Size',
    minWidth: 86,
    align: 'end',
    cell: (entry) => (isDirectory(entry) ? <span className="text-faint">—</span> : <span className="text-muted">{formatBytes(entry.sizeBytes)}</span>),
    sortBy: (entry) => (isDirectory(entry) ? null : entry.sizeBytes),
  },
  {
    id: 'changed',
    title: 'Changed',
    minWidth: 84,
    align: 'end',
    priority: 1,
    cell: (entry) => <RelativeTime atMs={entry.mtimeMs} className="text-muted" />,
    sortBy: (entry) => entry.mtimeMs,
  },
  {
    id: 'owner',
    title: 'Owner',
    minWidth: 130,
    priority: 2,
    cell: (entry) => (
      <span className="truncate text-muted">
        {visibleName(entry.owner)}:{visibleName(entry.group)}
      </span>
    ),
    sortBy: (entry) => `${entry.owner}:${entry.group}`,
  },
  {
    id: 'mode',
    title: 'Mode',
    minWidth: 90,
    priority: 3,
    cell: (entry) => <code className="font-mono text-xs text-muted">{modeText(entry.mode)}</code>,
    sortBy: (entry) => entry.mode,
  },
];
